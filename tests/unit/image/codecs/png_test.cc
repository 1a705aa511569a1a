// image/png: every kind of pixel that PNG knows, EXIF before and behind the pixels, bombs and broken chunks.
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.h"
#include "image/decode.h"
#include "support/dlib_pixels.h"
#include "support/fixtures.h"
#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;

constexpr int32_t kWidth = 13, kHeight = 11;  // no multiple of anything

Rgb grey(int v) { return {v, v, v}; }

// Values of 1, 2 or 4 bits packed into bytes, each row begun anew.
Bytes packed(const Samples& values, int bits) {
  Bytes rows;
  const int per_byte = 8 / bits;
  for (int32_t y = 0; y < values.height; ++y)
    for (int32_t x = 0; x < values.width; x += per_byte) {
      unsigned byte = 0;
      for (int i = 0; i < per_byte; ++i)
        byte = byte << bits | (x + i < values.width ? values.at(x + i, y, 0) & ((1u << bits) - 1) : 0);
      rows.push_back(static_cast<uint8_t>(byte));
    }
  return rows;
}

TEST(Png, Rgb) {
  const Samples s = pattern(kWidth, kHeight, 3);
  for (const bool interlaced : {false, true}) {
    const Image image = decode_image(encode_png(kWidth, kHeight, s.data, {.interlaced = interlaced}));
    expect_same(image.view, s);
    EXPECT_EQ(image.source, ImageSource::png);
    EXPECT_EQ(image.warning, "");
  }
}

TEST(Png, WhatIsTransparentIsWhite) {
  Samples s = pattern(kWidth, kHeight, 4);
  s.data[3] = 0;  // hides the first pixel
  const Image image =
      decode_image(encode_png(kWidth, kHeight, s.data, {.color_type = PNG_COLOR_TYPE_RGB_ALPHA, .bit_depth = 8}));
  expect_pixels(image.view, kWidth, kHeight, 1, [&](int32_t x, int32_t y) {
    return on_white({s.at(x, y, 0), s.at(x, y, 1), s.at(x, y, 2)}, s.at(x, y, 3));
  });
  const Samples two = pattern(kWidth, kHeight, 2);
  const Image grey_alpha =
      decode_image(encode_png(kWidth, kHeight, two.data, {.color_type = PNG_COLOR_TYPE_GRAY_ALPHA}));
  expect_pixels(grey_alpha.view, kWidth, kHeight, 1,
                [&](int32_t x, int32_t y) { return on_white(grey(two.at(x, y, 0)), two.at(x, y, 1)); });
}

TEST(Png, GreyOfEveryDepth) {
  const Samples s = pattern(kWidth, kHeight, 1);
  for (const int bits : {1, 2, 4, 8})
    for (const bool interlaced : {false, true}) {
      SCOPED_TRACE(bits);
      const Bytes rows = bits == 8 ? s.data : packed(s, bits);
      const Image image = decode_image(encode_png(
          kWidth, kHeight, rows, {.color_type = PNG_COLOR_TYPE_GRAY, .bit_depth = bits, .interlaced = interlaced}));
      const int most = (1 << bits) - 1;
      expect_pixels(image.view, kWidth, kHeight, 0,
                    [&](int32_t x, int32_t y) { return grey((s.at(x, y, 0) & most) * 255 / most); });
    }
}

TEST(Png, SixteenBitsBecomeTheNearestEight) {
  for (const int channels : {1, 2, 3, 4}) {
    SCOPED_TRACE(channels);
    const Samples s = pattern(kWidth, kHeight, 2 * channels);  // a high and a low byte each
    const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    const Image image =
        decode_image(encode_png(kWidth, kHeight, s.data, {.color_type = types[channels - 1], .bit_depth = 16}));
    const auto value = [&](int32_t x, int32_t y, int c) {
      return ((s.at(x, y, 2 * c) * 256 + s.at(x, y, 2 * c + 1)) * 255 + 32767) / 65535;
    };
    const bool alpha = channels % 2 == 0;
    expect_pixels(image.view, kWidth, kHeight, alpha ? 2 : 0, [&](int32_t x, int32_t y) {
      const Rgb colour = channels <= 2 ? grey(value(x, y, 0)) : Rgb{value(x, y, 0), value(x, y, 1), value(x, y, 2)};
      return alpha ? on_white(colour, value(x, y, channels - 1)) : colour;
    });
  }
}

