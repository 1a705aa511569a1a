// The image stage's door for pixels in the caller's memory.
#pragma once

#include "types/image.h"
#include "visavis/image.h"

namespace visavis {

// Upright RGB is looked at where it lies (Image.storage stays empty); all else is converted into Image.storage.
// Throws Error: INVALID_ARGUMENT naming the member that is wrong, LIMIT_EXCEEDED above kMostPixels.
Image wrap_pixels(const vav_pixels& pixels);

}  // namespace visavis
