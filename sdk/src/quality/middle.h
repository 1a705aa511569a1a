// The middle of a chip, without hair and background, as greys at half the chip's size; and plain statistics of it.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

inline constexpr int kMiddleBegin = 30, kMiddleEnd = 120;  // px of the chip, across and down

inline double grey(const uint8_t* rgb) { return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]; }

bool is_inside(const Point& p, const ImageView& image);

// Whether all of the middle of the chip lies in the picture, as it nearly always does.
bool is_middle_inside(const FacePlace& place, const ImageView& image);

// A square of greys; NaN where the picture had ended.
class Greys {
 public:
  explicit Greys(int side) : side_(side), values_(size_t(side) * side) {}

  int side() const { return side_; }
  double& at(int row, int column) { return values_[size_t(row) * side_ + column]; }
  double at(int row, int column) const { return values_[size_t(row) * side_ + column]; }
  const std::vector<double>& values() const { return values_; }

  Greys halved() const;  // the mean of each 2 × 2

 private:
  int side_;
  std::vector<double> values_;
};

// Each value the mean of 2 × 2 pixels of the chip.
Greys middle_of(const FacePlace& place, const Chip& chip, const ImageView& image);

struct Spread {
  double mean = 0, deviation = 0;
};

// Of those that are numbers.
Spread spread_of(const std::vector<double>& values);

}  // namespace visavis