TEST(Png, PaletteOfEveryDepthWithAndWithoutTransparency) {
  const Samples s = pattern(kWidth, kHeight, 1);
  for (const int bits : {1, 2, 4, 8})
    for (const bool transparent : {false, true}) {
      SCOPED_TRACE(bits);
      PngKind kind{.color_type = PNG_COLOR_TYPE_PALETTE, .bit_depth = bits};
      for (int i = 0; i < 1 << bits; ++i)
        kind.palette.push_back({static_cast<uint8_t>(i * 7), static_cast<uint8_t>(255 - i), static_cast<uint8_t>(i)});
      if (transparent) kind.palette_alpha = {0, 128};
      const Bytes rows = bits == 8 ? s.data : packed(s, bits);
      const Image image = decode_image(encode_png(kWidth, kHeight, rows, kind));
      expect_pixels(image.view, kWidth, kHeight, transparent ? 1 : 0, [&](int32_t x, int32_t y) {
        const int index = s.at(x, y, 0) & ((1 << bits) - 1);
        const png_color& c = kind.palette[static_cast<size_t>(index)];
        return on_white({c.red, c.green, c.blue}, !transparent ? 255 : index == 0 ? 0 : index == 1 ? 128 : 255);
      });
    }
}

TEST(Png, AColourMarkedTransparentIsWhite) {
  const Samples s = pattern(kWidth, kHeight, 3);
  PngKind kind;
  kind.more = [](png_structp png, png_infop info) {
    png_color_16 colour{};
    colour.red = 20, colour.green = 80, colour.blue = 140;
    png_set_tRNS(png, info, nullptr, 0, &colour);
  };
  ASSERT_EQ(s.at(0, 0, 0), 20);
  expect_pixels(decode_image(encode_png(kWidth, kHeight, s.data, kind)).view, kWidth, kHeight, 0,
                [&](int32_t x, int32_t y) {
                  const Rgb colour = pixel(view_of(s), x, y);
                  return colour == Rgb{20, 80, 140} ? Rgb{255, 255, 255} : colour;
                });
}

TEST(Png, GammaAndProfilesChangeNothing) {
  const Samples s = pattern(kWidth, kHeight, 3);
  PngKind kind;
  kind.more = [](png_structp png, png_infop info) {
    png_set_gAMA(png, info, 0.2);
    png_set_cHRM(png, info, 0.3, 0.3, 0.6, 0.3, 0.3, 0.6, 0.1, 0.1);
  };
  expect_same(decode_image(encode_png(kWidth, kHeight, s.data, kind)).view, s);
}

// Puts a chunk before the last one, IEND, which has 12 bytes.
Bytes with_last_chunk(Bytes file, const char* name, const Bytes& content) {
  Bytes chunk;
  for (int shift = 24; shift >= 0; shift -= 8) chunk.push_back(static_cast<uint8_t>(content.size() >> shift));
  append(chunk, name);
  append(chunk, content);
  const uint32_t crc = static_cast<uint32_t>(crc32(0, chunk.data() + 4, static_cast<unsigned>(chunk.size() - 4)));
  for (int shift = 24; shift >= 0; shift -= 8) chunk.push_back(static_cast<uint8_t>(crc >> shift));
  file.insert(file.end() - 12, chunk.begin(), chunk.end());
  return file;
}

