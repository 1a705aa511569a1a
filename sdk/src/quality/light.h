// How a face is lit and coloured: luminance within its outline, and both cheeks beside each other.
#pragma once

#include "types/image.h"
#include "types/key_points.h"
#include "types/quality.h"

namespace visavis {

// Luminance, its range and its ends, within the outline of a usual face. Returns whether the face is grey.
bool measure_light(const FacePlace& place, const Chip& chip, const ImageView& image, FaceQuality& quality);

// Illumination uniformity and natural colour, from a zone on each cheek. `yaw` in degrees: of a face that is turned far
// one of the zones shows something else.
void measure_cheeks(const KeyPoints& points, double yaw, bool grey, const ImageView& image, FaceQuality& quality);

}  // namespace visavis
