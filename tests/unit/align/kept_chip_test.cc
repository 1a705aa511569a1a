// align/kept_chip: upright, with room around the face, never enlarged; and kept without loss.
#include "align/kept_chip.h"

#include <gtest/gtest.h>

#include <cmath>

#include "image/decode.h"
#include "image/encode.h"

namespace visavis {
namespace {

// A picture whose red grows to the right and whose green grows downwards.
Image slope(int side) {
  Image image;
  image.storage.resize(static_cast<size_t>(side) * static_cast<size_t>(side) * 3);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      uint8_t* const pixel = &image.storage[static_cast<size_t>(y * side + x) * 3];
      pixel[0] = static_cast<uint8_t>(255 * x / side);
      pixel[1] = static_cast<uint8_t>(255 * y / side);
    }
  image.view = {image.storage.data(), side, side, int64_t{side} * 3};
  return image;
}

// The mean face, `size` px wide, its square turned by `degrees` around the middle of a picture.
Landmarks face(int side, double size, double degrees) {
  const auto turn = std::polar(size, degrees * std::numbers::pi / 180);
  Landmarks points;
  for (size_t i = 0; i < points.size(); ++i) {
    const auto there = turn * std::complex<double>(kMeanFace[i][0] - 0.5, kMeanFace[i][1] - 0.5);
    points[i] = {static_cast<float>(side / 2.0 + there.real()), static_cast<float>(side / 2.0 + there.imag())};
  }
  return points;
}

TEST(KeptChip, IsThreeFacesWideAndNeverEnlarged) {
  const Image image = slope(1000);
  EXPECT_EQ(cut_kept_chip(image.view, face(1000, 60, 0), kMeanFace).view.width, 180);
  EXPECT_EQ(cut_kept_chip(image.view, face(1000, 300, 0), kMeanFace).view.width, kMostKeptChip);
  EXPECT_EQ(cut_kept_chip(image.view, face(1000, 5000, 0), kMeanFace).view.width, kMostKeptChip);
  EXPECT_EQ(cut_kept_chip(image.view, face(1000, 1, 0), kMeanFace).view.width, 48);
}

TEST(KeptChip, IsUpright) {
  const Image image = slope(1000);
  const Image chip = cut_kept_chip(image.view, face(1000, 200, 90), kMeanFace);
  const auto at = [&](int x, int y) { return &chip.view.data[y * chip.view.stride + 3 * x]; };
  // The face lies on its side: what was to the right of it is below it, and what was above it is on its right.
  EXPECT_NEAR(at(160, 160)[0], 127, 2);
  EXPECT_NEAR(at(160, 160)[1], 127, 2);
  EXPECT_LT(at(160, 300)[0], at(160, 20)[0] - 100);
  EXPECT_GT(at(300, 160)[1], at(20, 160)[1] + 100);
}

TEST(KeptChip, APngLosesNothing) {
  const Image image = slope(64);
  const Image again = decode_image(encode_png({image.view.data, 63, 50, image.view.stride}));
  ASSERT_EQ(again.view.width, 63);
  ASSERT_EQ(again.view.height, 50);
  EXPECT_EQ(again.source, ImageSource::png);
  for (int y = 0; y < 50; ++y)
    EXPECT_TRUE(std::equal(again.view.data + y * again.view.stride, again.view.data + y * again.view.stride + 3 * 63,
                           image.view.data + y * image.view.stride));
}

}  // namespace
}  // namespace visavis
