// The picture of a face that is kept so that other models can look at it one day: larger than any chip.
#pragma once

#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

inline constexpr int kMostKeptChip = 320;  // px, width and height at most

// The face upright in the middle, with as much around it as it is wide; what lies outside the picture is black. Never
// larger than in the picture, so that nothing is made up. `mean_face`: of the same kind of points.
Image cut_kept_chip(const ImageView& image, const Landmarks& landmarks, const MeanFace& mean_face);

}  // namespace visavis
