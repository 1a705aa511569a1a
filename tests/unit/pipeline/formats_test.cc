// The same photo in every format gives the same face: lossless ones to the last bit, the others nearly.
#include <gtest/gtest.h>

#include <cmath>

#include "image/decode.h"
#include "pipeline/engine.h"
#include "support/fixtures.h"
#include "unit/image/encoders.h"
#ifdef VISAVIS_HAVE_TIFF
#include "unit/image/modules/tiff_encoder.h"
#endif
#ifdef VISAVIS_HAVE_HEIF
#include "unit/image/modules/heif_encoder.h"
#endif

namespace visavis {
namespace {

using namespace testing_support;

class FormatsTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_MODELS_AND_PHOTOS();
    const Image photo_ = load_image(photo("obama.jpg"));
    pixels_ = {photo_.view.width, photo_.view.height, 3, photo_.storage};
    expected_ = face_in(photo_);
  }
  static Embedding face_in(const Image& image) {
    static const Engine engine(models(), 1);
    const auto faces = engine.analyze({image.view}, DetectorKind::hog, {}, false, {true, true, true})[0];
    if (faces.size() != 1 || !faces[0].embedding) throw std::runtime_error("not one comparable face");
    return *faces[0].embedding;
  }
  double distance(const Bytes& file) const {
    const Embedding found = face_in(decode_image(file));
    double sum = 0;
    for (size_t i = 0; i < found.size(); ++i) sum += (found[i] - expected_[i]) * (found[i] - expected_[i]);
    return std::sqrt(sum);
  }
  Samples pixels_;
  Embedding expected_;
};

TEST_F(FormatsTest, LosslessOnesGiveTheSameBits) {
  EXPECT_EQ(distance(encode_png(pixels_.width, pixels_.height, pixels_.data)), 0);
  EXPECT_EQ(distance(encode_webp(pixels_)), 0);
  EXPECT_EQ(distance(encode_bmp(pixels_)), 0);
#ifdef VISAVIS_HAVE_TIFF
  EXPECT_EQ(distance(encode_tiff(pixels_, {.compression = COMPRESSION_LZW, .rows_per_strip = 100'000})), 0);
  EXPECT_EQ(distance(encode_tiff(pixels_, {.compression = COMPRESSION_ADOBE_DEFLATE, .tile = 256})), 0);
#endif
}

TEST_F(FormatsTest, LossyOnesGiveNearlyTheSame) {
  EXPECT_LT(distance(encode_jpeg(pixels_)), 0.1);
  EXPECT_LT(distance(encode_webp(pixels_, false)), 0.1);
#ifdef VISAVIS_HAVE_TIFF
  EXPECT_LT(distance(encode_tiff(pixels_, {.photometric = PHOTOMETRIC_YCBCR, .compression = COMPRESSION_JPEG})), 0.1);
#endif
#ifdef VISAVIS_HAVE_HEIF
  // Stored on its side and turned back by what the file says.
  Samples stored{pixels_.height, pixels_.width, 3, {}};
  for (int32_t y = 0; y < stored.height; ++y)
    for (int32_t x = 0; x < stored.width; ++x)
      for (int32_t c = 0; c < 3; ++c) stored.data.push_back(pixels_.at(pixels_.width - 1 - y, x, c));
  for (const heif_compression_format format : {heif_compression_HEVC, heif_compression_AV1})
    if (can_encode(format)) {
      EXPECT_LT(distance(encode_heif(stored, {.format = format, .orientation = 6, .chroma = "420"})), 0.1);
    }
#endif
}

}  // namespace
}  // namespace visavis
