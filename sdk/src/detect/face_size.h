// From the smallest face that is asked for to the scale of the picture a detector must see, and back to the boxes.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/detector.h"

namespace visavis {

// How often a picture must be doubled so that a face of `min_face` px is at least `smallest` px, what the detector sees
// unaided. 0 for min_face 0.
int doublings_for(int32_t min_face, int smallest);

// Refuses a picture with more than `max_pixels` once its sides are scaled: Error LIMIT_EXCEEDED.
void check_scaled(const ImageView& image, double scale, int64_t max_pixels);

// Drops boxes with a side outside min_face..max_face.
void keep_asked_sizes(std::vector<Detection>& found, const DetectOptions& options);

// The part of a box inside the picture; of one wholly outside, the nearest pixels.
Box clip_box(const Box& box, const ImageView& image);

}  // namespace visavis
