// image/orientation: found in EXIF of every form, applied to strided pixels.
#include "image/orientation.h"

#include <gtest/gtest.h>

#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;

TEST(ExifOrientation, EveryValueInBothByteOrdersWithAndWithoutStart) {
  for (uint16_t value = 1; value <= 8; ++value)
    for (const bool big_endian : {false, true}) {
      EXPECT_EQ(exif_orientation(exif_block(value, big_endian)), value);
      EXPECT_EQ(exif_orientation(tiff_block(value, big_endian)), value);
      for (const unsigned type : {1u, 4u})  // BYTE and LONG, as some programs write it
        EXPECT_EQ(exif_orientation(tiff_block(value, big_endian, type)), value) << type;
    }
}

TEST(ExifOrientation, AbsurdOnesAreUpright) {
  for (const uint16_t value : {0, 9, 255, 65535}) EXPECT_EQ(exif_orientation(exif_block(value)), 1);
  EXPECT_EQ(exif_orientation({}), 1);
  EXPECT_EQ(exif_orientation(Bytes(6, 0)), 1);
  Bytes of_another_type = exif_block(6);
  of_another_type[6 + 12] = 2;  // a text
  EXPECT_EQ(exif_orientation(of_another_type), 1);
}

TEST(ExifOrientation, CutAnywhere) {
  const Bytes whole = exif_block(6);
  for (size_t size = 0; size < whole.size(); ++size) {
    const int32_t found = exif_orientation({whole.data(), size});
    EXPECT_TRUE(found == 1 || found == 6) << size;
  }
}

TEST(TurnUpright, AllEightFromAStridedView) {
  const Samples whole = pattern(9, 7, 3);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Image image;
    image.view = {whole.data.data() + 3 * (9 * 1 + 2), 5, 4, 3 * 9};
    image.orientation = orientation;
    const ImageView stored = image.view;
    turn_upright(image);
    EXPECT_EQ(image.storage.empty(), orientation == 1);
    EXPECT_EQ(image.orientation, orientation);
    expect_upright(image.view, stored, orientation);
  }
}

}  // namespace
}  // namespace visavis
