// image/tiff: pixels of every kind, strips, tiles and planes, orientation, the first page; damage, bombs and rare
// kinds.
#ifdef VISAVIS_HAVE_TIFF
#include <gtest/gtest.h>

#include "base/error.h"
#include "image/decode.h"
#include "support/fixtures.h"
#include "unit/image/looking.h"
#include "unit/image/modules/refusal.h"
#include "unit/image/modules/tiff_encoder.h"

namespace visavis {
namespace {

using namespace testing_support;

constexpr int32_t kTiffWidth = 37, kTiffHeight = 29;  // no multiple of anything

Rgb grey(int v) { return {v, v, v}; }

void expect_grey(const Bytes& file, const Samples& s) {
  expect_pixels(decode_image(file).view, s.width, s.height, 0,
                [&](int32_t x, int32_t y) { return grey(s.at(x, y, 0)); });
}

TEST(Tiff, RgbInStripsTilesAndPlanesPackedInEveryWay) {
  const Samples s = pattern(kTiffWidth, kTiffHeight, 3);
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS})
    for (const char* mode : {"wl", "wb", "wl8"})
      for (const int layout : {0, 1, 2, 3, 4}) {
        SCOPED_TRACE(std::to_string(compression) + mode + std::to_string(layout));
        TiffKind kind{.compression = static_cast<uint16_t>(compression), .mode = mode};
        kind.tile = layout == 1 || layout == 4 ? 16 : 0;
        kind.separate = layout == 2 || layout == 4;
        kind.rows_per_strip = layout == 3 ? 1000 : 8;
        const Image image = decode_image(encode_tiff(s, kind));
        expect_same(image.view, s);
        EXPECT_EQ(image.source, ImageSource::tiff);
        EXPECT_EQ(image.warning, "");
      }
}

TEST(Tiff, GreyOfEveryDepth) {
  const Samples s = pattern(kTiffWidth, kTiffHeight, 1);
  expect_grey(encode_tiff(s, {.photometric = PHOTOMETRIC_MINISBLACK}), s);
  Samples negative = s;
  for (uint8_t& value : negative.data) value = static_cast<uint8_t>(255 - value);
  expect_grey(encode_tiff(negative, {.photometric = PHOTOMETRIC_MINISWHITE}), s);
  for (const int bits : {1, 2, 4}) {
    Bytes rows;
    const int per_byte = 8 / bits, most = (1 << bits) - 1;
    for (int32_t y = 0; y < kTiffHeight; ++y)
      for (int32_t x = 0; x < kTiffWidth; x += per_byte) {
        int byte = 0;
        for (int i = 0; i < per_byte; ++i) byte = byte << bits | (x + i < kTiffWidth ? s.at(x + i, y, 0) & most : 0);
        rows.push_back(static_cast<uint8_t>(byte));
      }
    const Bytes file = encode_tiff(kTiffWidth, kTiffHeight, 1, rows,
                                   {.photometric = PHOTOMETRIC_MINISBLACK, .bits = static_cast<uint16_t>(bits)});
    expect_pixels(decode_image(file).view, kTiffWidth, kTiffHeight, 0,
                  [&](int32_t x, int32_t y) { return grey((s.at(x, y, 0) & most) * 255 / most); });
    if (bits != 1) continue;
    for (const int fax : {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4}) {
      TiffKind kind{.photometric = PHOTOMETRIC_MINISWHITE, .bits = 1, .compression = static_cast<uint16_t>(fax)};
      expect_pixels(decode_image(encode_tiff(kTiffWidth, kTiffHeight, 1, rows, kind)).view, kTiffWidth, kTiffHeight, 0,
                    [&](int32_t x, int32_t y) { return grey((s.at(x, y, 0) & 1) ? 0 : 255); });
    }
  }
}

// The value as 16 bits, its low byte not a copy of the high one.
Bytes in_16_bits(const Samples& s) {
  Bytes rows;
  for (const uint8_t value : s.data) {
    const auto wide = static_cast<uint16_t>(value * 257 + (value < 128 ? 100 : -100));
    const auto* bytes = reinterpret_cast<const uint8_t*>(&wide);
    rows.insert(rows.end(), bytes, bytes + 2);
  }
  return rows;
}

