// image/heif: HEIC and AVIF, one picture or tiles, alpha, turns and crops; damage, bombs and structures made to hang.
#ifdef VISAVIS_HAVE_HEIF
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "image/decode.h"
#include "image/modules/heif/heif_items.h"
#include "support/fixtures.h"
#include "unit/image/looking.h"
#include "unit/image/modules/heif_encoder.h"
#include "unit/image/modules/refusal.h"

namespace visavis {
namespace {

using namespace testing_support;

constexpr int32_t kWidth = 74, kHeight = 62;

// Soft enough that lossy coding keeps it within a few steps.
Samples soft(int32_t width, int32_t height, int32_t channels) {
  Samples s{width, height, channels, {}};
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      for (int32_t c = 0; c < channels; ++c) s.data.push_back(static_cast<uint8_t>(40 + 30 * c + x + y));
  return s;
}

class Heif : public testing::TestWithParam<heif_compression_format> {
 protected:
  void SetUp() override {
    if (!can_encode(GetParam()))
      GTEST_SKIP() << "libheif has no encoder here for " << (GetParam() == heif_compression_HEVC ? "HEIC" : "AVIF");
  }
  // A file's coded picture with its properties, as an item of another file.
  HeifItem item(const Samples& s) const {
    const Bytes file = encode_heif(s, {.format = GetParam()});
    const heif::Picture picture = heif::read_items(file, {});
    const heif::Coded& coded = picture.colour.tiles.at(0);
    const bool hevc = GetParam() == heif_compression_HEVC;
    HeifItem item{hevc ? "hvc1" : "av01", coded.data};
    item.properties = {ispe_box(uint64_t(coded.width), uint64_t(coded.height)),
                       heif_box(hevc ? "hvcC" : "av1C", {coded.configuration.begin(), coded.configuration.end()})};
    if (!coded.colour.empty()) item.properties.push_back(heif_box("colr", {coded.colour.begin(), coded.colour.end()}));
    return item;
  }
};

INSTANTIATE_TEST_SUITE_P(Formats, Heif, testing::Values(heif_compression_HEVC, heif_compression_AV1),
                         [](const auto& info) { return info.param == heif_compression_HEVC ? "Heic" : "Avif"; });

TEST_P(Heif, OfEveryParityOfSizes) {
  for (const bool clap : {false, true})
    for (const auto& [width, height] : {std::pair(64, 64), std::pair(74, 62), std::pair(75, 63), std::pair(131, 70)}) {
      SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(height));
      const Samples s = soft(width, height, 3);
      const Image image = decode_image(encode_heif(s, {.format = GetParam(), .clap = clap}));
      expect_same(image.view, s, 8);
      EXPECT_EQ(image.source, ImageSource::heif);
      EXPECT_EQ(image.orientation, 1);
    }
}

TEST_P(Heif, WhatIsTransparentIsWhite) {
  Samples s = soft(kWidth, kHeight, 4);
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) s.data[size_t(4 * (y * kWidth + x) + 3)] = static_cast<uint8_t>(3 * x);
  const Image image = decode_image(encode_heif(s, {.format = GetParam()}));
  expect_pixels(image.view, kWidth, kHeight, 8, [&](int32_t x, int32_t y) {
    return on_white({s.at(x, y, 0), s.at(x, y, 1), s.at(x, y, 2)}, s.at(x, y, 3));
  });
}

TEST_P(Heif, MoreBitsBecomeEight) {
  const int bits = GetParam() == heif_compression_HEVC ? 10 : 12;  // of AV1, libheif 1.15 cannot encode 10
  const Samples s = soft(kWidth, kHeight, 3);
  expect_pixels(decode_image(encode_heif(s, {.format = GetParam(), .bits = bits})).view, kWidth, kHeight, 8,
                [&](int32_t x, int32_t y) {
                  return Rgb{s.at(x, y, 0), s.at(x, y, 0), s.at(x, y, 0)};
                });
}

// libheif takes the nearest colour, as we do.
Samples as_libheif_decodes(const Bytes& file) {
  const std::unique_ptr<heif_context, void (*)(heif_context*)> context(heif_context_alloc(), heif_context_free);
  heif_check(heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr));
  heif_image_handle* handle = nullptr;
  heif_check(heif_context_get_primary_image_handle(context.get(), &handle));
  heif_image* image = nullptr;
  heif_check(heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, nullptr));
  Samples s{heif_image_get_primary_width(image), heif_image_get_primary_height(image), 3, {}};
  int stride = 0;
  const uint8_t* data = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  for (int32_t y = 0; y < s.height; ++y) append(s.data, Bytes(data + stride * y, data + stride * y + 3 * s.width));
  heif_image_release(image);
  heif_image_handle_release(handle);
  return s;
}

