// image/gif: the first frame in rows of every order, transparency, damage.
#include <gtest/gtest.h>

#include "base/error.h"
#include "image/decode.h"
#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;

Rgb grey_of(int index) { return {2 * (index & 127), 2 * (index & 127), 2 * (index & 127)}; }

TEST(Gif, TheFirstFrameInEveryOrderOfRows) {
  const Samples s = pattern(23, 19, 1);
  for (const bool interlaced : {false, true})
    for (const int frames : {1, 3}) {
      const Image image = decode_image(encode_gif(s, interlaced, -1, frames));
      EXPECT_EQ(image.source, ImageSource::gif);
      expect_pixels(image.view, 23, 19, 0, [&](int32_t x, int32_t y) { return grey_of(s.at(x, y, 0)); });
    }
}

TEST(Gif, WhatIsTransparentIsWhite) {
  const Samples s = pattern(23, 19, 1);
  const int hidden = s.at(3, 4, 0) & 127;
  expect_pixels(decode_image(encode_gif(s, false, hidden)).view, 23, 19, 0, [&](int32_t x, int32_t y) {
    return (s.at(x, y, 0) & 127) == hidden ? Rgb{255, 255, 255} : grey_of(s.at(x, y, 0));
  });
}

TEST(Gif, CutAnywhereItIsRefused) {
  const Bytes whole = encode_gif(pattern(23, 19, 1));
  for (size_t size = 0; size + 4 < whole.size(); ++size)
    EXPECT_THROW(decode_image({whole.data(), size}), Error) << size << " of " << whole.size();
}

TEST(Gif, TooLargeIsRefusedByTheHeader) {
  Bytes file = encode_gif(pattern(23, 19, 1));
  file[6] = file[7] = file[8] = file[9] = 0xFF;
  try {
    decode_image(file);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), VAV_E_LIMIT_EXCEEDED);
  }
}

}  // namespace
}  // namespace visavis
