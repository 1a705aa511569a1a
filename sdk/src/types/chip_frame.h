// How large the chips of an embedder are, and where the five points of a face come to lie in them.
#pragma once

#include <array>

#include "types/face.h"
#include "types/mean_face.h"

namespace visavis {

struct ChipFrame {
  int size;                                     // px, width and height
  std::array<std::array<double, 2>, 5> points;  // px
  MeanFace mean_face;                           // of the same kind of points
};

// dlib's: its mean face with a quarter of padding.
inline constexpr ChipFrame kDlibChip = [] {
  ChipFrame frame{kChipSize, {}, kMeanFace};
  for (size_t i = 0; i < frame.points.size(); ++i)
    for (size_t axis = 0; axis < 2; ++axis)
      frame.points[i][axis] = (kChipPadding + kMeanFace[i][axis]) / (2 * kChipPadding + 1) * kChipSize;
  return frame;
}();

// ArcFace's, which most embedders since have: middles of the eyes, tip of the nose, corners of the mouth.
inline constexpr ChipFrame kArcFaceChip = {
    112,
    {{{38.2946, 51.6963}, {73.5318, 51.5014}, {56.0252, 71.7366}, {41.5493, 92.3655}, {70.7299, 92.2041}}},
    kMeanFaceOfFeatures};

}  // namespace visavis