TEST(Tiff, SixteenBitsBecomeEight) {
  for (const char* mode : {"wl", "wb"})
    for (const int layout : {0, 1, 2, 3}) {
      SCOPED_TRACE(mode + std::to_string(layout));
      const Samples one = pattern(kTiffWidth, kTiffHeight, 1), three = pattern(kTiffWidth, kTiffHeight, 3);
      TiffKind kind{.photometric = PHOTOMETRIC_MINISBLACK, .bits = 16, .compression = COMPRESSION_LZW};
      kind.mode = mode;
      kind.tile = layout & 1 ? 32 : 0;
      kind.separate = layout & 2;
      expect_pixels(decode_image(encode_tiff(kTiffWidth, kTiffHeight, 1, in_16_bits(one), kind)).view, kTiffWidth,
                    kTiffHeight, 1, [&](int32_t x, int32_t y) { return grey(one.at(x, y, 0)); });
      kind.photometric = PHOTOMETRIC_RGB;
      expect_same(decode_image(encode_tiff(kTiffWidth, kTiffHeight, 3, in_16_bits(three), kind)).view, three, 1);
    }
}

TEST(Tiff, Palette) {
  const Samples s = pattern(kTiffWidth, kTiffHeight, 1);
  std::vector<uint16_t> red(256), green(256), blue(256);
  for (int i = 0; i < 256; ++i) {
    red[size_t(i)] = static_cast<uint16_t>(257 * i);
    green[size_t(i)] = static_cast<uint16_t>(257 * (255 - i));
    blue[size_t(i)] = static_cast<uint16_t>(257 * (i / 2));
  }
  TiffKind kind{.photometric = PHOTOMETRIC_PALETTE};
  kind.more = [&](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_COLORMAP, red.data(), green.data(), blue.data()); };
  expect_pixels(decode_image(encode_tiff(s, kind)).view, kTiffWidth, kTiffHeight, 0, [&](int32_t x, int32_t y) {
    const int i = s.at(x, y, 0);
    return Rgb{i, 255 - i, i / 2};
  });
}

TEST(Tiff, WhatIsTransparentIsWhite) {
  for (const int channels : {2, 4})
    for (const int layout : {0, 1, 2})  // strips, tiles, planes
      for (const int extra : {EXTRASAMPLE_UNASSALPHA, EXTRASAMPLE_ASSOCALPHA}) {
        SCOPED_TRACE(std::to_string(channels) + " " + std::to_string(layout) + " " + std::to_string(extra));
        const Samples s = pattern(kTiffWidth, kTiffHeight, channels);
        const auto colour_at = [&](int32_t x, int32_t y) {
          return channels == 2 ? grey(s.at(x, y, 0)) : Rgb{s.at(x, y, 0), s.at(x, y, 1), s.at(x, y, 2)};
        };
        Samples stored = s;
        stored.data[static_cast<size_t>(channels) - 1] = 0;  // hides the first pixel
        if (extra == EXTRASAMPLE_ASSOCALPHA)
          for (size_t i = 0; i < stored.data.size(); ++i) {
            const size_t alpha = i / size_t(channels) * size_t(channels) + size_t(channels) - 1;
            if (i != alpha) stored.data[i] = static_cast<uint8_t>((stored.data[i] * stored.data[alpha] + 127) / 255);
          }
        TiffKind kind{.photometric = static_cast<uint16_t>(channels == 2 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB)};
        kind.extra = extra;
        kind.tile = layout == 1 ? 16 : 0;
        kind.separate = layout == 2;
        expect_pixels(decode_image(encode_tiff(stored, kind)).view, kTiffWidth, kTiffHeight, 1,
                      [&](int32_t x, int32_t y) { return on_white(colour_at(x, y), stored.at(x, y, channels - 1)); });
      }
  const Samples s = pattern(kTiffWidth, kTiffHeight, 4);
  const Image wide = decode_image(
      encode_tiff(kTiffWidth, kTiffHeight, 4, in_16_bits(s), {.bits = 16, .extra = EXTRASAMPLE_UNASSALPHA}));
  expect_pixels(wide.view, kTiffWidth, kTiffHeight, 2, [&](int32_t x, int32_t y) {
    return on_white({s.at(x, y, 0), s.at(x, y, 1), s.at(x, y, 2)}, s.at(x, y, 3));
  });
}

