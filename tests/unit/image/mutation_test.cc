// image: files changed at random give a picture or a clean Error, never a crash. Always the same changes, so that a
// failure can be seen again; fuzz/targets/decode_fuzz.cc searches further.
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "image/decode.h"
#include "unit/image/encoders.h"
#ifdef VISAVIS_HAVE_TIFF
#include "unit/image/modules/tiff_encoder.h"
#endif
#ifdef VISAVIS_HAVE_HEIF
#include "unit/image/modules/heif_encoder.h"
#endif

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace visavis {
namespace {

using namespace testing_support;

std::vector<Bytes> seeds() {
  const Samples rgb = pattern(37, 29, 3), rgba = pattern(37, 29, 4), grey = pattern(37, 29, 1);
  PngKind palette{.color_type = PNG_COLOR_TYPE_PALETTE, .palette_alpha = {0, 9}, .exif = tiff_block(7)};
  palette.palette.resize(256);
  std::vector<Bytes> files = {encode_jpeg(rgb, {.exif = exif_block(5)}),
                              encode_jpeg(rgb, {.progressive = true}),
                              encode_jpeg(rgba, {.space = JCS_CMYK, .stored = JCS_YCCK}),
                              encode_png(37, 29, rgb.data, {.interlaced = true, .exif = tiff_block(3)}),
                              encode_png(37, 29, grey.data, palette),
                              encode_webp(rgb),
                              encode_webp(rgba, false),
                              webp_with_exif(rgb, tiff_block(6)),
                              webp_animation({rgba, rgba}),
                              encode_gif(grey),
                              encode_gif(grey, true, 5, 3),
                              encode_bmp(rgb),
                              encode_bmp(grey, 8)};
#ifdef VISAVIS_HAVE_TIFF
  for (const uint16_t compression :
       {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS, COMPRESSION_JPEG})
    for (const uint32_t tile : {0u, 16u}) {
      const uint16_t photometric = compression == COMPRESSION_JPEG ? PHOTOMETRIC_YCBCR : PHOTOMETRIC_RGB;
      files.push_back(
          encode_tiff(rgb, {.photometric = photometric, .compression = compression, .orientation = 6, .tile = tile}));
    }
  files.push_back(
      encode_tiff(rgba, {.compression = COMPRESSION_LZW, .extra = EXTRASAMPLE_UNASSALPHA, .separate = true}));
  files.push_back(encode_tiff(rgba, {.photometric = PHOTOMETRIC_SEPARATED, .mode = "wb8"}));
  for (const uint16_t fax : {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4})
    files.push_back(encode_tiff(37, 29, 1, Bytes(grey.data.begin(), grey.data.begin() + 5 * 29),
                                {.photometric = PHOTOMETRIC_MINISWHITE, .bits = 1, .compression = fax}));
#endif
#ifdef VISAVIS_HAVE_HEIF
  for (const heif_compression_format format : {heif_compression_HEVC, heif_compression_AV1})
    if (can_encode(format)) {
      files.push_back(encode_heif(rgb, {.format = format, .orientation = 5}));
      files.push_back(encode_heif(rgba, {.format = format, .clap = true}));
    }
#endif
  return files;
}

Bytes mutated(Bytes file, std::mt19937& random) {
  const auto below = [&](size_t n) { return random() % std::max<size_t>(n, 1); };
  for (size_t changes = 1 + below(4); changes > 0 && !file.empty(); --changes) {
    // Half of the time near the start, where the headers are.
    const size_t at = below(2) ? below(file.size()) : below(std::min<size_t>(file.size(), 64));
    const auto place = file.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(6)) {
      case 0:
        *place = static_cast<uint8_t>(random());
        break;
      case 1:
        *place ^= static_cast<uint8_t>(1u << below(8));
        break;
      case 2:
        *place = below(2) ? 0xFF : 0x00;
        break;
      case 3:
        file.resize(at);
        break;
      case 4:
        file.erase(place, place + static_cast<std::ptrdiff_t>(below(std::min<size_t>(file.size() - at, 40))));
        break;
      default: {
        const Bytes piece(place, place + static_cast<std::ptrdiff_t>(below(std::min<size_t>(file.size() - at, 200))));
        file.insert(file.begin() + static_cast<std::ptrdiff_t>(below(file.size())), piece.begin(), piece.end());
      }
    }
  }
  return file;
}

TEST(Mutation, APictureOrACleanError) {
  std::mt19937 random(20240501);
  int pictures = 0, errors = 0;
  for (const Bytes& seed : seeds())
    for (int round = 0; round < 150; ++round) {
      const Bytes file = mutated(seed, random);
      try {
        const Image image = decode_image(file, {.max_pixels = 1 << 20});
        ++pictures;
        ASSERT_EQ(image.storage.size(), size_t{3} * image.view.width * image.view.height);
        ASSERT_EQ(image.view.data, image.storage.data());
      } catch (const Error& e) {
        ++errors;
        ASSERT_TRUE(e.code() == VAV_E_IMAGE_DECODE || e.code() == VAV_E_IMAGE_FORMAT ||
                    e.code() == VAV_E_LIMIT_EXCEEDED)
            << e.code() << " " << e.what();
        ASSERT_STRNE(e.what(), "");
      }
    }
  EXPECT_GT(pictures, 50);
  EXPECT_GT(errors, 500);
}

TEST(Mutation, TheFuzzTargetTakesTheSeeds) {
  for (const Bytes& seed : seeds()) EXPECT_EQ(LLVMFuzzerTestOneInput(seed.data(), seed.size()), 0);
}

}  // namespace
}  // namespace visavis
