// detect/yunet/patch: pixels come from where in_picture says, in all sizes and turned; grey beyond the picture.
#include "detect/yunet/patch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace visavis {
namespace {

constexpr int kWidth = 200, kHeight = 150;

// Red grows to the right, green downwards.
const std::vector<uint8_t>& slopes() {
  static const std::vector<uint8_t> pixels = [] {
    std::vector<uint8_t> list;
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) list.insert(list.end(), {uint8_t(x), uint8_t(y), 77});
    return list;
  }();
  return pixels;
}

ImageView picture() { return {slopes().data(), kWidth, kHeight, int64_t{3} * kWidth}; }

// Grey beyond the part, slopes within it.
void expect_slopes(const Patch& patch, const Box& part, double tolerance) {
  const ImageView view = patch.view();
  for (int y = 0; y < view.height; ++y)
    for (int x = 0; x < view.width; ++x) {
      const uint8_t* rgb = view.data + y * view.stride + x * 3;
      const Point there = patch.in_picture({float(x), float(y)});
      const double margin = 3 * std::max(1.0, std::hypot(patch.across(), patch.down()));
      const double beyond = std::max(
          {part.left - there.x, part.top - there.y, there.x - float(part.right), there.y - float(part.bottom)});
      if (beyond > margin) {
        EXPECT_EQ(int(rgb[0]), 128) << x << "," << y;
      } else if (beyond < -margin) {
        EXPECT_NEAR(rgb[0], there.x, tolerance) << x << "," << y;
        EXPECT_NEAR(rgb[1], there.y, tolerance) << x << "," << y;
        EXPECT_EQ(int(rgb[2]), 77);
      }
    }
}

TEST(YunetPatch, PartsInAnySize) {
  for (const Box& part : {Box{0, 0, kWidth - 1, kHeight - 1}, Box{20, 30, 139, 109}})
    for (const double scale : {0.3, 1.0, 2.5})
      for (const int border : {0, 16})
        for (const int threads : {1, 3})
          expect_slopes(Patch(picture(), part, int(double(part.width()) * scale), int(double(part.height()) * scale),
                              border, threads),
                        part, 1.6);
}

TEST(YunetPatch, Turned) {
  for (const double degrees : {0.0, 30.0, -50.0, 90.0, 171.0})
    for (const double scale : {0.2, 0.7, 1.0, 3.0})
      for (const Point& middle : {Point{100, 75}, Point{5, 140}, Point{-400, 9000}})
        expect_slopes(Patch::turned(picture(), middle, scale, degrees, 64), {0, 0, kWidth - 1, kHeight - 1}, 2.5);
}

TEST(YunetPatch, TheMiddleComesToTheMiddle) {
  const Patch patch = Patch::turned(picture(), {120, 60}, 0.5, 33, 65);
  const Point middle = patch.in_picture({32, 32});
  EXPECT_NEAR(middle.x, 120, 1e-3);
  EXPECT_NEAR(middle.y, 60, 1e-3);
}

}  // namespace
}  // namespace visavis
