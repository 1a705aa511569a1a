// Noise, dots, shot grain: whether they hide a face.
#pragma once

#include "quality/middle.h"
#include "types/floors.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

// `middle`: of the face's chip.
bool is_grainy(const FacePlace& place, const Greys& middle, const ImageView& image, const Floors& floors);

}  // namespace visavis
