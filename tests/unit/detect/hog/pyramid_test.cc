// detect/pyramid beside dlib's pyramid_down<6> and dlib's grey: the same bytes.
#include "detect/hog/pyramid.h"

#include <dlib/image_transforms.h>

#include <cstring>
#include <random>

#include "dlib_io/rgb_image.h"
#include "support/simd_targets.h"

namespace visavis {
namespace {

using testing_support::for_each_simd_target;

struct Noise {
  Noise(int width, int height) : bytes(size_t(width) * height * 3), view{bytes.data(), width, height, width * 3} {
    std::mt19937 random(width * 1000 + height);
    for (uint8_t& byte : bytes) byte = uint8_t(random());
  }
  std::vector<uint8_t> bytes;
  ImageView view;
};

Planes split(const ImageView& image, int count) {
  Planes planes(count, image.width, image.height);
  split_rows(image, planes, 0, image.height / 2);
  split_rows(image, planes, image.height / 2, image.height);
  return planes;
}

Planes shrunk(const Planes& planes) {
  const Shrinking step(planes.width, planes.height);
  Planes smaller(planes.count, step.width(), step.height());
  step.rows(planes, smaller, step.height() / 3, step.height());
  step.rows(planes, smaller, 0, step.height() / 3);
  return smaller;
}

void expect_equal(const Planes& ours, const dlib::array2d<dlib::rgb_pixel>& dlibs) {
  ASSERT_EQ(ours.width, dlibs.nc());
  ASSERT_EQ(ours.height, dlibs.nr());
  for (int y = 0; y < ours.height; ++y)
    for (int x = 0; x < ours.width; ++x) {
      const dlib::rgb_pixel pixel(ours.row(0, y)[x], ours.row(1, y)[x], ours.row(2, y)[x]);
      ASSERT_TRUE(pixel == dlibs[y][x]) << x << "," << y << " of " << ours.width << "x" << ours.height;
    }
}

void expect_equal(const Planes& ours, const dlib::array2d<unsigned char>& dlibs) {
  ASSERT_EQ(ours.width, dlibs.nc());
  ASSERT_EQ(ours.height, dlibs.nr());
  for (int y = 0; y < ours.height; ++y)
    for (int x = 0; x < ours.width; ++x)
      ASSERT_EQ(ours.row(0, y)[x], dlibs[y][x]) << x << "," << y << " of " << ours.width << "x" << ours.height;
}

const std::pair<int, int> kSizes[] = {{77, 77}, {64, 99},  {78, 64},   {79, 65},   {80, 66},  {81, 67},
                                      {82, 68}, {83, 131}, {641, 479}, {1000, 77}, {97, 1003}};

TEST(Pyramid, LevelsAreDlibsToTheByteInColour) {
  for_each_simd_target([] {
    for (const auto& [width, height] : kSizes) {
      const Noise noise(width, height);
      dlib::array2d<dlib::rgb_pixel> once, twice;
      dlib::pyramid_down<6> down;
      down(DlibRgb{noise.view}, once);
      down(once, twice);
      const Planes ours = shrunk(split(noise.view, 3));
      expect_equal(ours, once);
      expect_equal(shrunk(ours), twice);
    }
  });
}

TEST(Pyramid, LevelsAreDlibsToTheByteInGrey) {
  for_each_simd_target([] {
    for (const auto& [width, height] : kSizes) {
      const Noise noise(width, height);
      dlib::array2d<unsigned char> grey, once, twice;
      dlib::assign_image(grey, DlibRgb{noise.view});
      dlib::pyramid_down<6> down;
      down(grey, once);
      down(once, twice);
      const Planes whole = split(noise.view, 1), ours = shrunk(whole);
      expect_equal(whole, grey);
      expect_equal(ours, once);
      expect_equal(shrunk(ours), twice);
    }
  });
}

TEST(Pyramid, GreyIsAThirdOfEverySum) {
  std::vector<uint8_t> pixels;
  for (int sum = 0; sum <= 765; ++sum)
    for (int i = 0; i < 3; ++i) pixels.push_back(uint8_t((sum + i) / 3));
  for_each_simd_target([&] {
    const Planes grey = split({pixels.data(), 766, 1, 766 * 3}, 1);
    for (int sum = 0; sum <= 765; ++sum) ASSERT_EQ(grey.row(0, 0)[sum], sum / 3);
  });
}

}  // namespace
}  // namespace visavis