// Only the kinds 1 and 2 of further samples are transparency; 0 may be anything, such as a depth.
TEST(Tiff, ASampleOfNoSaidKindIsPassedOver) {
  for (const int bits : {8, 16})
    for (const int channels : {2, 4, 5})
      for (const int layout : {0, 1, 2}) {  // strips, tiles, planes
        SCOPED_TRACE(std::to_string(bits) + " " + std::to_string(channels) + " " + std::to_string(layout));
        Samples s = pattern(kTiffWidth, kTiffHeight, channels);
        const auto step = static_cast<size_t>(channels);
        for (size_t i = channels == 2 ? 1 : 3; i < s.data.size(); i += step) s.data[i] = i % (3 * step) < step ? 0 : 99;
        TiffKind kind{.photometric = static_cast<uint16_t>(channels == 2 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB),
                      .bits = static_cast<uint16_t>(bits),
                      .extra = channels == 5 ? -1 : EXTRASAMPLE_UNSPECIFIED};
        kind.tile = layout == 1 ? 16 : 0;
        kind.separate = layout == 2;
        kind.more = [&](TIFF* tiff) {
          const uint16_t two[] = {EXTRASAMPLE_UNSPECIFIED, EXTRASAMPLE_UNSPECIFIED};
          if (channels == 5) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 2, two);
        };
        const Bytes file = encode_tiff(kTiffWidth, kTiffHeight, channels, bits == 8 ? s.data : in_16_bits(s), kind);
        expect_pixels(decode_image(file).view, kTiffWidth, kTiffHeight, bits == 8 ? 0 : 1, [&](int32_t x, int32_t y) {
          return channels == 2 ? grey(s.at(x, y, 0)) : Rgb{s.at(x, y, 0), s.at(x, y, 1), s.at(x, y, 2)};
        });
      }
  TiffKind kind{.photometric = PHOTOMETRIC_MINISBLACK, .bits = 16, .extra = EXTRASAMPLE_UNASSALPHA};
  EXPECT_NE(std::string(
                refusal(encode_tiff(kTiffWidth, kTiffHeight, 2, in_16_bits(pattern(kTiffWidth, kTiffHeight, 2)), kind))
                    .what())
                .find("transparency"),
            std::string::npos);
}

TEST(Tiff, CmykAndLuminance) {
  const Samples inks = pattern(kTiffWidth, kTiffHeight, 4);
  expect_pixels(decode_image(encode_tiff(inks, {.photometric = PHOTOMETRIC_SEPARATED})).view, kTiffWidth, kTiffHeight,
                1, [&](int32_t x, int32_t y) {
                  const int light = 255 - inks.at(x, y, 3);
                  return Rgb{light * (255 - inks.at(x, y, 0)) / 255, light * (255 - inks.at(x, y, 1)) / 255,
                             light * (255 - inks.at(x, y, 2)) / 255};
                });
  // Grey as luminance and two neutral colour differences.
  Samples s = pattern(kTiffWidth, kTiffHeight, 3);
  for (size_t i = 0; i < s.data.size(); ++i)
    if (i % 3 != 0) s.data[i] = 128;
  TiffKind kind{.photometric = PHOTOMETRIC_YCBCR};
  kind.more = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 1, 1); };
  expect_pixels(decode_image(encode_tiff(s, kind)).view, kTiffWidth, kTiffHeight, 1,
                [&](int32_t x, int32_t y) { return grey(s.at(x, y, 0)); });
}

