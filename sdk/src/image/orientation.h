// EXIF orientation: found in the metadata, applied to the pixels.
#pragma once

#include <cstdint>
#include <span>

#include "types/image.h"

namespace visavis {

// The orientation (1..8) in a block of EXIF, with or without its "Exif\0\0" start; 1 if there is none or it
// is out of range.
int32_t exif_orientation(std::span<const uint8_t> exif);

// Turns the picture by image.orientation into new storage, wherever its pixels lay before; at 1 it does nothing.
// The orientation is kept: it says what was found.
void turn_upright(Image& image);

}  // namespace visavis
