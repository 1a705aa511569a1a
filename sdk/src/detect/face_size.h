// From the smallest face that is asked for to the scale of the picture a detector must see, and back to the boxes.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/detector.h"

namespace visavis {

// How often a picture must be doubled (> 0) or may be halved (< 0) so that a face of `min_face` px is still at least
// `smallest` px, what the detector sees unaided; halved only as long as it stays `comfortable` px (0 = never halved).
// 0 for min_face 0.
int doublings_for(int32_t min_face, int smallest, int comfortable);

// Refuses a picture that would have more than `max_pixels` after `doublings`: Error LIMIT_EXCEEDED.
void check_enlarged(const ImageView& image, int doublings, int64_t max_pixels);

// Drops boxes with a side outside min_face..max_face.
void keep_asked_sizes(std::vector<Detection>& found, const DetectOptions& options);

// The part of a box inside the picture; of one wholly outside, the nearest pixels.
Box clip_box(const Box& box, const ImageView& image);

}  // namespace visavis
