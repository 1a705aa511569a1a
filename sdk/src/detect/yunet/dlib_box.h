// Where dlib's detectors would lay the box of a face of which YuNet gives the points: what dlib's landmarks begin from.
#pragma once

#include <algorithm>
#include <cmath>

#include "types/geometry.h"
#include "types/mean_face.h"

namespace visavis {

// Upright, however the face is turned. Of 2,681 faces that HOG and YuNet both found, HOG's boxes have their middle at 0.51,
// 0.50 of the mean face's square, and 1.24 of its side (medians; the deviations are 0.05, 0.07 and 10 %).
inline Box dlib_box(const Landmarks& features) {
  constexpr double kMiddle = 0.5, kSide = 1.24;
  const FacePlace place(features, kMeanFaceOfFeatures);
  const Point middle = place.at(kMiddle, kMiddle);
  const auto side = std::max(1, int32_t(std::lround(kSide * place.size())));
  const auto begin = [&](float at) { return int32_t(std::lround(double(at) - (side - 1) / 2.0)); };
  const int32_t left = begin(middle.x), top = begin(middle.y);
  return {left, top, left + side - 1, top + side - 1};
}

}  // namespace visavis
