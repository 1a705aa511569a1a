// pipeline/kept_picture: what somebody has put in the place of a kept chip reaches no decoder.
#include "pipeline/kept_picture.h"

#include <gtest/gtest.h>

#include <vector>

#include "align/kept_chip.h"
#include "base/error.h"
#include "image/encode.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

std::vector<uint8_t> png(int width, int height) {
  const std::vector<uint8_t> pixels(size_t(width) * size_t(height) * 3, 90);
  return encode_png({pixels.data(), width, height, int64_t{width} * 3});
}

TEST(KeptPicture, IsASmallPngAndNothingElse) {
  EXPECT_EQ(read_kept_picture(png(320, 320)).view.width, kMostKeptChip);
  const auto refused = [](std::vector<uint8_t> bytes) {
    return code_of([&] { read_kept_picture(bytes); }) == VAV_E_GALLERY_CORRUPT;
  };
  EXPECT_TRUE(refused(png(321, 10)));
  EXPECT_TRUE(refused(png(3000, 2000)));
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({'B', 'M', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(refused({'I', 'I', 42, 0, 8, 0, 0, 0}));
  std::vector<uint8_t> cut = png(50, 50);
  for (; cut.size() > 8; cut.pop_back()) ASSERT_TRUE(refused({cut.begin(), cut.end() - 1})) << cut.size();
  // The header says that it is as large as a picture can be: refused before there is memory for it.
  std::vector<uint8_t> giant = png(50, 50);
  giant[16] = 0, giant[17] = 1, giant[20] = 0, giant[21] = 1;
  EXPECT_TRUE(refused(giant));
}

}  // namespace
}  // namespace visavis
