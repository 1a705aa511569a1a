// What dlib's frontal face detector consists of: five views of a face, where their windows lie, and which of the
// windows that overlap is reported.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/hog/fhog_filters.h"
#include "types/geometry.h"

namespace visavis {

struct HogCandidate {
  float score;  // before the view's threshold is subtracted
  int view;
  int level, row, column;  // the place of the score
};

struct HogFace {
  Box box;
  double score;
};

class HogViews {
 public:
  // Read once for the process.
  static const HogViews& get();

  const std::vector<fhog::View>& filters() const { return filters_; }
  double threshold(int view) const { return thresholds_[view]; }

  // How many levels dlib's pyramid has for a picture of this size.
  int levels(int width, int height) const;
  // The width of all windows of a level, give or take a pixel of the level.
  int64_t window_width(int level) const;
  // Surest first, without those that overlap a surer one. `candidates`: those of a view in the order of levels, rows
  // and columns.
  std::vector<HogFace> suppress(const std::vector<HogCandidate>& candidates) const;

 private:
  HogViews();

  std::vector<fhog::View> filters_;
  std::vector<double> thresholds_;
};

}  // namespace visavis
