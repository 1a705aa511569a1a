// align/portrait: where the eyes come to lie, however the face is turned and whichever points it has; at any size.
#include "align/portrait.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/fixtures.h"
#include "types/key_points.h"

namespace visavis {
namespace {

using Complex = std::complex<double>;

// Black, with a white dot on each eye.
struct Dots {
  std::vector<uint8_t> pixels;
  ImageView view;
  Landmarks points;
};

Dots dots(int side, double apart, double degrees) {
  Dots made;
  made.pixels.resize(size_t(side) * size_t(side) * 3);
  made.view = {made.pixels.data(), side, side, int64_t{side} * 3};
  const Complex turn = std::polar(apart, degrees * std::numbers::pi / 180), middle(side / 2.0, side / 2.0);
  const Complex places[] = {{-0.5, 0}, {0.5, 0}, {0, 0.56}, {-0.4, 1}, {0.4, 1}};
  for (size_t i = 0; i < 5; ++i) {
    const Complex there = middle + turn * places[i];
    made.points[i] = {float(there.real()), float(there.imag())};
  }
  const int reach = int(apart / 20) + 1;
  for (size_t eye = 0; eye < 2; ++eye)
    for (int y = -reach; y <= reach; ++y)
      for (int x = -reach; x <= reach; ++x) {
        const int column = int(std::lround(made.points[eye].x)) + x, row = int(std::lround(made.points[eye].y)) + y;
        if (column < 0 || row < 0 || column >= side || row >= side) continue;
        uint8_t* pixel = &made.pixels[size_t(row * side + column) * 3];
        pixel[0] = pixel[1] = pixel[2] = 255;
      }
  return made;
}

// The middle of what is bright in a half of the portrait, in its widths.
Complex bright(const ImageView& image, bool left) {
  double sum = 0;
  Complex place = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = left ? 0 : image.width / 2; x < (left ? image.width / 2 : image.width); ++x) {
      const double light = image.data[y * image.stride + int64_t{x} * 3];
      sum += light;
      place += light * Complex(x, y);
    }
  return place / std::max(sum, 1.0) / double(image.width);
}

TEST(Portrait, EyesLieWhereTheStandardHasThem) {
  for (const double degrees : {0.0, 20.0, -90.0, 180.0})
    for (const int width : {0, 150, 600}) {
      const Dots face = dots(1000, 100, degrees);
      const Image portrait = cut_portrait(face.view, face.points, kMeanFaceOfFeatures, width);
      EXPECT_EQ(portrait.view.width, width == 0 ? 400 : width);
      EXPECT_EQ(portrait.view.height, std::lround(portrait.view.width * 4 / 3.0));
      EXPECT_NEAR(std::abs(bright(portrait.view, true) - Complex(0.375, 0.6)), 0, 0.006) << degrees << " " << width;
      EXPECT_NEAR(std::abs(bright(portrait.view, false) - Complex(0.625, 0.6)), 0, 0.006) << degrees << " " << width;
    }
}

TEST(Portrait, ALargeFaceIsMadeSmaller) {
  const Dots face = dots(3000, 700, 5);
  const Image portrait = cut_portrait(face.view, face.points, kMeanFaceOfFeatures, 0);
  EXPECT_EQ(portrait.view.width, kMostNaturalPortrait);
  EXPECT_NEAR(std::abs(bright(portrait.view, true) - Complex(0.375, 0.6)), 0, 0.006);
}

TEST(Portrait, BeyondTheEdgeItsPixelsGoOn) {
  Dots face = dots(200, 100, 0);
  for (uint8_t& value : face.pixels) value = 77;
  const Image portrait = cut_portrait(face.view, face.points, kMeanFaceOfFeatures, 0);
  for (const uint8_t value : portrait.storage) ASSERT_EQ(value, 77);
  for (Point& point : face.points) point.x += 100'000;
  const Image away = cut_portrait(face.view, face.points, kMeanFaceOfFeatures, 60);
  for (const uint8_t value : away.storage) ASSERT_EQ(value, 77);
}

TEST(Portrait, PointsThatFitNoFaceAreRefused) {
  const Dots face = dots(200, 100, 0);
  Landmarks points = face.points;
  points[1] = points[0];
  EXPECT_EQ(testing_support::error_of([&] { cut_portrait(face.view, points, kMeanFaceOfFeatures, 0); }).code(),
            VAV_E_INVALID_ARGUMENT);
  points[1].x += 5000;
  EXPECT_EQ(testing_support::error_of([&] { cut_portrait(face.view, points, kMeanFaceOfFeatures, 0); }).code(),
            VAV_E_LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace visavis
