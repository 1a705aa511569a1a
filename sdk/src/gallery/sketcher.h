// Sketches and their bound: learns a frame from a sample of embeddings, and says which rows a probe may leave out.
#pragma once

#include <memory>
#include <vector>

#include "gallery/sketch.h"

namespace visavis {

// Any sample gives right answers, one like the rest of the data gives fast ones. A few outliers are left aside. Up to
// 8192 embeddings are looked at.
std::shared_ptr<const SketchFrame> learn_frame(const std::vector<const float*>& sample);

// What one probe needs to know of one frame.
class ProbeBound {
 public:
  ProbeBound(const SketchFrame& frame, const Embedding& probe);

  const SketchProbe& probe() const { return probe_; }
  // A row whose coarse (fine) bound is above this is farther than `distance` in the float arithmetic of
  // euclidean_distance().
  float coarse_limit(float distance) const { return limit(distance, coarse_slack_); }
  float fine_limit(float distance) const { return limit(distance, fine_slack_); }

 private:
  float limit(float distance, double slack) const;

  SketchProbe probe_{};
  double gain_ = 0, coarse_slack_ = 0, fine_slack_ = 0;
  bool bounded_ = false;  // false: the probe is out of all proportion, every row has to be compared
};

}  // namespace visavis
