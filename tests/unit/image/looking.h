// Looking at pictures in the image tests: one pixel, a whole comparison, and what an orientation should do.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "types/image.h"
#include "unit/image/encoders.h"

namespace visavis::testing_support {

using Rgb = std::array<int, 3>;

inline Rgb pixel(const ImageView& v, int32_t x, int32_t y) {
  const uint8_t* p = v.data + v.stride * y + 3 * x;
  return {p[0], p[1], p[2]};
}

inline ImageView view_of(const Samples& rgb) {
  return {rgb.data.data(), rgb.width, rgb.height, int64_t{3} * rgb.width};
}

// What is seen of a pixel with that alpha, on white.
inline Rgb on_white(const Rgb& colour, int alpha) {
  Rgb seen{};
  for (size_t c = 0; c < 3; ++c) seen[c] = (colour[c] * alpha + 255 * (255 - alpha) + 127) / 255;
  return seen;
}

// expected(x, y) gives the Rgb that should be there.
template <class Expected>
void expect_pixels(const ImageView& v, int32_t width, int32_t height, int tolerance, Expected expected) {
  ASSERT_EQ(std::pair(v.width, v.height), std::pair(width, height));
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x) {
      const Rgb is = pixel(v, x, y), should = expected(x, y);
      for (int c = 0; c < 3; ++c)
        ASSERT_LE(std::abs(is[c] - should[c]), tolerance)
            << "at " << x << ", " << y << " channel " << c << ": " << is[c] << " instead of " << should[c];
    }
}

inline void expect_same(const ImageView& v, const Samples& rgb, int tolerance = 0) {
  expect_pixels(v, rgb.width, rgb.height, tolerance, [&](int32_t x, int32_t y) { return pixel(view_of(rgb), x, y); });
}

// Where in the stored picture of w × h the upright pixel x, y comes from: the EXIF standard's rows and columns.
inline std::pair<int32_t, int32_t> stored_at(int orientation, int32_t x, int32_t y, int32_t w, int32_t h) {
  switch (orientation) {
    case 2:
      return {w - 1 - x, y};
    case 3:
      return {w - 1 - x, h - 1 - y};
    case 4:
      return {x, h - 1 - y};
    case 5:
      return {y, x};
    case 6:
      return {y, h - 1 - x};
    case 7:
      return {w - 1 - y, h - 1 - x};
    case 8:
      return {w - 1 - y, x};
    default:
      return {x, y};
  }
}

inline void expect_upright(const ImageView& v, const ImageView& stored, int orientation) {
  SCOPED_TRACE("orientation " + std::to_string(orientation));
  const bool on_its_side = orientation >= 5;
  expect_pixels(v, on_its_side ? stored.height : stored.width, on_its_side ? stored.width : stored.height, 0,
                [&](int32_t x, int32_t y) {
                  const auto [sx, sy] = stored_at(orientation, x, y, stored.width, stored.height);
                  return pixel(stored, sx, sy);
                });
}

}  // namespace visavis::testing_support