TEST(Tiff, JpegWithinIt) {
  const Samples s = pattern(48, 32, 3);
  for (const int photometric : {PHOTOMETRIC_RGB, PHOTOMETRIC_YCBCR})
    for (const int tile : {0, 16}) {
      SCOPED_TRACE(std::to_string(photometric) + " " + std::to_string(tile));
      TiffKind kind{.photometric = static_cast<uint16_t>(photometric), .compression = COMPRESSION_JPEG};
      kind.rows_per_strip = 16;
      kind.tile = static_cast<uint32_t>(tile);
      if (photometric == PHOTOMETRIC_YCBCR)
        kind.more = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 1, 1); };
      const Bytes file = encode_tiff(s, kind);
      const Image image = decode_image(file);
      // The pattern begins anew at 256, where JPEG rings: what is looked at lies before.
      expect_same(
          ImageView{image.view.data, 8, 8, image.view.stride},
          [&] {
            Samples corner{8, 8, 3, {}};
            for (int32_t y = 0; y < 8; ++y)
              for (int32_t x = 0; x < 24; ++x) corner.data.push_back(s.data[size_t(y) * 48 * 3 + size_t(x)]);
            return corner;
          }(),
          4);
      for (size_t size = 8; size < file.size(); size += 7)
        ASSERT_EQ(refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}).code(), VAV_E_IMAGE_DECODE);
    }
}

// libtiff would pass over the whole picture for every few bytes of it.
TEST(Tiff, ProgressiveJpegWithinItIsRefused) {
  const Samples s = pattern(48, 32, 3);
  for (const bool progressive : {false, true}) {
    TiffMemory memory;
    TIFF* tiff = open_tiff(memory, "w");
    put_tiff_header(tiff, 48, 32, 3, {.compression = COMPRESSION_JPEG, .rows_per_strip = 32});
    Bytes jpeg = encode_jpeg(s, {.stored = JCS_RGB, .progressive = progressive});
    TIFFWriteRawStrip(tiff, 0, jpeg.data(), static_cast<tmsize_t>(jpeg.size()));
    TIFFClose(tiff);
    EXPECT_EQ(refusal(memory.bytes).code(), progressive ? VAV_E_IMAGE_DECODE : VAV_OK) << refusal(memory.bytes).what();
  }
}

TEST(Tiff, OrientationAsInExif) {
  const Samples s = pattern(kTiffWidth, kTiffHeight, 3);
  for (uint16_t orientation = 1; orientation <= 8; ++orientation)
    for (const bool tiles : {false, true}) {
      const Bytes file = encode_tiff(s, {.orientation = orientation, .tile = tiles ? 16u : 0u});
      const Image image = decode_image(file);
      EXPECT_EQ(image.orientation, orientation);
      expect_upright(image.view, view_of(s), orientation);
      const Image stored = decode_image(file, {.ignore_orientation = true});
      EXPECT_EQ(stored.orientation, orientation);
      expect_same(stored.view, s);
    }
}

TEST(Tiff, TheFirstPage) {
  const Samples first = pattern(kTiffWidth, kTiffHeight, 3), second = pattern(12, 10, 1);
  TiffMemory memory;
  TIFF* tiff = open_tiff(memory, "w");
  for (const Samples* s : {&first, &second}) {
    put_tiff_header(
        tiff, s->width, s->height, s->channels,
        {.photometric = static_cast<uint16_t>(s->channels == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK)});
    TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_PAGE);
    for (int32_t y = 0; y < s->height; ++y)
      TIFFWriteScanline(tiff, const_cast<uint8_t*>(&s->data[size_t(y) * size_t(s->width * s->channels)]),
                        static_cast<uint32_t>(y), 0);
    TIFFWriteDirectory(tiff);
  }
  TIFFClose(tiff);
  expect_same(decode_image(memory.bytes).view, first);
}

TEST(Tiff, CutAnywhereItIsRefused) {
  const Samples s = pattern(kTiffWidth, kTiffHeight, 3);
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS})
    for (const uint32_t tile : {0u, 16u}) {
      const Bytes file = encode_tiff(s, {.compression = static_cast<uint16_t>(compression), .tile = tile});
      for (size_t size = 4; size < file.size(); size += 3)
        ASSERT_EQ(refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}).code(), VAV_E_IMAGE_DECODE)
            << compression << ": " << size << " of " << file.size();
    }
}

