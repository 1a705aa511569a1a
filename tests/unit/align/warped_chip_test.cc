// align/warped_chip: the points of a face come to lie where the frame says.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "align/chip.h"

namespace visavis {
namespace {

// A white dot at each of the points that the frame's would be at if turned and scaled.
TEST(WarpChip, PointsComeToTheFramesPoints) {
  for (const double degrees : {0.0, 25.0, -160.0}) {
    constexpr int kSide = 400;
    std::vector<uint8_t> pixels(size_t{kSide} * kSide * 3);
    const std::complex<double> turn = std::polar(1.5, degrees * std::numbers::pi / 180);
    Landmarks points;
    for (size_t i = 0; i < points.size(); ++i) {
      const auto [x, y] = kArcFaceChip.points[i];
      const auto there = std::complex<double>(200, 200) + turn * (std::complex<double>(x - 56, y - 56));
      points[i] = {float(there.real()), float(there.imag())};
      for (int dy = -2; dy <= 2; ++dy)
        for (int dx = -2; dx <= 2; ++dx)
          for (size_t c = 0; c < 3; ++c)
            pixels[(size_t(int(there.imag()) + dy) * kSide + size_t(int(there.real()) + dx)) * 3 + c] = 255;
    }
    const Chip chip = warp_chip({pixels.data(), kSide, kSide, 3 * kSide}, points, kArcFaceChip);
    ASSERT_EQ(chip.size(), size_t{112} * 112 * 3);
    for (const auto& [x, y] : kArcFaceChip.points)
      EXPECT_GT(int(chip[(size_t(std::lround(y)) * 112 + size_t(std::lround(x))) * 3]), 200) << degrees;
    size_t lit = 0;
    for (size_t i = 0; i < chip.size(); i += 3) lit += chip[i] > 60;
    EXPECT_LT(lit, 5u * 25u) << "only the dots";
  }
}

}  // namespace
}  // namespace visavis