TEST(Png, OrientationBeforeAndBehindThePixels) {
  const Samples s = pattern(kWidth, kHeight, 3);
  for (uint16_t orientation = 1; orientation <= 8; ++orientation) {
    const Image before = decode_image(encode_png(kWidth, kHeight, s.data, {.exif = tiff_block(orientation, true)}));
    EXPECT_EQ(before.orientation, orientation);
    expect_upright(before.view, view_of(s), orientation);
    const Image behind =
        decode_image(with_last_chunk(encode_png(kWidth, kHeight, s.data), "eXIf", tiff_block(orientation)));
    EXPECT_EQ(behind.orientation, orientation);
    expect_upright(behind.view, view_of(s), orientation);
  }
}

TEST(Png, ABrokenSideChunkIsAWarningABrokenPictureAnError) {
  const Samples s = pattern(kWidth, kHeight, 3);
  Bytes file = encode_png(kWidth, kHeight, s.data, {.exif = tiff_block(6)});
  const auto find = [&](const char* name) {
    return static_cast<size_t>(std::search(file.begin(), file.end(), name, name + 4) - file.begin());
  };
  Bytes side = file;
  side[find("eXIf") + 8] ^= 1;
  const Image image = decode_image(side);
  EXPECT_EQ(image.orientation, 1);
  EXPECT_NE(image.warning.find("CRC"), std::string::npos) << image.warning;
  file[find("IDAT") + 10] ^= 1;
  EXPECT_EQ(error_of([&] { decode_image(file); }).code(), VAV_E_IMAGE_DECODE);
}

TEST(Png, HeaderBombIsRefusedBeforeAllocating) {
  Bytes file = encode_png(kWidth, kHeight, pattern(kWidth, kHeight, 3).data);
  const auto claim = [&](uint32_t width, uint32_t height) {
    png_save_uint_32(file.data() + 16, width);
    png_save_uint_32(file.data() + 20, height);
    png_save_uint_32(file.data() + 29, static_cast<uint32_t>(crc32(0, file.data() + 12, 17)));
    return error_of([&] { decode_image(file); });
  };
  const Error error = claim(60'000, 60'000);
  EXPECT_EQ(error.code(), VAV_E_LIMIT_EXCEEDED);
  EXPECT_NE(std::string(error.what()).find("60000 x 60000"), std::string::npos) << error.what();
  EXPECT_EQ(claim(65'536, 1).code(), VAV_E_LIMIT_EXCEEDED);
  EXPECT_EQ(claim(0xFFFFFFFF, 0xFFFFFFFF).code(), VAV_E_LIMIT_EXCEEDED);
  EXPECT_EQ(claim(0, 5).code(), VAV_E_IMAGE_DECODE);
  EXPECT_EQ(claim(kWidth, kHeight + 1).code(), VAV_E_IMAGE_DECODE);
  EXPECT_EQ(claim(kWidth, kHeight).code(), VAV_OK);
}

TEST(Png, TextBombsAreSkipped) {
  // 64 MiB of zeros squeezed into 64 KiB, as a compressed comment.
  Bytes comment{'c', 0, 0}, zeros(64 << 20), squeezed(compressBound(64 << 20));
  uLongf size = squeezed.size();
  ASSERT_EQ(compress2(squeezed.data(), &size, zeros.data(), zeros.size(), 9), Z_OK);
  squeezed.resize(size);
  append(comment, squeezed);
  const Samples s = pattern(kWidth, kHeight, 3);
  expect_same(decode_image(with_last_chunk(encode_png(kWidth, kHeight, s.data), "zTXt", comment)).view, s);
}

TEST(Png, SampleWithAlphaHasThePixelsOfDlib) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  const auto expected = dlib_pixels(photo("32bit.png"));
  const Image image = load_image(photo("32bit.png"));
  expect_pixels(image.view, static_cast<int32_t>(expected.nc()), static_cast<int32_t>(expected.nr()), 0,
                [&](int32_t x, int32_t y) {
                  const dlib::rgb_pixel& p = expected[y][x];
                  return Rgb{p.red, p.green, p.blue};
                });
}

}  // namespace
}  // namespace visavis
