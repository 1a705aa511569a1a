// image/jpeg: the pixels of dlib's own loader; grey, CMYK, progressive; damage and bombs refused.
#include <gtest/gtest.h>

#include "base/error.h"
#include "image/decode.h"
#include "support/dlib_pixels.h"
#include "support/fixtures.h"
#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;

Bytes segment(uint8_t marker, size_t length) {
  Bytes b{0xFF, marker, static_cast<uint8_t>((length + 2) >> 8), static_cast<uint8_t>(length + 2)};
  b.resize(b.size() + length, 0);
  return b;
}

// Puts bytes behind the first segment, JFIF.
Bytes with_inserted(const Bytes& jpeg, const Bytes& more) {
  const auto place = jpeg.begin() + 4 + jpeg[4] * 256 + jpeg[5];
  Bytes result(jpeg.begin(), place);
  append(result, more);
  result.insert(result.end(), place, jpeg.end());
  return result;
}

size_t last_scan(const Bytes& jpeg) {
  size_t found = 0;
  for (size_t i = 0; i + 1 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xDA) found = i;
  return found;
}

TEST(Jpeg, SamplePhotosHaveThePixelsOfDlib) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  for (const auto& entry : std::filesystem::directory_iterator(photos_directory())) {
    if (entry.path().extension() != ".jpg") continue;
    SCOPED_TRACE(entry.path().filename());
    const auto expected = dlib_pixels(entry.path().string());
    const Image image = load_image(entry.path().string(), {.ignore_orientation = true});
    ASSERT_EQ(image.view.width, expected.nc());
    ASSERT_EQ(image.view.height, expected.nr());
    for (int32_t y = 0; y < image.view.height; ++y)
      ASSERT_EQ(std::memcmp(image.view.data + image.view.stride * y, &expected[y][0], 3u * expected.nc()), 0) << y;
    EXPECT_EQ(image.source, ImageSource::jpeg);
    EXPECT_EQ(image.warning, "");
  }
}

TEST(Jpeg, RgbGreyAndProgressive) {
  const Samples rgb = pattern(40, 30, 3);
  expect_same(decode_image(encode_jpeg(rgb, {.stored = JCS_RGB})).view, rgb, 4);
  expect_same(decode_image(encode_jpeg(rgb, {.stored = JCS_RGB, .progressive = true})).view, rgb, 4);
  const Samples grey = pattern(17, 9, 1);
  const Image image = decode_image(encode_jpeg(grey, {.space = JCS_GRAYSCALE}));
  expect_pixels(image.view, 17, 9, 4, [&](int32_t x, int32_t y) {
    const int v = grey.at(x, y, 0);
    return Rgb{v, v, v};
  });
}

// What is printed: each ink and the black take away from the light that the paper sends back.
Rgb printed(int c, int m, int y, int k) {
  return {(255 - c) * (255 - k) / 255, (255 - m) * (255 - k) / 255, (255 - y) * (255 - k) / 255};
}

TEST(Jpeg, CmykPlainAndAdobeInverted) {
  const Samples s = pattern(70, 130, 4);  // more than one band of rows
  const Image plain = decode_image(encode_jpeg(s, {.space = JCS_CMYK, .adobe_marker = false}));
  expect_pixels(plain.view, 70, 130, 6, [&](int32_t x, int32_t y) {
    return printed(s.at(x, y, 0), s.at(x, y, 1), s.at(x, y, 2), s.at(x, y, 3));
  });
  for (const J_COLOR_SPACE stored : {JCS_CMYK, JCS_YCCK}) {
    const Image adobe = decode_image(encode_jpeg(s, {.space = JCS_CMYK, .stored = stored}));
    expect_pixels(adobe.view, 70, 130, stored == JCS_CMYK ? 6 : 255, [&](int32_t x, int32_t y) {
      return printed(255 - s.at(x, y, 0), 255 - s.at(x, y, 1), 255 - s.at(x, y, 2), 255 - s.at(x, y, 3));
    });
  }
}

TEST(Jpeg, YcckOfOneColour) {
  Samples s{16, 16, 4, {}};
  for (int i = 0; i < 16 * 16; ++i) append(s.data, Bytes{200, 100, 50, 220});  // Adobe: what is let through
  const Image image = decode_image(encode_jpeg(s, {.space = JCS_CMYK, .stored = JCS_YCCK}));
  expect_pixels(image.view, 16, 16, 3, [](int32_t, int32_t) { return Rgb{172, 86, 43}; });
}

TEST(Jpeg, OrientationIsAppliedAndReportedOrOnlyReported) {
  for (uint16_t orientation = 1; orientation <= 8; ++orientation) {
    const Bytes file = encode_jpeg(pattern(19, 10, 3), {.exif = exif_block(orientation, orientation % 2 == 0)});
    const Image stored = decode_image(file, {.ignore_orientation = true});
    const Image upright = decode_image(file);
    EXPECT_EQ(stored.orientation, orientation);
    EXPECT_EQ(upright.orientation, orientation);
    EXPECT_EQ(stored.view.width, 19);
    expect_upright(upright.view, stored.view, orientation);
  }
}

TEST(Jpeg, OtherApp1SegmentsAreNotExif) {
  const Bytes file = encode_jpeg(pattern(19, 10, 3), {.exif = exif_block(6)});
  Bytes xmp = segment(0xE1, 40);
  std::memcpy(xmp.data() + 4, "http://ns", 9);
  EXPECT_EQ(decode_image(with_inserted(file, xmp)).orientation, 6);
}

