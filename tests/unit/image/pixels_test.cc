// image/pixels: every format, odd sizes, strides and sub-rectangles; every wrong description refused by name.
#include "image/pixels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "support/fixtures.h"
#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;

vav_pixels describe(vav_pixel_format format, int32_t width, int32_t height, const uint8_t* data, int64_t stride = 0) {
  vav_pixels p = VAV_PIXELS_INIT;
  p.format = format;
  p.width = width;
  p.height = height;
  p.data[0] = data;
  p.stride[0] = stride;
  return p;
}

TEST(WrapPixels, UprightRgbIsNotCopied) {
  const Samples s = pattern(9, 7, 3);
  for (const int orientation : {0, 1}) {
    vav_pixels p = describe(VAV_PIXEL_RGB, 5, 4, s.data.data() + 3 * (9 * 2 + 1), 3 * 9);
    p.orientation = orientation;
    const Image image = wrap_pixels(p);
    EXPECT_TRUE(image.storage.empty());
    EXPECT_EQ(image.view.data, p.data[0]);
    EXPECT_EQ(image.view.stride, 3 * 9);
    EXPECT_EQ(image.orientation, 1);
    EXPECT_EQ(image.source, ImageSource::pixels);
    expect_pixels(image.view, 5, 4, 0, [&](int32_t x, int32_t y) { return pixel(view_of(s), x + 1, y + 2); });
  }
}

TEST(WrapPixels, PackedFormatsInASubRectangle) {
  const struct {
    vav_pixel_format format;
    int32_t channels, red, green, blue;
  } kinds[] = {{VAV_PIXEL_GRAY, 1, 0, 0, 0},
               {VAV_PIXEL_RGB, 3, 0, 1, 2},
               {VAV_PIXEL_BGR, 3, 2, 1, 0},
               {VAV_PIXEL_RGBA, 4, 0, 1, 2},
               {VAV_PIXEL_BGRA, 4, 2, 1, 0}};
  for (const auto& kind : kinds) {
    SCOPED_TRACE(kind.format);
    const Samples s = pattern(700, 203, kind.channels);  // more than one band of rows
    const int64_t stride = 700 * kind.channels;
    const uint8_t* corner = s.data.data() + stride * 2 + 3 * kind.channels;
    const Image image = wrap_pixels(describe(kind.format, 691, 200, corner, stride));
    expect_pixels(image.view, 691, 200, 0, [&](int32_t x, int32_t y) {
      return Rgb{s.at(x + 3, y + 2, kind.red), s.at(x + 3, y + 2, kind.green), s.at(x + 3, y + 2, kind.blue)};
    });
  }
}

TEST(WrapPixels, EveryOrientationOfEveryKindOfStorage) {
  const Samples rgb = pattern(6, 5, 3), grey = pattern(6, 5, 1);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    vav_pixels p = describe(VAV_PIXEL_RGB, 6, 5, rgb.data.data());
    p.orientation = orientation;
    const Image turned = wrap_pixels(p);
    EXPECT_EQ(turned.orientation, orientation);
    expect_upright(turned.view, view_of(rgb), orientation);
    vav_pixels q = describe(VAV_PIXEL_GRAY, 6, 5, grey.data.data());
    const Image stored = wrap_pixels(q);
    q.orientation = orientation;
    expect_upright(wrap_pixels(q).view, stored.view, orientation);
  }
}

// BT.601, limited range, in floating point; luma below black is black.
Rgb from_yuv(int y, int u, int v) {
  const double luma = 255.0 / 219 * (std::max(y, 16) - 16);
  const auto clip = [](double value) { return static_cast<int>(std::lround(std::clamp(value, 0.0, 255.0))); };
  return {clip(luma + 1.596027 * (v - 128)), clip(luma - 0.391762 * (u - 128) - 0.812968 * (v - 128)),
          clip(luma + 2.017232 * (u - 128))};
}

// A buffer per plane, with rows longer than needed, so that a wrong stride shows.
struct Yuv {
  Samples y, u, v;
  Yuv(int32_t width, int32_t height)
      : y(pattern(width + 5, height, 1)),
        u(pattern((width + 1) / 2 + 3, (height + 1) / 2, 1)),
        v(pattern((width + 1) / 2 + 3, (height + 1) / 2, 1)) {
    for (uint8_t& value : v.data) value = static_cast<uint8_t>(255 - value);
  }
  Rgb at(int32_t px, int32_t py) const {
    return from_yuv(y.at(px, py, 0), u.at(px / 2, py / 2, 0), v.at(px / 2, py / 2, 0));
  }
  Bytes interleaved(bool v_first) const {
    Bytes both;
    for (size_t i = 0; i < u.data.size(); ++i) {
      both.push_back(v_first ? v.data[i] : u.data[i]);
      both.push_back(v_first ? u.data[i] : v.data[i]);
    }
    return both;
  }
};

TEST(WrapPixels, YuvOfOddAndEvenSizes) {
  const std::pair<int32_t, int32_t> sizes[] = {{1, 1}, {2, 2}, {3, 1}, {1, 3}, {7, 5}, {8, 6}, {641, 243}};
  for (const auto& [width, height] : sizes) {
    SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(height));
    const Yuv yuv(width, height);
    const auto expected = [&](int32_t x, int32_t y) { return yuv.at(x, y); };
    for (const vav_pixel_format format : {VAV_PIXEL_NV12, VAV_PIXEL_NV21}) {
      const Bytes chroma = yuv.interleaved(format == VAV_PIXEL_NV21);
      vav_pixels p = describe(format, width, height, yuv.y.data.data(), yuv.y.width);
      p.data[1] = chroma.data();
      p.stride[1] = 2 * yuv.u.width;
      expect_pixels(wrap_pixels(p).view, width, height, 2, expected);
    }
    vav_pixels p = describe(VAV_PIXEL_I420, width, height, yuv.y.data.data(), yuv.y.width);
    p.data[1] = yuv.u.data.data();
    p.data[2] = yuv.v.data.data();
    p.stride[1] = p.stride[2] = yuv.u.width;
    expect_pixels(wrap_pixels(p).view, width, height, 2, expected);
  }
}

