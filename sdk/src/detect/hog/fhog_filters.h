// A detector's weights as separable filters over planes of FHOG features, and what they add up to.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/hog/fhog_kernels.h"

namespace visavis::fhog {

inline constexpr int kTaps = 10;               // cells: the height and width of a filter
inline constexpr int kBefore = kTaps / 2 - 1;  // of these, how many lie left of and above the place of a score
inline constexpr int kAfter = kTaps / 2;

// One view of a face. Filter i is columns[i] × rows[i]; filters lie in the order of their planes.
struct View {
  struct Group {  // filters of one plane; a plane may have several
    int plane, count;
  };
  static constexpr int kGroup = 3;  // filters at most in a group

  std::vector<Group> groups;
  std::vector<float> rows, columns;  // kTaps for each filter

  void add(int plane, const float* row, const float* column);
};

// Filters one row of features. The planes are `stride` apart, with kBefore zeros before the row and kAfter behind it.
// Adds to sums[1..kTaps-1] what the row contributes and sets sums[0]; sums[m] is the row of scores kBefore - m further
// down. Reads and writes up to kPadding elements behind `columns`.
void filter_row(const View& view, const float* features, int64_t stride, int columns, float* const sums[kTaps]);

}  // namespace visavis::fhog
