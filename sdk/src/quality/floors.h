// The limits that the pixels of a face must reach so that its embedding says something about the person. Below them
// different people look alike; accuracy.md says how each limit was measured.
#pragma once

#include "types/comparability.h"
#include "types/face.h"
#include "types/floors.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

// Size and light: other landmarks for the same box cannot change them.
Comparability check_light(const FacePlace& place, const Chip& chip, const ImageView& image);

// Whether enough of the face lies within the picture, without grain over it, and is sharp. `eyes`: where they are.
Comparability check_detail(const FacePlace& place, const Chip& chip, const ImageView& image, const Floors& floors,
                           const Eyes& eyes = kMeanEyes);

}  // namespace visavis