TEST(Jpeg, HarmlessOdditiesAreAWarning) {
  const Bytes file = encode_jpeg(pattern(19, 10, 3));
  const Image image = decode_image(with_inserted(file, {0, 0, 0}));
  EXPECT_NE(image.warning.find("extraneous"), std::string::npos) << image.warning;
  expect_same(image.view, {19, 10, 3, decode_image(file).storage});
}

TEST(Jpeg, DamageIsAnErrorWithTheReason) {
  Bytes file = encode_jpeg(pattern(64, 64, 3));
  const size_t middle = file.size() - 200;
  file[middle] = 0xFF;
  file[middle + 1] = 0xD9;  // the end marker, too early
  const Error error = error_of([&] { decode_image(file); });
  EXPECT_EQ(error.code(), VAV_E_IMAGE_DECODE);
  EXPECT_NE(std::string(error.what()).find("premature end"), std::string::npos) << error.what();
}

// A file that lacks no more than its end marker shows all of the picture.
TEST(Jpeg, WithoutItsEndMarkerItIsReadAndToldOf) {
  for (const bool progressive : {false, true}) {
    const Bytes file = encode_jpeg(pattern(64, 48, 3), {.progressive = progressive});
    for (const size_t missing : {1u, 2u}) {
      const Image image = decode_image({file.data(), file.size() - missing});
      EXPECT_NE(image.warning.find("end marker"), std::string::npos) << image.warning;
      expect_same(image.view, {64, 48, 3, decode_image(file).storage});
    }
    for (size_t missing = 8; missing < file.size(); missing += 7) {
      const Error error = error_of([&] { decode_image({file.data(), file.size() - missing}); });
      EXPECT_NE(error.code(), VAV_OK) << missing << " bytes missing";
    }
  }
}

// What libjpeg does not read is named, and is no damage.
TEST(Jpeg, RareKindsAreNamed) {
  Bytes file = encode_jpeg(pattern(16, 16, 3));
  size_t frame = 0;
  while (file[frame] != 0xFF || file[frame + 1] != 0xC0) ++frame;
  Bytes twelve = file, lossless = file;
  twelve[frame + 1] = 0xC1;
  twelve[frame + 4] = 12;
  lossless[frame + 1] = 0xC3;
  const Error deep = error_of([&] { decode_image(twelve); }), exact = error_of([&] { decode_image(lossless); });
  EXPECT_EQ(deep.code(), VAV_E_IMAGE_FORMAT);
  EXPECT_NE(std::string(deep.what()).find("12 bits"), std::string::npos) << deep.what();
  EXPECT_EQ(exact.code(), VAV_E_IMAGE_FORMAT);
  EXPECT_NE(std::string(exact.what()).find("lossless"), std::string::npos) << exact.what();
}

TEST(Jpeg, TooManyScansAreRefusedFast) {
  const Samples flat{16, 16, 1, Bytes(16 * 16, 128)};  // without details, each scan may stand there again
  const Bytes file = encode_jpeg(flat, {.space = JCS_GRAYSCALE, .progressive = true});
  const size_t scan = last_scan(file);
  const Bytes again(file.begin() + scan, file.end() - 2);
  Bytes few(file.begin(), file.end() - 2), bomb = few;
  for (int i = 0; i < 200; ++i) append(few, again);
  append(few, Bytes{0xFF, 0xD9});
  EXPECT_EQ(error_of([&] { decode_image(few); }).code(), VAV_OK);
  for (int i = 0; i < 20'000; ++i) append(bomb, again);
  append(bomb, Bytes{0xFF, 0xD9});
  const Error error = error_of([&] { decode_image(bomb); });
  EXPECT_EQ(error.code(), VAV_E_LIMIT_EXCEEDED);
  EXPECT_NE(std::string(error.what()).find("scans"), std::string::npos) << error.what();
}

TEST(Jpeg, HeaderBombsAreRefused) {
  Bytes file = encode_jpeg(pattern(16, 16, 3));
  size_t frame = 0;
  while (file[frame] != 0xFF || file[frame + 1] != 0xC0) ++frame;
  const auto claim = [&](int width, int height) {
    file[frame + 5] = static_cast<uint8_t>(height >> 8);
    file[frame + 6] = static_cast<uint8_t>(height);
    file[frame + 7] = static_cast<uint8_t>(width >> 8);
    file[frame + 8] = static_cast<uint8_t>(width);
    return error_of([&] { decode_image(file); }).code();
  };
  EXPECT_EQ(claim(60'000, 60'000), VAV_E_LIMIT_EXCEEDED);
  EXPECT_EQ(claim(65'535, 10), VAV_E_LIMIT_EXCEEDED);  // libjpeg's own bound is 65,500
  EXPECT_EQ(claim(16, 0), VAV_E_IMAGE_DECODE);
  EXPECT_EQ(claim(16, 16), VAV_OK);
}

TEST(Jpeg, TwoChannelsAreRefusedByName) {
  const Samples two = pattern(16, 16, 2);
  const Error error = error_of([&] { decode_image(encode_jpeg(two, {.space = JCS_UNKNOWN})); });
  EXPECT_EQ(error.code(), VAV_E_IMAGE_FORMAT);
  EXPECT_NE(std::string(error.what()).find("2 colour channels"), std::string::npos) << error.what();
}

}  // namespace
}  // namespace visavis