TEST_P(Heif, ColoursOfEveryKindAreThoseOfLibheif) {
  Samples s = soft(kWidth, kHeight, 3);
  for (size_t i = 0; i < s.data.size(); i += 3) s.data[i] = static_cast<uint8_t>(255 - s.data[i]);
  for (const char* chroma : {"420", "422", "444"})
    for (const int matrix : {1, 6, 9})
      for (const bool full : {false, true}) {
        SCOPED_TRACE(std::string(chroma) + " " + std::to_string(matrix) + (full ? " full" : " limited"));
        const Bytes file =
            encode_heif(s, {.format = GetParam(), .chroma = chroma, .matrix = matrix, .full_range = full});
        expect_same(decode_image(file).view, as_libheif_decodes(file), 2);
      }
}

TEST_P(Heif, TurnedOnceAsItAsksFor) {
  const Samples s = soft(kWidth, kHeight, 3);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    const Bytes file = encode_heif(s, {.format = GetParam(), .orientation = orientation});
    const Image stored = decode_image(file, {.ignore_orientation = true});
    expect_same(stored.view, s, 8);
    const Image image = decode_image(file);
    EXPECT_EQ(image.orientation, orientation);
    expect_upright(image.view, stored.view, orientation);
  }
}

TEST_P(Heif, TilesAreOnePicture) {
  const Samples whole = soft(150, 120, 3);
  const auto part = [&](int32_t left, int32_t top) {
    Samples tile{128, 64, 3, {}};
    for (int32_t y = top; y < top + 64; ++y)
      for (int32_t x = left; x < left + 128; ++x)
        for (int32_t c = 0; c < 3; ++c)
          tile.data.push_back(whole.at(std::min(x, whole.width - 1), std::min(y, whole.height - 1), c));
    return tile;
  };
  std::vector<HeifItem> items = {{"grid", big_endian({{0, 2}, {1, 1}, {1, 1}, {150, 2}, {120, 2}})}};
  items[0].properties = {ispe_box(150, 120), heif_box("irot", {1})};
  items[0].references = {{"dimg", {2, 3, 4, 5}}};
  for (const int32_t top : {0, 64})
    for (const int32_t left : {0, 128}) items.push_back(item(part(left, top)));
  const Bytes file = heif_file(items);
  const Image stored = decode_image(file, {.ignore_orientation = true});
  expect_same(stored.view, whole, 8);
  expect_upright(decode_image(file).view, stored.view, 8);
  // Fewer tiles than it says, a tile that is no picture, a grid of itself, a grid of grids, tiles too small.
  for (const std::vector<uint32_t>& tiles :
       {std::vector<uint32_t>{2, 3, 4}, {2, 3, 4, 9}, {1, 1, 1, 1}, {2, 3, 4, 1}}) {
    items[0].references = {{"dimg", tiles}};
    EXPECT_NE(refusal(heif_file(items)).code(), VAV_OK);
  }
  items[0].references = {{"dimg", {2, 3, 4, 5}}};
  items[0].data = big_endian({{0, 2}, {1, 1}, {1, 1}, {1500, 2}, {120, 2}});
  items[0].properties[0] = ispe_box(1500, 120);
  EXPECT_EQ(refusal(heif_file(items)).code(), VAV_E_IMAGE_DECODE);
}

TEST_P(Heif, TilesFarLargerThanThePictureAreRefused) {
  std::vector<HeifItem> items = {{"grid", big_endian({{0, 2}, {255, 1}, {255, 1}, {64, 2}, {64, 2}})},
                                 item(soft(256, 256, 3))};
  items[0].properties = {ispe_box(64, 64)};
  items[0].references = {{"dimg", std::vector<uint32_t>(256 * 256 - 1, 2)}};
  EXPECT_NE(refusal(heif_file(items)).code(), VAV_OK);
  items[0].data = big_endian({{0, 2}, {15, 1}, {31, 1}, {64, 2}, {64, 2}});
  items[0].references = {{"dimg", std::vector<uint32_t>(16 * 32, 2)}};
  EXPECT_EQ(refusal(heif_file(items)).code(), VAV_E_LIMIT_EXCEEDED);
}

