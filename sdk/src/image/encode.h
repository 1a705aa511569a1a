// Encodes a picture without loss.
#pragma once

#include <cstdint>
#include <vector>

#include "types/image.h"

namespace visavis {

// A PNG of 8-bit RGB. Error OUT_OF_MEMORY.
std::vector<uint8_t> encode_png(const ImageView& image);

}  // namespace visavis
