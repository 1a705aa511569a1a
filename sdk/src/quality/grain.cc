// In a picture, a pixel differs less from the next one than from the one after it; in noise it differs from both alike.
// A noisy picture that was then enlarged, filtered or compressed no longer shows that, but its chip is rough
// everywhere. Both are compared with the contrast of the face, which the noise hides. Lines, such as those of a camera
// that lost every second one, make pixels differ across them and not along them; a face is much alike in both directions.
#include "quality/grain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace visavis {
namespace {

constexpr double kLeastGrowth = 1.33;     // of the difference, from the next pixel to the one after; 1 in noise
constexpr double kTolerance = 1.0 / 380;  // of the difference over the contrast, for each px of the face's width
constexpr double kLeastStep = 1;          // of 255: smaller differences are rounding
constexpr double kMostFine = 0.57;        // roughness of the chip at half its size, of a face some 90 px wide or more
constexpr double kFineOfNone = 0.2;       // a share of it, where the face is smallest
constexpr double kFineWidth = 110;        // px, for a whole more
constexpr double kFineWithCoarse = 0.24;  // at half the chip's size, from where on that at a quarter of it counts
constexpr double kMostOneSided = 2.4;     // differences across lines over those along them; of 785 faces at most 1.73
constexpr int kPixels = 20000;            // that are looked at: of larger faces not each row

// The middle one of small whole numbers that were counted; each stands for what is rounded to it.
double median(const std::array<int, 256>& counts) {
  double half = 0;
  for (const int count : counts) half += count / 2.0;
  double before = 0;
  for (int value = 0; value < 256; ++value) {
    if (before + counts[value] >= half && counts[value] > 0) {
      const double low = std::max(0.0, value - 0.5);
      return low + (half - before) / counts[value] * (value + 0.5 - low);
    }
    before += counts[value];
  }
  return 0;
}

// The usual differences of a pixel to the next one and to the one after, across and down, in the picture itself; and
// the mean ones to the next, by direction.
struct Steps {
  double next = 0, after = 0;
  double across = 0, down = 0;
};

Steps steps_of(const FacePlace& place, const ImageView& image) {
  const Point middle = place.at(0.5, 0.5);
  const double half = place.size() * 0.6;
  const auto within = [](double value, int most) { return int(std::clamp(value, 0.0, double(most))); };
  const int left = within(middle.x - half, image.width), right = within(middle.x + half, image.width);
  const int top = within(middle.y - half, image.height), bottom = within(middle.y + half, image.height);
  const int columns = right - left, rows = bottom - top;
  constexpr int kLeast = 10;  // px, to say anything
  if (columns < kLeast || rows < kLeast) return {};
  const int each = int(int64_t{columns} * rows / kPixels) | 1;  // odd: an even one may fall in step with lines
  std::array<int, 256> next{}, after{};
  int64_t across = 0, down = 0, count = 0;
  std::array<std::vector<uint8_t>, 3> luma;  // of a row and the two below
  for (int y = top; y + 2 < bottom; y += each) {
    for (int r = 0; r < 3; ++r) {
      const uint8_t* rgb = image.data + (y + r) * image.stride + int64_t{left} * 3;
      luma[r].resize(size_t(columns));
      for (uint8_t& value : luma[r]) value = uint8_t((rgb[0] + 2 * rgb[1] + rgb[2]) / 4), rgb += 3;
    }
    for (size_t x = 0; x + 2 < luma[0].size(); ++x) {
      const int here = luma[0][x];
      const int right_one = std::abs(here - luma[0][x + 1]), lower_one = std::abs(here - luma[1][x]);
      ++next[right_one], ++next[lower_one];
      across += right_one + std::abs(luma[0][x + 1] - luma[0][x + 2]);
      down += lower_one + std::abs(luma[1][x] - luma[2][x]);
      count += 2;
      ++after[std::abs(here - luma[0][x + 2])], ++after[std::abs(here - luma[2][x])];
    }
  }
  return {median(next), median(after), double(across) / double(count), double(down) / double(count)};
}

// The usual size of what is left after planes and straight edges are taken out (Immerkær's mask).
double roughness(const Greys& greys) {
  std::vector<double> rough;
  for (int r = 1; r + 1 < greys.side(); ++r)
    for (int c = 1; c + 1 < greys.side(); ++c) {
      const auto bend = [&](int row) { return greys.at(row, c - 1) - 2 * greys.at(row, c) + greys.at(row, c + 1); };
      const double value = std::abs(bend(r - 1) - 2 * bend(r) + bend(r + 1));
      if (!std::isnan(value)) rough.push_back(value);
    }
  if (rough.empty()) return 0;
  const auto half = rough.begin() + int64_t(rough.size() / 2);
  std::nth_element(rough.begin(), half, rough.end());
  return *half;
}

}  // namespace

bool is_grainy(const FacePlace& place, const Greys& middle, const ImageView& image, const Floors& floors) {
  const double contrast = std::max(spread_of(middle.values()).deviation, 1e-3);
  const Steps steps = steps_of(place, image);
  if (steps.next > floors.most_step) return true;
  if (std::max(steps.across, steps.down) + 0.5 > kMostOneSided * (std::min(steps.across, steps.down) + 0.5))
    return true;
  if (steps.next > kLeastStep && steps.after < kLeastGrowth * steps.next &&
      steps.next > kTolerance * place.size() * contrast)
    return true;
  const double fine = roughness(middle) / contrast;
  if (fine > kMostFine * std::min(1.0, kFineOfNone + place.size() / kFineWidth)) return true;
  return fine > kFineWithCoarse && roughness(middle.halved()) > floors.most_coarse * contrast;
}

}  // namespace visavis
