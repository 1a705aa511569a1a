// The nose stands out: turned, it moves against eyes and mouth. Sizes and margins are compared with the head's own.
#include "quality/pose.h"

#include <cmath>
#include <numbers>

#include "quality/mapping.h"

namespace visavis {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;

// How far the nose stands out of the plane of eyes and mouth, in distances of the eyes. Of 2,637 faces, those whose nose
// is farther from the middle have eyes that seem nearer to each other; this length explains both best.
constexpr double kTipStandsOut = 0.44;
constexpr double kBaseStandsOut = 0.34;  // agrees best with the other on 2,519 faces
constexpr double kUsualTip = 0.56;       // of the way from the eyes to the mouth, of a head held level
constexpr double kUsualChin = 1.65;      // below the eyes, in their distances: of 31 frontal faces, by eye

}  // namespace

HeadPose head_pose(const KeyPoints& points) {
  const std::complex<double> nose = points.seen(points.nose), eyes = points.right_eye - points.left_eye;
  HeadPose pose;
  pose.roll = -std::arg(eyes) * kDegrees;
  if (points.mouth) {
    const std::complex<double> mouth = points.seen(*points.mouth);
    const double down = nose.imag() / mouth.imag();
    pose.yaw = std::atan((nose.real() - down * mouth.real()) / kTipStandsOut) * kDegrees;
    pose.pitch = std::atan((down - kUsualTip) * mouth.imag() / kTipStandsOut) * kDegrees;
  } else {
    pose.yaw = std::atan(nose.real() / kBaseStandsOut) * kDegrees;
  }
  return pose;
}

void measure_geometry(const KeyPoints& points, const HeadPose& pose, const ImageView& image, FaceQuality& quality) {
  using enum QualityMeasure;
  constexpr auto kEvaluated = QualityState::evaluated, kApproximate = QualityState::approximate;
  const double seen = points.eye_distance();
  const double apart = seen / std::cos(pose.yaw / kDegrees), chin = kUsualChin * apart;
  const double height = image.height, above = points.eyes().imag();
  const double head = chin / height;
  quality[inter_eye_distance] = valued(kApproximate, apart, 100 * rising(apart, 70, 20));
  quality[head_size] = valued(kApproximate, head, 200 * (1 - rising(std::abs(head - 0.45), 0, 0.05)));
  const auto beside = [&](double px) { return valued(kEvaluated, px / seen, 100 * rising(px / seen, 0.9, 0.1)); };
  quality[margin_left] = beside(points.left_eye.real());
  quality[margin_right] = beside(image.width - points.right_eye.real());
  quality[margin_above] = valued(kApproximate, above / chin, 100 * rising(above / chin, 1.4, 0.1));
  const double below = (height - above) / chin;
  quality[margin_below] = valued(kApproximate, below, 100 * rising(below, 1.8, 0.1));
  quality[head_pose_yaw] = valued(kApproximate, pose.yaw, mapped_angle(pose.yaw));
  quality[head_pose_pitch] =
      pose.pitch ? valued(kApproximate, *pose.pitch, mapped_angle(*pose.pitch)) : not_evaluated(QualityGap::points);
  quality[head_pose_roll] = valued(kEvaluated, pose.roll, mapped_angle(pose.roll));
}

}  // namespace visavis
