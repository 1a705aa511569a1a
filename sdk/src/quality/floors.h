// The least that a face's pixels must show so that its embedding says something of the person. Below these floors
// strangers come out alike; accuracy.md says how each was measured.
#pragma once

#include "types/comparability.h"
#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

// Size and light: what no other look at the same box can change.
Comparability check_light(const FacePlace& place, const Chip& chip, const ImageView& image);

// Whether enough of the face lies within the picture, without grain over it, and is sharp.
Comparability check_detail(const FacePlace& place, const Chip& chip, const ImageView& image);

}  // namespace visavis
