// Eyes, nose and mouth of a face, whichever kind of five points it came with, and the head's own directions.
#pragma once

#include <complex>
#include <optional>

#include "types/face.h"
#include "types/mean_face.h"

namespace visavis {

// In px of the picture; left and right as in an upright picture.
struct KeyPoints {
  std::complex<double> left_eye, right_eye;   // their middles
  std::complex<double> nose;                  // its tip, or its base
  std::optional<std::complex<double>> mouth;  // its middle

  std::complex<double> eyes() const { return (left_eye + right_eye) / 2.0; }
  double eye_distance() const { return std::abs(right_eye - left_eye); }  // px
  // A place of the picture, from the middle between the eyes: real along the line of the eyes, imaginary down the face,
  // in distances of the eyes.
  std::complex<double> seen(const std::complex<double>& place) const {
    return (place - eyes()) / (right_eye - left_eye);
  }
  // The other way.
  std::complex<double> in_picture(const std::complex<double>& place) const {
    return eyes() + place * (right_eye - left_eye);
  }
};

// `mean_face`: of the same kind of points, which tells the kind. Those of dlib have no mouth; those of YuNet have one.
inline KeyPoints key_points(const Landmarks& points, const MeanFace& mean_face) {
  const auto point = [&](size_t i) { return std::complex<double>(points[i].x, points[i].y); };
  if (mean_face == kMeanFace) return {(point(2) + point(3)) / 2.0, (point(0) + point(1)) / 2.0, point(4), std::nullopt};
  return {point(0), point(1), point(2), (point(3) + point(4)) / 2.0};
}

}  // namespace visavis
