// Inside the image stage: what every codec shares. A codec gives the pixels as stored, in packed RGB owned by the
// image, with the orientation found but not applied.
#pragma once

#include <csetjmp>
#include <cstdint>
#include <span>

#include "image/decode.h"
#include "types/image.h"

namespace visavis {

Image decode_jpeg(std::span<const uint8_t> bytes, const DecodeOptions& options);
Image decode_png(std::span<const uint8_t> bytes, const DecodeOptions& options);
Image decode_webp(std::span<const uint8_t> bytes, const DecodeOptions& options);
Image decode_gif(std::span<const uint8_t> bytes, const DecodeOptions& options);  // of an animation the first frame
Image decode_bmp(std::span<const uint8_t> bytes, const DecodeOptions& options);
Image decode_tiff(std::span<const uint8_t> bytes, const DecodeOptions& options);  // by modules, see modules.cc
Image decode_heif(std::span<const uint8_t> bytes, const DecodeOptions& options);  // HEIC and AVIF

// Throws LIMIT_EXCEEDED or, for an empty picture, IMAGE_DECODE. Called with the header's numbers before any allocation.
void check_size(int64_t width, int64_t height, const DecodeOptions& options);

// A packed picture to be filled in; the size has been checked.
Image new_picture(int32_t width, int32_t height, ImageSource source);

// Runs calls into a C library which reports errors by longjmp(jump, 1). False when it did. `calls` may hold nothing
// with a destructor: a jump runs none.
template <class Calls>
[[nodiscard]] bool without_jump(std::jmp_buf& jump, Calls&& calls) {
  if (setjmp(jump) != 0) return false;
  calls();
  return true;
}

}  // namespace visavis