// Where the value of a tag stands in a little-endian file of ours.
size_t place_of(const Bytes& file, uint16_t tag) {
  const size_t directory = file[4] | file[5] << 8 | file[6] << 16;
  const size_t count = file[directory] | file[directory + 1] << 8;
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = directory + 2 + 12 * i;
    if ((file[entry] | file[entry + 1] << 8) == tag) return entry + 8;
  }
  throw std::runtime_error("no such tag");
}

Bytes with_value(Bytes file, uint16_t tag, uint32_t value, uint16_t type = 4) {
  const size_t place = place_of(file, tag);
  file[place - 6] = static_cast<uint8_t>(type);
  for (size_t i = 0; i < 4; ++i) file[place + i] = static_cast<uint8_t>(value >> (8 * i));
  return file;
}

TEST(Tiff, ASmallFileThatClaimsAGiantIsRefusedByTheHeader) {
  for (const uint32_t tile : {0u, 16u}) {
    const Bytes file = encode_tiff(pattern(kTiffWidth, kTiffHeight, 3), {.compression = COMPRESSION_LZW, .tile = tile});
    for (const uint32_t side : {65'535u, 65'536u, 1u << 20, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
      const Bytes bomb = with_value(with_value(file, TIFFTAG_IMAGEWIDTH, side), TIFFTAG_IMAGELENGTH, side);
      const vav_status wide = refusal(bomb).code();  // what is far beyond, libtiff calls damaged
      EXPECT_TRUE(wide == VAV_E_LIMIT_EXCEEDED || (side > 65'536 && wide == VAV_E_IMAGE_DECODE)) << side;
      const Error tall = refusal(with_value(file, TIFFTAG_IMAGELENGTH, side));
      EXPECT_TRUE(tall.code() == VAV_E_IMAGE_DECODE || tall.code() == VAV_E_LIMIT_EXCEEDED) << tall.what();
    }
    EXPECT_EQ(refusal(file, {.max_pixels = kTiffWidth * kTiffHeight - 1}).code(), VAV_E_LIMIT_EXCEEDED);
    EXPECT_EQ(refusal(file, {.max_pixels = kTiffWidth * kTiffHeight}).code(), VAV_OK);
  }
}

TEST(Tiff, TilesFarLargerThanThePictureAreRefused) {
  const Bytes file = encode_tiff(pattern(kTiffWidth, kTiffHeight, 3), {.compression = COMPRESSION_LZW, .tile = 64});
  for (const auto& [width, height, code] :
       {std::tuple(65'536u, 65'536u, VAV_E_LIMIT_EXCEEDED), std::tuple(1u, 1u, VAV_E_IMAGE_DECODE),
        std::tuple(0xFFFFFFF0u, 16u, VAV_E_IMAGE_DECODE)})
    EXPECT_EQ(refusal(with_value(with_value(file, TIFFTAG_TILEWIDTH, width), TIFFTAG_TILELENGTH, height)).code(), code)
        << width << " x " << height;
}

void expect_refused(const Bytes& file, int code, const char* word) {
  const Error error = refusal(file);
  EXPECT_EQ(error.code(), code) << error.what();
  EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
}

TEST(Tiff, RareKindsAreRefusedByName) {
  const Samples s = pattern(kTiffWidth, kTiffHeight, 3);
  const auto refused_for = [](const Bytes& file, const char* word) { expect_refused(file, VAV_E_IMAGE_FORMAT, word); };
  const Bytes plain = encode_tiff(s);
  for (const auto& [method, name] : {std::pair(COMPRESSION_LZMA, "LZMA"), std::pair(COMPRESSION_OJPEG, "old JPEG"),
                                     std::pair(COMPRESSION_JP2000, "JPEG 2000"), std::pair(50'002, "50002")})
    refused_for(with_value(plain, TIFFTAG_COMPRESSION, static_cast<uint32_t>(method), 3), name);
  refused_for(with_value(plain, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_CFA, 3), "raw");
  TiffKind kind;
  kind.more = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE); };
  refused_for(encode_tiff(s, kind), "preview");
  kind.more = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_DNGVERSION, "\1\4\0"); };
  refused_for(encode_tiff(s, kind), "raw");
  kind = {.bits = 32};
  kind.more = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP); };
  refused_for(encode_tiff(kTiffWidth, kTiffHeight, 3, Bytes(size_t{kTiffWidth} * kTiffHeight * 12), kind),
              "whole numbers");
  refused_for(encode_tiff(kTiffWidth, kTiffHeight, 3, Bytes(size_t{kTiffWidth} * kTiffHeight * 12), {.bits = 32}),
              "32-bit");
  refused_for(encode_tiff(kTiffWidth, kTiffHeight, 7, Bytes(size_t{kTiffWidth} * kTiffHeight * 7)), "7 samples");
}

