// image/webp: lossless and lossy, alpha, animations, EXIF, truncation.
#include <gtest/gtest.h>

#include "base/error.h"
#include "image/decode.h"
#include "support/fixtures.h"
#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;

// libwebp's encoder throws away the colour of pixels that are all transparent.
Samples visible_pattern(int32_t width, int32_t height) {
  Samples s = pattern(width, height, 4);
  for (size_t i = 3; i < s.data.size(); i += 4) s.data[i] |= 1;
  return s;
}

TEST(Webp, LosslessIsExact) {
  const Samples s = pattern(21, 14, 3);
  const Image image = decode_image(encode_webp(s));
  expect_same(image.view, s);
  EXPECT_EQ(image.source, ImageSource::webp);
}

TEST(Webp, LossyIsNear) {
  Samples s{32, 32, 3, {}};
  for (int i = 0; i < 32 * 32; ++i) append(s.data, Bytes{180, 120, 90});
  expect_same(decode_image(encode_webp(s, false)).view, s, 4);
}

TEST(Webp, WhatIsTransparentIsWhite) {
  Samples s = visible_pattern(21, 14);
  s.data[3] = 0;  // hides the first pixel
  expect_pixels(decode_image(encode_webp(s)).view, 21, 14, 2, [&](int32_t x, int32_t y) {
    return on_white({s.at(x, y, 0), s.at(x, y, 1), s.at(x, y, 2)}, s.at(x, y, 3));
  });
}

TEST(Webp, TheFirstFrameOfAnAnimation) {
  const Samples first = visible_pattern(21, 14);
  Samples second = first;
  std::reverse(second.data.begin(), second.data.end());
  expect_pixels(decode_image(webp_animation({first, second})).view, 21, 14, 2, [&](int32_t x, int32_t y) {
    return on_white({first.at(x, y, 0), first.at(x, y, 1), first.at(x, y, 2)}, first.at(x, y, 3));
  });
}

TEST(Webp, OrientationWithAndWithoutTheStartOfExif) {
  const Samples s = pattern(21, 14, 3);
  for (uint16_t orientation = 1; orientation <= 8; ++orientation)
    for (const Bytes& exif : {tiff_block(orientation), exif_block(orientation, true)}) {
      const Image image = decode_image(webp_with_exif(s, exif));
      EXPECT_EQ(image.orientation, orientation);
      expect_upright(image.view, view_of(s), orientation);
    }
}

TEST(Webp, LimitsCountForStillsAndAnimations) {
  const Samples s = visible_pattern(21, 14);
  for (const Bytes& file : {encode_webp(s), encode_webp(s, false), webp_animation({s, s})}) {
    EXPECT_EQ(error_of([&] { decode_image(file, {.max_pixels = 21 * 14 - 1}); }).code(), VAV_E_LIMIT_EXCEEDED);
    EXPECT_EQ(error_of([&] { decode_image(file, {.max_pixels = 21 * 14}); }).code(), VAV_OK);
  }
  // The extended container can claim 2^24 pixels a side.
  Bytes bomb = webp_animation({s, s});
  std::fill(bomb.begin() + 24, bomb.begin() + 30, 0xFF);
  EXPECT_NE(error_of([&] { decode_image(bomb); }).code(), VAV_OK);
}

TEST(Webp, AnAnimationWithoutFramesIsDamaged) {
  const Bytes file = webp_container(10, 10, 2, {webp_chunk("ANIM", {0, 0, 0, 0, 0, 0})});
  EXPECT_EQ(error_of([&] { decode_image(file); }).code(), VAV_E_IMAGE_DECODE);
}

}  // namespace
}  // namespace visavis
