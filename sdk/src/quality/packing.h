// Whether strong compression has left too little of a face: squares, or a few shades.
#pragma once

#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

// `contrast`: standard deviation of the middle of the chip.
bool is_packed(const FacePlace& place, const Chip& chip, const ImageView& image, double contrast);

}  // namespace visavis
