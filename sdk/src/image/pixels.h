// Makes an image of pixels in the caller's memory.
#pragma once

#include "types/image.h"
#include "visavis/image.h"

namespace visavis {

// Upright RGB is not copied (Image.storage stays empty); everything else is converted into Image.storage.
// Throws Error: INVALID_ARGUMENT naming the member that is wrong, LIMIT_EXCEEDED above kMostPixels.
Image wrap_pixels(const vav_pixels& pixels);

}  // namespace visavis
