// Sketches and their bound: learns a frame from a sample of embeddings, and says which rows a probe may leave out.
#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "index/sketch.h"
#include "types/face.h"

namespace visavis {

// Any sample of embeddings of `length` numbers gives right answers, one like the rest of the data gives fast ones. A few
// outliers are left aside. Up to 8192 embeddings are looked at.
std::shared_ptr<const SketchFrame> learn_frame(const std::vector<const float*>& sample, size_t length);

// What one probe needs to know of one frame.
class ProbeBound {
 public:
  // `farthest`: no distance of interest is greater.
  ProbeBound(const SketchFrame& frame, const Embedding& probe, float farthest);

  const SketchProbe& probe() const { return probe_; }
  // A row whose bound of any fine level is above this is farther than `distance` in the float arithmetic of euclidean_distance().
  float fine_limit(float distance) const { return limit(distance, fine_slack_); }

  // Coarse and middle bounds are bytes: the greatest byte within `distance`, a bound from a byte.
  uint8_t coarse_limit(float distance) const;
  // 0 stands for anything below, −infinity included.
  float coarse_bound(uint8_t byte) const {
    return byte == 0 ? -std::numeric_limits<float>::infinity() : lowest_ + float(byte) * byte_value_;
  }

 private:
  float limit(float distance, double slack) const;

  SketchProbe probe_{};
  float byte_value_ = 0, lowest_ = 0;
  double gain_ = 0, coarse_slack_ = 0, fine_slack_ = 0;
  bool bounded_ = false;  // false: the probe is out of all proportion, every row has to be compared
};

}  // namespace visavis
