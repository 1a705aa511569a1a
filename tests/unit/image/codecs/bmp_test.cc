// image/bmp: colours, grey palettes, damage.
#include <gtest/gtest.h>

#include "base/error.h"
#include "image/decode.h"
#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;

vav_status code_of(const Bytes& file) {
  try {
    decode_image(file);
    return VAV_OK;
  } catch (const Error& e) {
    return e.code();
  }
}

TEST(Bmp, ColoursAndPalettesOfOddWidths) {
  for (const int32_t width : {1, 2, 3, 21}) {
    const Samples rgb = pattern(width, 14, 3), grey = pattern(width, 14, 1);
    EXPECT_EQ(decode_image(encode_bmp(rgb)).source, ImageSource::bmp);
    expect_same(decode_image(encode_bmp(rgb)).view, rgb);
    expect_pixels(decode_image(encode_bmp(grey, 8)).view, width, 14, 0, [&](int32_t x, int32_t y) {
      const int value = grey.at(x, y, 0);
      return Rgb{value, value, value};
    });
  }
}

TEST(Bmp, CutAnywhereItIsRefused) {
  const Bytes whole = encode_bmp(pattern(20, 14, 3));
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(code_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), VAV_OK) << size;
}

TEST(Bmp, RareKindsAreNamed) {
  Bytes file = encode_bmp(pattern(20, 14, 3));
  Bytes deep = file, flipped = file, huge = file;
  deep[28] = 32;
  EXPECT_EQ(code_of(deep), VAV_E_IMAGE_FORMAT);
  flipped[25] = 0xFF;  // a negative height
  EXPECT_EQ(code_of(flipped), VAV_E_IMAGE_FORMAT);
  huge[20] = huge[24] = 0x0F;  // a million on each side
  EXPECT_EQ(code_of(huge), VAV_E_LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace visavis
