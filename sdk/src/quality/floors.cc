// Plain sums over the chip.
#include "quality/floors.h"

#include <algorithm>
#include <cmath>

#include "quality/grain.h"
#include "quality/middle.h"
#include "quality/packing.h"
#include "quality/sharpness.h"

namespace visavis {
namespace {

constexpr double kLeastSize = 20;      // px of the picture; the mean face's square, some 25 px of a detector's box
constexpr double kLeastContrast = 6;   // standard deviation, of 255
constexpr double kDark = 60;           // mean, of 255: below it, low contrast is called too dark
constexpr double kMostWhite = 0.2;     // share of pixels that are white
constexpr int kWhite = 250;            // from here on
constexpr double kMostOutside = 0.22;  // share of the mean face's square beyond the picture's edges

double share_outside(const FacePlace& place, const ImageView& image) {
  constexpr int kSteps = 25;
  int outside = 0;
  for (int r = 0; r < kSteps; ++r)
    for (int c = 0; c < kSteps; ++c) outside += !is_inside(place.at((c + 0.5) / kSteps, (r + 0.5) / kSteps), image);
  return double(outside) / (kSteps * kSteps);
}

// By how much the eyes are darker than the cheeks and the bridge of the nose, in contrasts. Negative in a negative.
double darkness_of_eyes(const Chip& chip, const Eyes& places, double contrast) {
  const auto mean = [&](double x, double y, int reach) {  // around a place of the mean face
    const auto px = [&](double place) {
      return std::clamp(int((place + kChipPadding) * kChipScale), reach, kChipSize - 1 - reach);
    };
    const int column = px(x), row = px(y);
    double sum = 0;
    for (int r = row - reach; r <= row + reach; ++r)
      for (int c = column - reach; c <= column + reach; ++c) sum += grey(&chip[(size_t(r) * kChipSize + c) * 3]);
    return sum / ((2 * reach + 1) * (2 * reach + 1));
  };
  const double eyes = (mean(places[0][0], places[0][1], 4) + mean(places[1][0], places[1][1], 4)) / 2;
  const double cheeks = (mean(0.2, 0.6, 8) + mean(0.79, 0.6, 8)) / 2;
  return (cheeks - eyes + (mean(0.49, 0.45, 5) - eyes) / 2) / contrast;
}

}  // namespace

Comparability check_light(const FacePlace& place, const Chip& chip, const ImageView& image) {
  if (!(place.size() >= kLeastSize)) return Comparability::too_small;
  const auto [mean, deviation] = spread_of(middle_of(place, chip, image).values());
  int white = 0;
  for (int y = kMiddleBegin; y < kMiddleEnd; ++y)
    for (int x = kMiddleBegin; x < kMiddleEnd; ++x) white += grey(&chip[(size_t(y) * kChipSize + x) * 3]) > kWhite;
  if (white > kMostWhite * (kMiddleEnd - kMiddleBegin) * (kMiddleEnd - kMiddleBegin)) return Comparability::too_bright;
  if (deviation < kLeastContrast) return mean < kDark ? Comparability::too_dark : Comparability::low_contrast;
  return Comparability::comparable;
}

Comparability check_detail(const FacePlace& place, const Chip& chip, const ImageView& image, const Floors& floors,
                           const Eyes& eyes) {
  if (share_outside(place, image) > kMostOutside) return Comparability::cut;
  const Greys middle = middle_of(place, chip, image);
  const double contrast = std::max(spread_of(middle.values()).deviation, 1e-3);
  if (is_packed(place, chip, image, contrast)) return Comparability::compressed;
  if (is_grainy(place, middle, image, floors)) return Comparability::noisy;
  if (sharpness(middle) < floors.least_sharpness || least_direction(middle) < floors.least_direction)
    return Comparability::blurred;
  if (darkness_of_eyes(chip, eyes, contrast) < floors.least_darkness) return Comparability::landmarks;
  return Comparability::comparable;
}

}  // namespace visavis
