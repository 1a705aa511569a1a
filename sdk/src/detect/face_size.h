// Scales the picture so that a detector can see the smallest face to find, and scales its boxes back.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/detector.h"

namespace visavis {

// How often to double a picture so that a face of `min_face` px has at least `smallest` px, which the detector sees by
// itself. 0 for min_face 0.
int doublings_for(int32_t min_face, int smallest);

// Refuses a picture with more than `max_pixels` once its sides are scaled: Error LIMIT_EXCEEDED.
void check_scaled(const ImageView& image, double scale, int64_t max_pixels);

// Drops boxes with a side outside min_face..max_face.
void keep_asked_sizes(std::vector<Detection>& found, const DetectOptions& options);

// The part of a box inside the picture; of one wholly outside, the nearest pixels.
Box clip_box(const Box& box, const ImageView& image);

}  // namespace visavis
