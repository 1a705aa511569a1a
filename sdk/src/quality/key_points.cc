// Two kinds of points: those of dlib have no mouth, those of YuNet and ArcFace have one.
#include "quality/key_points.h"

namespace visavis {

KeyPoints key_points(const Landmarks& points, const MeanFace& mean_face) {
  const auto point = [&](size_t i) { return std::complex<double>(points[i].x, points[i].y); };
  if (mean_face == kMeanFace) return {(point(2) + point(3)) / 2.0, (point(0) + point(1)) / 2.0, point(4), std::nullopt};
  return {point(0), point(1), point(2), (point(3) + point(4)) / 2.0};
}

}  // namespace visavis
