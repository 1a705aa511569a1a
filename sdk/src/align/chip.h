// Cuts the aligned crop of a face: dlib's, and the one that other embedders were trained on.
#pragma once

#include "types/chip_frame.h"
#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"

namespace visavis {

// Turns, scales and shifts the picture (a similarity transform fitted to the five points) so that the face lies as in
// dlib's mean face with a quarter of padding, kChipSize px wide and high; what lies outside the picture is black.
Chip cut_chip(const ImageView& image, const Landmarks& landmarks, const MeanFace& mean_face = kMeanFace);

// Does the same as OpenCV's FaceRecognizerSF::alignCrop: fitted to the frame's points instead of to the picture's, each
// pixel between four of the picture, however large the face is there.
Chip warp_chip(const ImageView& image, const Landmarks& landmarks, const ChipFrame& frame);

}  // namespace visavis
