// Histograms of luminance, and the mean colour of the cheeks in CIELAB. Formulas and constants of regions, luminance and
// colour are those of OFIQ 1.0.3 (modules/measures, modules/utils/src/image_utils.cpp); quality.md has them in full.
#include "quality/light.h"

#include <cmath>
#include <complex>
#include <numbers>
#include <optional>
#include <vector>

#include "quality/mapping.h"
#include "quality/middle.h"

namespace visavis {
namespace {

using Complex = std::complex<double>;
using Colour = std::array<double, 3>;       // red, green, blue, 0..255
using Histogram = std::array<double, 256>;  // shares of luminances

// The outline, in distances of the eyes from the middle between them: an ellipse from the chin up, without the forehead.
constexpr double kOutlineMiddle = 0.35, kOutlineWidth = 0.95, kOutlineHeight = 1.2, kBrows = -0.35;
constexpr double kLeastInside = 0.5;  // of the outline, within the picture

constexpr int kZone = 33;                // samples across a cheek's zone, and down
constexpr double kZoneStep = 1.0 / 113;  // distances of the eyes
constexpr double kUsualMouth = 1.0;      // below the eyes, in their distances: the median of frontal faces
constexpr double kMostYaw = 30;          // degrees: beyond, one cheek is hardly seen
constexpr double kGrey = 4;              // of 255: the mean spread of a pixel's colours, below it a face is grey

double linear(double colour) {  // sRGB's curve; 0..255 to 0..1
  const double x = colour / 255;
  return x > 0.04045 ? std::pow((x + 0.055) / 1.055, 2.4) : x / 12.92;
}

// 0..255, of a pixel.
int luminance(uint8_t red, uint8_t green, uint8_t blue) {
  static const std::array<double, 256> table = [] {
    std::array<double, 256> values{};
    for (size_t i = 0; i < values.size(); ++i) values[i] = 255 * linear(double(i));
    return values;
  }();
  return int(0.2126 * table[red] + 0.7152 * table[green] + 0.0722 * table[blue] + 0.5);
}

void normalise(Histogram& histogram, double count) {
  for (double& share : histogram) share /= std::max(count, 1.0);
}

double share_from(const Histogram& histogram, size_t first, size_t last) {
  double sum = 0;
  for (size_t i = first; i <= last; ++i) sum += histogram[i];
  return sum;
}

// Between four pixels of the picture, which the place is within.
Colour colour_at(const ImageView& image, const Complex& place) {
  const int x = std::min(int(place.real()), image.width - 2), y = std::min(int(place.imag()), image.height - 2);
  const double right = place.real() - x, below = place.imag() - y;
  const uint8_t* above = image.data + y * image.stride + int64_t{x} * 3;
  const uint8_t* under = above + image.stride;
  Colour colour{};
  for (size_t i = 0; i < colour.size(); ++i)
    colour[i] = (1 - below) * ((1 - right) * above[i] + right * above[i + 3]) +
                below * ((1 - right) * under[i] + right * under[i + 3]);
  return colour;
}

struct Zone {
  Histogram histogram{};
  Colour mean{};
};

// A square whose upper left corner is there, as KeyPoints::seen gives it; nothing where it reaches beyond the picture.
std::optional<Zone> zone_at(const KeyPoints& points, const Complex& corner, const ImageView& image) {
  Zone zone;
  for (int row = 0; row < kZone; ++row)
    for (int column = 0; column < kZone; ++column) {
      const Complex place = points.in_picture(corner + kZoneStep * Complex(column, row));
      if (!is_inside({float(place.real()), float(place.imag())}, image) || image.width < 2 || image.height < 2)
        return std::nullopt;
      const Colour colour = colour_at(image, place);
      for (size_t i = 0; i < colour.size(); ++i) zone.mean[i] += colour[i] / (kZone * kZone);
      const auto rounded = [](double value) { return uint8_t(value + 0.5); };
      ++zone.histogram[size_t(luminance(rounded(colour[0]), rounded(colour[1]), rounded(colour[2])))];
    }
  normalise(zone.histogram, kZone * kZone);
  return zone;
}

// How far a colour is from those of skin: in CIELAB (D50), a* within 5..25 and b* within 5..35.
double distance_from_skin(const Colour& colour) {
  const double red = linear(colour[0]), green = linear(colour[1]), blue = linear(colour[2]);
  const auto curve = [](double x) { return x > 216.0 / 24389 ? std::cbrt(x) : (24389.0 / 27 * x + 16) / 116; };
  const double x = curve((0.43605 * red + 0.38508 * green + 0.14309 * blue) / 0.964221);
  const double y = curve(0.22249 * red + 0.71689 * green + 0.06062 * blue);
  const double z = curve((0.01393 * red + 0.09710 * green + 0.71419 * blue) / 0.825211);
  const double a = 500 * (x - y), b = 200 * (y - z);
  if (a < 0 || b < 0) return 100;
  return std::hypot(std::max({0.0, 5 - a, a - 25}), std::max({0.0, 5 - b, b - 35}));
}

}  // namespace

bool measure_light(const FacePlace& place, const Chip& chip, const ImageView& image, FaceQuality& quality) {
  const bool all_inside = is_inside(place.of_chip(0, 0), image) && is_inside(place.of_chip(kChipSize, 0), image) &&
                          is_inside(place.of_chip(0, kChipSize), image) &&
                          is_inside(place.of_chip(kChipSize, kChipSize), image);
  const double eyes_x = (kMeanEyes[0][0] + kMeanEyes[1][0]) / 2, eyes_y = kMeanEyes[0][1];
  const double apart = kMeanEyes[1][0] - kMeanEyes[0][0];
  Histogram histogram{};
  double inside = 0, all = 0, spread = 0;
  const auto px = [](double place) { return (place + kChipPadding) * kChipScale; };
  const int top = int(std::ceil(px(eyes_y + kBrows * apart)));
  for (int row = top; row < kChipSize; ++row) {
    const double y = (row / kChipScale - kChipPadding - eyes_y) / apart, up = (y - kOutlineMiddle) / kOutlineHeight;
    if (up > 1) break;
    const double half = kOutlineWidth * apart * std::sqrt(1 - up * up);
    const int last = int(px(eyes_x + half));
    for (int column = int(std::ceil(px(eyes_x - half))); column <= last; ++column) {
      ++all;
      if (!all_inside && !is_inside(place.of_chip(column, row), image)) continue;
      ++inside;
      const uint8_t* rgb = &chip[(size_t(row) * kChipSize + size_t(column)) * 3];
      ++histogram[size_t(luminance(rgb[0], rgb[1], rgb[2]))];
      spread += std::max({rgb[0], rgb[1], rgb[2]}) - std::min({rgb[0], rgb[1], rgb[2]});
    }
  }
  using enum QualityMeasure;
  if (inside < kLeastInside * all) {
    for (const auto measure :
         {luminance_mean, luminance_variance, under_exposure_prevention, over_exposure_prevention, dynamic_range})
      quality[measure] = not_evaluated(QualityGap::outside);
    return spread < kGrey * inside;
  }
  normalise(histogram, inside);
  double mean = 0, variance = 0, entropy = 0;
  for (size_t i = 0; i < histogram.size(); ++i) {
    mean += histogram[i] * double(i) / 255;
    if (histogram[i] > 0) entropy -= histogram[i] * std::log2(histogram[i]);
  }
  for (size_t i = 0; i < histogram.size(); ++i) variance += histogram[i] * std::pow(double(i) / 255 - mean, 2);
  const double dark = share_from(histogram, 0, 25), white = share_from(histogram, 247, 255);

  constexpr auto kState = QualityState::approximate;  // the outline is that of a usual face
  quality[luminance_mean] = valued(kState, mean, 100 * rising(mean, 0.2, 0.05) * (1 - rising(mean, 0.8, 0.05)));
  quality[luminance_variance] =
      valued(kState, variance, 100 * std::sin(60 * variance / (60 * variance + 1) * std::numbers::pi));
  quality[under_exposure_prevention] = valued(kState, dark, 120 * (0.832 - rising(dark, 0.92, 0.05)));
  quality[over_exposure_prevention] = valued(kState, white, 1 / (white + 0.01));
  quality[dynamic_range] = valued(kState, entropy, 12.5 * entropy);
  return spread < kGrey * inside;
}

void measure_cheeks(const KeyPoints& points, double yaw, bool grey, const ImageView& image, FaceQuality& quality) {
  using enum QualityMeasure;
  QualityValue& uniformity = quality[illumination_uniformity];
  QualityValue& colour = quality[natural_colour];
  uniformity = colour = not_evaluated(QualityGap::turned);
  if (std::abs(yaw) <= kMostYaw) {
    const double down = (points.mouth ? points.seen(*points.mouth).imag() : kUsualMouth) / 2;
    const auto left = zone_at(points, {-0.5 - kZone * kZoneStep, down}, image);
    const auto right = zone_at(points, {0.5, down}, image);
    uniformity = colour = not_evaluated(QualityGap::outside);
    if (left && right) {
      const auto state = points.mouth ? QualityState::evaluated : QualityState::approximate;
      double common = 0;
      for (size_t i = 0; i < left->histogram.size(); ++i) common += std::min(left->histogram[i], right->histogram[i]);
      uniformity = valued(state, common, 100 * std::pow(common, 0.3));
      Colour mean;
      for (size_t i = 0; i < mean.size(); ++i) mean[i] = (left->mean[i] + right->mean[i]) / 2;
      const double distance = distance_from_skin(mean);
      colour = valued(state, distance, 200 * (1 - rising(distance, 0, 10)));
    }
  }
  if (grey) colour = not_evaluated(QualityGap::grey);
}

}  // namespace visavis
