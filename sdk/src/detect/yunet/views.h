// At which sizes a picture has to be looked at, and in which parts, for faces of the sizes asked for to be seen.
#pragma once

#include <vector>

#include "detect/detector.h"

namespace visavis {

// One part of the picture as the network gets it.
struct View {
  Box part;           // of the picture
  int width, height;  // px that the part is brought to
  int border;         // px of grey around it
  int size;           // which of the sizes, 0 the largest
};

// Of a picture of width × height px. What the largest size shows best comes first. A part of a size has at most `max_pixels`;
// a face on a cut is wholly in one of the parts beside it.
std::vector<View> views_of(int width, int height, const DetectOptions& options, int64_t max_pixels);

}  // namespace visavis
