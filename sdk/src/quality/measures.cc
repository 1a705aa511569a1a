// Puts together what light, colour, sharpness, pose and place say.
#include "quality/measures.h"

#include <algorithm>
#include <cmath>

#include "quality/light.h"
#include "quality/mapping.h"
#include "quality/middle.h"
#include "quality/pose.h"
#include "quality/sharpness.h"

namespace visavis {
namespace {

// OFIQ's forest of decision trees is a model of its own; this is the number that the floors are in, mapped so that a
// face at the floor of the set "dlib" is a bad one. See quality.md.
constexpr double kMiddlingSharpness = 0.3, kSharpnessWidth = 0.08;

QualityValue sharpness_of(const FacePlace& place, const Chip& chip, const ImageView& image) {
  const Greys middle = middle_of(place, chip, image);
  const auto outside = std::ranges::count_if(middle.values(), [](double value) { return std::isnan(value); });
  if (2 * size_t(outside) > middle.values().size()) return not_evaluated(QualityGap::outside);
  const double sharp = sharpness(middle);
  return valued(QualityState::approximate, sharp, 100 * rising(sharp, kMiddlingSharpness, kSharpnessWidth));
}

// Of the largest face this is what OFIQ says of the picture.
QualityValue single_face(const Face& face) {
  if (!face.box || !face.largest_other) return not_evaluated(QualityGap::faces);
  const double share = std::min(1.0, std::sqrt(*face.largest_other / std::max(1.0, face.box->area())));
  return valued(QualityState::evaluated, share, 100 * (1 - share));
}

}  // namespace

FaceQuality measure_quality(const ImageView& image, const Face& face, const Chip& chip, const MeanFace& mean_face) {
  FaceQuality quality;
  const FacePlace place(*face.landmarks, mean_face);
  const KeyPoints points = key_points(*face.landmarks, mean_face);
  const HeadPose pose = head_pose(points);
  const bool grey = measure_light(place, chip, image, quality);
  measure_cheeks(points, pose.yaw, grey, image, quality);
  measure_geometry(points, pose, image, quality);
  quality[QualityMeasure::sharpness] = sharpness_of(place, chip, image);
  quality[QualityMeasure::single_face_present] = single_face(face);
  return quality;
}

}  // namespace visavis
