// Means of 2 × 2, sums over numbers.
#include "quality/middle.h"

#include <algorithm>

namespace visavis {

bool is_inside(const Point& p, const ImageView& image) {
  return p.x >= 0 && p.y >= 0 && p.x <= float(image.width - 1) && p.y <= float(image.height - 1);
}

bool is_middle_inside(const FacePlace& place, const ImageView& image) {
  return is_inside(place.of_chip(kMiddleBegin, kMiddleBegin), image) &&
         is_inside(place.of_chip(kMiddleBegin, kMiddleEnd), image) &&
         is_inside(place.of_chip(kMiddleEnd, kMiddleBegin), image) &&
         is_inside(place.of_chip(kMiddleEnd, kMiddleEnd), image);
}

Greys Greys::halved() const {
  Greys half(side_ / 2);
  for (int r = 0; r < half.side(); ++r)
    for (int c = 0; c < half.side(); ++c)
      half.at(r, c) = (at(2 * r, 2 * c) + at(2 * r, 2 * c + 1) + at(2 * r + 1, 2 * c) + at(2 * r + 1, 2 * c + 1)) / 4;
  return half;
}

Greys middle_of(const FacePlace& place, const Chip& chip, const ImageView& image) {
  const bool inside = is_middle_inside(place, image);
  Greys middle((kMiddleEnd - kMiddleBegin) / 2);
  for (int r = 0; r < middle.side(); ++r)
    for (int c = 0; c < middle.side(); ++c) {
      const int y = kMiddleBegin + 2 * r, x = kMiddleBegin + 2 * c;
      double sum = 0;
      for (const int offset :
           {y * kChipSize + x, y * kChipSize + x + 1, (y + 1) * kChipSize + x, (y + 1) * kChipSize + x + 1})
        sum += grey(&chip[size_t(offset) * 3]);
      middle.at(r, c) = inside || is_inside(place.of_chip(x + 1, y + 1), image) ? sum / 4 : NAN;
    }
  return middle;
}

Spread spread_of(const std::vector<double>& values) {
  double sum = 0, squares = 0;
  size_t count = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += value, squares += value * value, ++count;
  if (count == 0) return {};
  const double mean = sum / double(count);
  return {mean, std::sqrt(std::max(0.0, squares / double(count) - mean * mean))};
}

}  // namespace visavis
