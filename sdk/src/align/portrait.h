// Cuts a face out as a portrait.
#pragma once

#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

inline constexpr int kMostNaturalPortrait = 1200;  // px, width

// Three wide and four high, the eyes level at 3/8 and 5/8 of the width and 3/5 of a width below the upper edge: the
// token image of ISO/IEC 19794-5 and 39794-5. `width` in px; 0 = as in the picture, at most kMostNaturalPortrait. Beyond
// the picture's edge its last pixels go on. Errors INVALID_ARGUMENT for eyes in one place, LIMIT_EXCEEDED for a face of
// more than some thousand px.
Image cut_portrait(const ImageView& image, const Landmarks& landmarks, const MeanFace& mean_face, int width);

}  // namespace visavis
