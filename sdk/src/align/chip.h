// Cuts the aligned crop of a face that the embedder was trained on.
#pragma once

#include "types/face.h"
#include "types/image.h"

namespace visavis {

// Turns, scales and shifts the picture (a similarity transform fitted to the five points) so that the face lies as in
// dlib's mean face with a quarter of padding, kChipSize px wide and high; what lies outside the picture is black.
Chip cut_chip(const ImageView& image, const Landmarks& landmarks);

}  // namespace visavis