// One buffer, as a camera gives it: Y rows of `pitch` bytes, then chroma with the same pitch (half of it for I420).
TEST(WrapPixels, YuvInOneBuffer) {
  for (const int32_t width : {7, 8})
    for (const int32_t pitch : {8, 32})
      for (const vav_pixel_format format : {VAV_PIXEL_NV12, VAV_PIXEL_I420}) {
        SCOPED_TRACE(std::to_string(width) + " of " + std::to_string(pitch));
        const int32_t height = 5, half_height = 3, half_width = 4;
        const int32_t chroma_pitch = format == VAV_PIXEL_NV12 ? pitch : pitch / 2;
        const Yuv yuv(width, height);
        Bytes buffer(size_t{1} * pitch * height + 2u * pitch * half_height, 77);
        for (int32_t y = 0; y < height; ++y)
          for (int32_t x = 0; x < width; ++x) buffer[y * pitch + x] = yuv.y.at(x, y, 0);
        uint8_t* chroma = buffer.data() + pitch * height;
        for (int32_t y = 0; y < half_height; ++y)
          for (int32_t x = 0; x < half_width; ++x) {
            uint8_t* row = chroma + y * chroma_pitch;
            const bool planar = format == VAV_PIXEL_I420;
            (planar ? row[x] : row[2 * x]) = yuv.u.at(x, y, 0);
            (planar ? row[chroma_pitch * half_height + x] : row[2 * x + 1]) = yuv.v.at(x, y, 0);
          }
        vav_pixels p = describe(format, width, height, buffer.data(), pitch);
        const auto expected = [&](int32_t x, int32_t y) { return yuv.at(x, y); };
        expect_pixels(wrap_pixels(p).view, width, height, 2, expected);
        p.stride[1] = chroma_pitch;  // V shares it
        expect_pixels(wrap_pixels(p).view, width, height, 2, expected);
      }
}

TEST(WrapPixels, PackedYuvOfOddWidthInOneBuffer) {
  const Bytes buffer(3 * 3 + 2 * 4, 128);  // Y 3 x 3, then 2 rows of 2 pairs
  expect_pixels(wrap_pixels(describe(VAV_PIXEL_NV12, 3, 3, buffer.data())).view, 3, 3, 2,
                [](int32_t, int32_t) { return from_yuv(128, 128, 128); });
}

class WrongPixels : public testing::Test {
 protected:
  void expect_refused(const vav_pixels& p, const char* word, vav_status code = VAV_E_INVALID_ARGUMENT) {
    const Error error = error_of([&] { wrap_pixels(p); });
    EXPECT_EQ(error.code(), code);
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
  const Bytes buffer_ = Bytes(1000, 128);
  const vav_pixels good_ = describe(VAV_PIXEL_RGB, 8, 8, buffer_.data());
};

TEST_F(WrongPixels, EachMemberIsNamed) {
  ASSERT_EQ(error_of([&] { wrap_pixels(good_); }).code(), VAV_OK);
  const auto with = [&](auto change) {
    vav_pixels p = good_;
    change(p);
    return p;
  };
  for (const int32_t format : {-1, 0, 9, 1000}) expect_refused(with([&](auto& p) { p.format = format; }), "format");
  for (const int32_t side : {std::numeric_limits<int32_t>::min(), -1, 0, 65'536}) {
    expect_refused(with([&](auto& p) { p.width = side; }), "width");
    expect_refused(with([&](auto& p) { p.height = side; }), "height");
  }
  for (const int32_t orientation : {-1, 9}) {
    expect_refused(with([&](auto& p) { p.orientation = orientation; }), "orientation");
  }
  expect_refused(with([](auto& p) { p.reserved = 1; }), "reserved", VAV_E_UNSUPPORTED);
  expect_refused(with([](auto& p) { p.data[0] = nullptr; }), "data[0]");
  const int64_t least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
  for (const int64_t stride : {least, int64_t{-24}, int64_t{-1}, int64_t{1}, int64_t{23}, most / 2, most})
    expect_refused(with([&](auto& p) { p.stride[0] = stride; }), "stride[0]");
  expect_refused(with([&](auto& p) { p.data[1] = buffer_.data(); }), "data[1]");
  expect_refused(with([](auto& p) { p.stride[2] = 8; }), "data[2]");
  expect_refused(with([](auto& p) { p.width = p.height = 65'535; }), "limit", VAV_E_LIMIT_EXCEEDED);
}

TEST_F(WrongPixels, PlanesOfYuv) {
  vav_pixels p = good_;
  p.format = VAV_PIXEL_I420;
  p.data[2] = buffer_.data();
  expect_refused(p, "data[2]");
  p.data[1] = buffer_.data();
  p.data[2] = nullptr;
  expect_refused(p, "data[2]");
  p.data[2] = buffer_.data();
  p.stride[2] = 3;
  expect_refused(p, "stride[2]");
  p.format = VAV_PIXEL_NV12;
  expect_refused(p, "data[2]");
  p.data[2] = nullptr;
  p.stride[2] = 0;
  p.stride[1] = 7;
  expect_refused(p, "stride[1]");
}

}  // namespace
}  // namespace visavis
