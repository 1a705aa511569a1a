// Decodes files and bytes: the content decides the format, limits are checked before memory is taken, the result is
// upright.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "types/image.h"

namespace visavis {

inline constexpr int64_t kDefaultMaxPixels = 100'000'000;
inline constexpr int64_t kMostPixels = int64_t{1} << 30;  // no option goes beyond: 3 GiB of RGB
inline constexpr int32_t kLongestSide = 65'535;           // px

struct DecodeOptions {
  bool ignore_orientation = false;  // do not turn the pixels; Image.orientation still has what was found
  int64_t max_pixels = kDefaultMaxPixels;
};

// JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF to RGB. Throws Error: IMAGE_FORMAT (something else, or empty),
// IMAGE_DECODE (truncated, damaged), LIMIT_EXCEEDED (too many pixels, a side above kLongestSide, or far too
// much work for the picture).
Image decode_image(std::span<const uint8_t> bytes, const DecodeOptions& options = {});

// The same from a file; `path` is UTF-8. The codes of read_file() too; messages name the path.
Image load_image(const std::string& path, const DecodeOptions& options = {});

}  // namespace visavis
