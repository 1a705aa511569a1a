// Plain sums over the chip and, for blocks of a JPEG, over the picture itself.
#include "quality/floors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace visavis {
namespace {

constexpr double kLeastSize = 20;         // px of the picture; the mean face's square, some 25 px of a detector's box
constexpr double kLeastContrast = 6;      // standard deviation, of 255
constexpr double kDark = 60;              // mean, of 255: below it, low contrast is called too dark
constexpr double kMostWhite = 0.2;        // share of pixels that are white
constexpr int kWhite = 250;               // from here on
constexpr double kMostOutside = 0.22;     // share of the mean face's square beyond the picture's edges
constexpr double kLeastSharpness = 0.18;  // see sharpness()
constexpr double kMostBlocks = 3.5;       // see blocks(), for a face of up to kBlockSize px
constexpr double kBlockSize = 100;        // px: on larger faces a block of 8 px hides less

// The middle of the chip: without hair and background.
constexpr int kBegin = 30, kEnd = 120;

bool is_inside(const Point& p, const ImageView& image) {
  return p.x >= 0 && p.y >= 0 && p.x <= float(image.width - 1) && p.y <= float(image.height - 1);
}

double grey(const uint8_t* rgb) { return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]; }

// The middle of the chip in pairs of 2 × 2 pixels, NaN beyond the picture's edges.
constexpr int kPairs = (kEnd - kBegin) / 2;
using Pairs = std::array<std::array<double, kPairs>, kPairs>;

Pairs pairs_of(const FacePlace& place, const Chip& chip, const ImageView& image) {
  Pairs pairs;
  for (int r = 0; r < kPairs; ++r)
    for (int c = 0; c < kPairs; ++c) {
      const int y = kBegin + 2 * r, x = kBegin + 2 * c;
      double sum = 0;
      for (const int offset : {y * kChipSize + x, y * kChipSize + x + 1, (y + 1) * kChipSize + x,
                               (y + 1) * kChipSize + x + 1})
        sum += grey(&chip[size_t(offset) * 3]);
      pairs[r][c] = is_inside(place.of_chip(x + 1, y + 1), image) ? sum / 4 : NAN;
    }
  return pairs;
}

struct Spread {
  double mean = 0, deviation = 0;
};

template <class Values>
Spread spread_of(const Values& values) {
  double sum = 0, squares = 0;
  size_t count = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += value, squares += value * value, ++count;
  if (count == 0) return {};
  const double mean = sum / double(count);
  return {mean, std::sqrt(std::max(0.0, squares / double(count) - mean * mean))};
}

std::vector<double> flat(const Pairs& pairs) {
  std::vector<double> all;
  for (const auto& row : pairs) all.insert(all.end(), row.begin(), row.end());
  return all;
}

// How much of the contrast is between neighbours: the Laplacian's deviation over the deviation itself. A face that was
// enlarged or blurred has little.
double sharpness(const Pairs& pairs) {
  std::vector<double> edges;
  for (int r = 1; r + 1 < kPairs; ++r)
    for (int c = 1; c + 1 < kPairs; ++c)
      edges.push_back(4 * pairs[r][c] - pairs[r - 1][c] - pairs[r + 1][c] - pairs[r][c - 1] - pairs[r][c + 1]);
  return spread_of(edges).deviation / std::max(spread_of(flat(pairs)).deviation, 1e-3);
}

double share_outside(const FacePlace& place, const ImageView& image) {
  constexpr int kSteps = 25;
  int outside = 0;
  for (int r = 0; r < kSteps; ++r)
    for (int c = 0; c < kSteps; ++c)
      outside += !is_inside(place.at((c + 0.5) / kSteps, (r + 0.5) / kSteps), image);
  return double(outside) / (kSteps * kSteps);
}

// How much larger the steps are at every eighth pixel than elsewhere: a JPEG's blocks, wherever their grid begins.
// 1 without any, some 2 at quality 20, 10 at quality 1.
double blocks(const FacePlace& place, const ImageView& image) {
  constexpr int kGrid = 8, kLargest = 256;
  const Point middle = place.at(0.5, 0.5);
  const double half = std::min(place.size() * 0.6, double{kLargest} / 2);
  const int left = std::max(0, int(middle.x - half)), right = std::min(image.width, int(middle.x + half));
  const int top = std::max(0, int(middle.y - half)), bottom = std::min(image.height, int(middle.y + half));
  const int columns = (right - left - 1) / kGrid * kGrid, rows = (bottom - top - 1) / kGrid * kGrid;
  if (columns < 2 * kGrid || rows < 2 * kGrid) return 1;  // too few blocks to tell
  std::array<int64_t, kGrid> across{}, down{};
  const auto luma = [](const uint8_t* rgb) { return (rgb[0] + 2 * rgb[1] + rgb[2]) / 4; };
  for (int y = top; y < top + rows; ++y) {
    const uint8_t* row = image.data + y * image.stride;
    for (int x = left; x < left + columns; ++x) {
      const int here = luma(row + x * 3);
      across[x % kGrid] += std::abs(here - luma(row + (x + 1) * 3));
      down[y % kGrid] += std::abs(here - luma(row + image.stride + x * 3));
    }
  }
  double sum = 0;
  for (const auto& steps : {across, down}) {
    const double each = double(rows) * columns / kGrid;
    const double most = double(*std::max_element(steps.begin(), steps.end())) / each;
    double rest = -most;
    for (const int64_t step : steps) rest += double(step) / each;
    sum += most / (rest / (kGrid - 1) + 0.05) / 2;
  }
  return sum;
}

}  // namespace

Comparability check_light(const FacePlace& place, const Chip& chip, const ImageView& image) {
  if (!(place.size() >= kLeastSize)) return Comparability::too_small;
  const auto [mean, deviation] = spread_of(flat(pairs_of(place, chip, image)));
  int white = 0;
  for (int y = kBegin; y < kEnd; ++y)
    for (int x = kBegin; x < kEnd; ++x) white += grey(&chip[(size_t(y) * kChipSize + x) * 3]) > kWhite;
  if (white > kMostWhite * (kEnd - kBegin) * (kEnd - kBegin)) return Comparability::too_bright;
  if (deviation < kLeastContrast) return mean < kDark ? Comparability::too_dark : Comparability::low_contrast;
  return Comparability::comparable;
}

Comparability check_detail(const FacePlace& place, const Chip& chip, const ImageView& image) {
  if (share_outside(place, image) > kMostOutside) return Comparability::cut;
  if (blocks(place, image) > kMostBlocks * std::max(1.0, place.size() / kBlockSize)) return Comparability::compressed;
  if (sharpness(pairs_of(place, chip, image)) < kLeastSharpness) return Comparability::blurred;
  return Comparability::comparable;
}

}  // namespace visavis