TEST_P(Heif, TheLimitHoldsForWhatIsClaimedAndForTheData) {
  HeifItem one = item(soft(128, 128, 3));
  const auto claiming = [&](uint64_t width, uint64_t height) {
    one.properties[0] = ispe_box(width, height);
    return refusal(heif_file({one})).code();
  };
  EXPECT_EQ(claiming(128, 128), VAV_OK);
  // Some writers give the size after the turn or the crop: what the data say holds, and for it the limit.
  EXPECT_EQ(claiming(64, 64), VAV_OK);
  EXPECT_EQ(refusal(heif_file({one}), {.max_pixels = 128 * 128 - 1}).code(), VAV_E_LIMIT_EXCEEDED);
  EXPECT_EQ(claiming(10'000, 10'001), VAV_E_LIMIT_EXCEEDED);
  EXPECT_EQ(claiming(65'536, 1), VAV_E_LIMIT_EXCEEDED);
  EXPECT_EQ(claiming(0xFFFFFFFF, 0xFFFFFFFF), VAV_E_LIMIT_EXCEEDED);
  EXPECT_EQ(claiming(0, 128), VAV_E_IMAGE_DECODE);
  one.properties[0] = ispe_box(128, 128);
  EXPECT_EQ(refusal(heif_file({one}), {.max_pixels = 128 * 128}).code(), VAV_OK);
  EXPECT_EQ(refusal(heif_file({one}), {.max_pixels = 128 * 128 - 1}).code(), VAV_E_LIMIT_EXCEEDED);
}

// Each would be decoded in full; the last one would be shown.
TEST_P(Heif, ManyPicturesInThePlaceOfOneAreRefused) {
  HeifItem one = item(soft(128, 128, 3));
  const Bytes data = one.data;
  for (int i = 0; i < 1000; ++i) append(one.data, data);
  EXPECT_NE(refusal(heif_file({one})).code(), VAV_OK);
}

TEST_P(Heif, CroppedAsItAsksFor) {
  const Samples s = soft(128, 128, 3);
  HeifItem one = item(s);
  // 40 x 30, its middle 10 to the right and 5 above the picture's.
  one.properties.push_back(heif_box(
      "clap", big_endian({{40, 4}, {1, 4}, {30, 4}, {1, 4}, {10, 4}, {1, 4}, {uint64_t(uint32_t(-5)), 4}, {1, 4}})));
  expect_pixels(decode_image(heif_file({one})).view, 40, 30, 8,
                [&](int32_t x, int32_t y) { return pixel(view_of(s), 54 + x, 44 + y); });
  one.properties.back() =
      heif_box("clap", big_endian({{40, 4}, {0, 4}, {30, 4}, {1, 4}, {0, 4}, {1, 4}, {0, 4}, {1, 4}}));
  EXPECT_EQ(refusal(heif_file({one})).code(), VAV_E_IMAGE_DECODE);
}

TEST_P(Heif, RareKindsAreRefusedByName) {
  const auto refused_for = [](const Bytes& file, const char* word) {
    const Error error = refusal(file);
    EXPECT_EQ(error.code(), VAV_E_IMAGE_FORMAT) << error.what();
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  };
  HeifItem one = item(soft(64, 64, 3));
  for (const char* type : {"iden", "iovl", "jpeg", "avc1", "unci"}) {
    HeifItem other{type, {1, 2, 3}, {ispe_box(64, 64)}, {{"dimg", {2}}}};
    refused_for(heif_file({other, one}), type);
  }
  HeifItem grid{"grid", big_endian({{0, 2}, {0, 1}, {0, 1}, {64, 2}, {64, 2}}), {ispe_box(64, 64)}, {{"dimg", {1}}}};
  refused_for(heif_file({grid}), "grid");
  one.properties.push_back(heif_box("irot", {1}));
  grid.references = {{"dimg", {2}}};
  refused_for(heif_file({grid, one}), "one by one");
  Bytes film = heif_box("ftyp", {'h', 'e', 'v', 'c', 0, 0, 0, 0, 'm', 's', 'f', '1'});
  append(film, heif_box("moov", Bytes(100)));
  refused_for(film, "moving");
}

TEST_P(Heif, CutAnywhereItIsRefused) {
  const Bytes file = encode_heif(soft(kWidth, kHeight, 4), {.format = GetParam()});
  for (size_t size = 12; size < file.size(); size += 3) {
    const vav_status code = refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}).code();
    ASSERT_TRUE(code == VAV_E_IMAGE_DECODE || code == VAV_E_IMAGE_FORMAT) << size << " of " << file.size();
  }
}

TEST_P(Heif, ChangedAtRandomItIsAPictureOrACleanErrorInSilence) {
  const Bytes whole = encode_heif(soft(kWidth, kHeight, 4), {.format = GetParam(), .orientation = 5});
  std::mt19937 random(20250101);
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  int pictures = 0;
  for (int round = 0; round < 400; ++round) {
    Bytes file = whole;
    for (size_t changes = 1 + random() % 3; changes > 0; --changes)
      file[8 + random() % (file.size() - 8)] ^= static_cast<uint8_t>(1u << random() % 8);
    const Error error = refusal(file, {.max_pixels = 1 << 20});
    pictures += error.code() == VAV_OK;
    EXPECT_TRUE(error.code() == VAV_OK || error.code() == VAV_E_IMAGE_DECODE || error.code() == VAV_E_IMAGE_FORMAT ||
                error.code() == VAV_E_LIMIT_EXCEEDED)
        << error.code() << " " << error.what();
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(pictures, 10);
}

}  // namespace
}  // namespace visavis
#endif
