// Steps between neighbours in the picture itself, where the squares are; shades in the chip, after what little
// smoothing it does, because a few shades at each of many small pixels harm nobody.
#include "quality/packing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "quality/middle.h"

namespace visavis {
namespace {

constexpr double kMostBlocks = 3.5;   // see blocks(), for a face of up to kBlockSize px
constexpr double kBlockSize = 100;    // px: on larger faces a block of 8 px hides less
constexpr double kLeastLines = 0.25;  // share of the lines that hold the steps; below it they are edges of squares
constexpr double kLeastSquares = 24;  // across the face
constexpr double kLeastShades = 0.8;  // for a contrast of 1

int luma(const uint8_t* rgb) { return (rgb[0] + 2 * rgb[1] + rgb[2]) / 4; }

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

// The steps from each column to the next, or from each row, summed along it.
struct Profile {
  std::vector<double> steps;

  // Of how many lines the steps are, if each had as many: 1 where all are alike, 1 / 10 where each tenth has them all.
  double share() const {
    double sum = 0, squares = 0;
    for (const double step : steps) sum += step, squares += step * step;
    return sum * sum / std::max(squares * double(steps.size()), 1e-9);
  }
  int lines() const {
    const double mean = std::accumulate(steps.begin(), steps.end(), 0.0) / double(steps.size());
    int count = 0;
    for (size_t i = 0; i < steps.size(); ++i) {
      const double before = i > 0 ? steps[i - 1] : 0, after = i + 1 < steps.size() ? steps[i + 1] : 0;
      count += steps[i] > 2.5 * mean && steps[i] >= before && steps[i] > after;
    }
    return count;
  }
};

// Whether the face is a mosaic of too few squares, of whatever size: such as it is made to hide somebody, or by
// enlarging without smoothing.
bool is_mosaic(const FacePlace& place, const ImageView& image) {
  constexpr double kReach = 0.6;  // of the mean face's square, from its middle
  constexpr int kLooks = 128;     // along each line
  const Point middle = place.at(0.5, 0.5);
  const double half = place.size() * kReach;
  const auto within = [](double value, int most) { return int(std::clamp(value, 0.0, double(most))); };
  const int left = within(middle.x - half, image.width), right = within(middle.x + half, image.width);
  const int top = within(middle.y - half, image.height), bottom = within(middle.y + half, image.height);
  if (right - left < 10 || bottom - top < 10) return false;
  const auto at = [&](int x, int y) { return luma(image.data + y * image.stride + int64_t{x} * 3); };
  const int each = std::max(1, std::max(right - left, bottom - top) / kLooks);
  Profile across, down;
  across.steps.assign(size_t(right - left - 1), 0), down.steps.assign(size_t(bottom - top - 1), 0);
  for (int y = top; y < bottom; y += each)
    for (int x = left; x + 1 < right; ++x) across.steps[size_t(x - left)] += std::abs(at(x + 1, y) - at(x, y));
  for (int y = top; y + 1 < bottom; ++y)
    for (int x = left; x < right; x += each) down.steps[size_t(y - top)] += std::abs(at(x, y + 1) - at(x, y));
  if (std::min(across.share(), down.share()) >= kLeastLines) return false;
  const int lines = std::max(across.lines(), down.lines());
  return lines > 0 && lines < kLeastSquares * 2 * kReach;
}

// Of how many shades the middle of the chip is, if each were as frequent. Black and white are left out: they are also
// what lies beyond the darkest and the brightest that a camera sees. 0 where next to nothing else is there.
double shades(const FacePlace& place, const Chip& chip, const ImageView& image) {
  constexpr int kBlack = 2, kWhite = 253;
  constexpr double kLeastOthers = 0.3;
  const bool whole = is_middle_inside(place, image);
  std::array<int, 256> counts{};
  int inside = 0, others = 0;
  for (int y = kMiddleBegin; y < kMiddleEnd; ++y)
    for (int x = kMiddleBegin; x < kMiddleEnd; ++x) {
      if (!whole && !is_inside(place.of_chip(x, y), image)) continue;
      ++inside;
      const int shade = int(std::lround(grey(&chip[(size_t(y) * kChipSize + x) * 3])));
      if (shade > kBlack && shade < kWhite) ++counts[shade], ++others;
    }
  if (others == 0 || others < kLeastOthers * inside) return 0;
  double squares = 0;
  for (const int count : counts) squares += double(count) * count;
  return double(others) * others / squares;
}

}  // namespace

bool is_packed(const FacePlace& place, const Chip& chip, const ImageView& image, double contrast) {
  return blocks(place, image) > kMostBlocks * std::max(1.0, place.size() / kBlockSize) || is_mosaic(place, image) ||
         shades(place, chip, image) < kLeastShades * contrast;
}

}  // namespace visavis
