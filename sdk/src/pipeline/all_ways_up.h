// Finds faces in the picture as it is, and turned by 90, 180 and 270 degrees.
#pragma once

#include <vector>

#include "detect/detector.h"
#include "types/face.h"

namespace visavis {

// Surest first; of detections that overlap, the surest. Boxes are those of the picture as it is; `quarter_turns` says
// how it had to be turned. Takes four times as long as a single look, and memory for a copy of the picture.
std::vector<Face> detect_all_ways_up(const Detector& detector, const ImageView& image, const DetectOptions& options,
                                     int threads);

}  // namespace visavis