// Each strip claims the whole file: a megabyte, read for every one of 20,000 rows, would be 20 GB.
TEST(Tiff, StripsThatShareTheirBytesEndSoon) {
  constexpr int32_t kRows = 20'000;
  Bytes file = encode_tiff(1, kRows, 3, Bytes(size_t{3} * kRows),
                           {.compression = COMPRESSION_ADOBE_DEFLATE, .rows_per_strip = 1});
  // Deflate's stored blocks of no bytes: five bytes each that give nothing.
  const size_t start = file.size();
  Bytes idle{0x78, 0x01};
  while (idle.size() < 1 << 20) append(idle, Bytes{0, 0, 0, 0xFF, 0xFF});
  append(file, idle);
  const auto list = [&](uint16_t tag) {
    const size_t place = place_of(file, tag);
    return std::pair(size_t(file[place] | file[place + 1] << 8 | file[place + 2] << 16), file[place - 6]);
  };
  const auto [offsets, offset_type] = list(TIFFTAG_STRIPOFFSETS);
  const auto [counts, count_type] = list(TIFFTAG_STRIPBYTECOUNTS);
  ASSERT_EQ(offset_type, 4);
  for (size_t strip = 0; strip < kRows; ++strip) {
    for (size_t i = 0; i < 4; ++i) file[offsets + 4 * strip + i] = static_cast<uint8_t>(start >> (8 * i));
    if (count_type == 4)
      for (size_t i = 0; i < 4; ++i) file[counts + 4 * strip + i] = static_cast<uint8_t>(idle.size() >> (8 * i));
    else
      file[counts + 2 * strip] = file[counts + 2 * strip + 1] = 0xFF;
  }
  expect_refused(file, VAV_E_IMAGE_DECODE, "overlap");
}

// A directory of thousands of tags that all point to the same megabyte.
TEST(Tiff, TagsThatShareTheirBytesEndSoon) {
  Bytes file;
  append(file, "II*");
  file.push_back(0);
  append_little(file, 8, 4);
  constexpr uint32_t kTags = 4000, kBytes = 1 << 20;
  append_little(file, kTags, 2);
  const auto entry = [&](uint32_t tag, uint32_t type, uint32_t count, uint32_t value) {
    append_little(file, tag, 2), append_little(file, type, 2), append_little(file, count, 4);
    append_little(file, value, 4);
  };
  entry(TIFFTAG_IMAGEWIDTH, 4, 1, 8), entry(TIFFTAG_IMAGELENGTH, 4, 1, 8);
  for (uint32_t i = 2; i < kTags; ++i) entry(40'000 + i, 7, kBytes, 8 + 2 + 12 * kTags + 4);
  append_little(file, 0, 4);
  file.resize(file.size() + kBytes);
  expect_refused(file, VAV_E_IMAGE_DECODE, "share their bytes");
}

TEST(Tiff, NothingIsPrinted) {
  Bytes file = encode_tiff(pattern(kTiffWidth, kTiffHeight, 3), {.compression = COMPRESSION_LZW});
  testing::internal::CaptureStderr();
  for (size_t i = 4; i < file.size(); ++i) {
    file[i] ^= 0x55;
    refusal(file);
    file[i] ^= 0x55;
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace visavis
#endif
