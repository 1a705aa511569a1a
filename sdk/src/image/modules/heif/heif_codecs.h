// The two codecs of HEIF: what their data are before a decoder sees them, and decoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "image/modules/heif/heif_items.h"

namespace visavis::heif {

// Takes the coded picture from the file and prepares it for the decoder: sets its size, and moves headers from the
// configuration to the data. Throws when it is not one still picture, or when it
// would be decoded over and over; IMAGE_FORMAT where this build has no such decoder.
void clean_hevc(Coded& coded);
void clean_av1(Coded& coded);
inline void clean(Coded& coded) {
  switch (coded.codec) {
    case Codec::hevc:
      return clean_hevc(coded);
    case Codec::av1:
      return clean_av1(coded);
  }
}

// Luma and chroma, or red, green and blue, as they were coded: up to 8 bits in bytes, above in 16 bits.
struct Planes {
  int64_t width = 0, height = 0;  // px, of the first plane
  int bits = 8;
  bool grey = false;                       // only the first plane is there
  int halved_across = 0, halved_down = 0;  // how often, of the second and third plane
  bool full_range = true;
  int matrix = 2;  // H.273's number of the way to RGB
  const uint8_t* data[3] = {};
  ptrdiff_t stride[3] = {};  // bytes
  std::shared_ptr<const void> owner;
};

// Decodes what was prepared, on the caller's thread, without printing. Throws if it is damaged.
Planes decode_hevc(const Coded& coded);
Planes decode_av1(const Coded& coded);
inline Planes decode(const Coded& coded) {
  switch (coded.codec) {
    case Codec::hevc:
      return decode_hevc(coded);
    case Codec::av1:
      return decode_av1(coded);
  }
  return {};
}

}  // namespace visavis::heif
