// The picture in a gallery's row of a kept chip.
#pragma once

#include <cstdint>
#include <span>

#include "types/image.h"

namespace visavis {

// A plain gallery proves its rows by no key: whoever can write the file can put anything there. So only what
// vav_gallery_keep_chip writes is read, a PNG of kMostKeptChip px at most. Error GALLERY_CORRUPT.
Image read_kept_picture(std::span<const uint8_t> bytes);

}  // namespace visavis
