// quality/pose: a head of which all is known, turned and seen from the front.
#include "quality/pose.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace visavis {
namespace {

using Complex = std::complex<double>;

// Eyes 100 px apart around 500, 400. The nose is nearer to the camera, and is turned out of the middle.
KeyPoints seen(double yaw, double pitch, double roll, bool mouth) {
  const double degrees = std::numbers::pi / 180;
  const double y = yaw * degrees, p = pitch * degrees;
  const auto place = [&](double right, double down, double near) {
    const double x = right * std::cos(y) + near * std::sin(y), z = near * std::cos(y) - right * std::sin(y);
    const Complex there(x, down * std::cos(p) + z * std::sin(p));
    return Complex(500, 400) + 100.0 * there * std::polar(1.0, -roll * degrees);
  };
  KeyPoints points{place(-0.5, 0, 0), place(0.5, 0, 0), mouth ? place(0, 0.56, 0.44) : place(0, 0.75, 0.34), {}};
  if (mouth) points.mouth = place(0, 1, 0);
  return points;
}

TEST(Pose, AnglesComeOutAsTheyWentIn) {
  for (const double angle : {-40.0, -20.0, -5.0, 0.0, 10.0, 30.0})
    for (const bool mouth : {false, true}) {
      EXPECT_NEAR(head_pose(seen(angle, 0, 0, mouth)).yaw, angle, 1e-6);
      EXPECT_NEAR(head_pose(seen(0, 0, angle, mouth)).roll, angle, 1e-6);
      EXPECT_NEAR(head_pose(seen(angle, 0, 10, mouth)).yaw, angle, 1e-6);
      EXPECT_EQ(head_pose(seen(0, angle, 0, mouth)).pitch.has_value(), mouth);
    }
  for (const double angle : {-20.0, -10.0, 0.0, 10.0, 20.0})
    EXPECT_NEAR(*head_pose(seen(0, angle, 0, true)).pitch, angle, 1.5);
}

TEST(Pose, SizesAreThoseOfAHeadThatLooksIntoTheCamera) {
  const ImageView image{nullptr, 1000, 800, 3000};
  for (const double yaw : {-30.0, 0.0, 30.0}) {
    const KeyPoints points = seen(yaw, 0, 0, true);
    FaceQuality quality;
    measure_geometry(points, head_pose(points), image, quality);
    EXPECT_NEAR(quality[QualityMeasure::inter_eye_distance].raw, 100, 1e-3);
    EXPECT_EQ(quality[QualityMeasure::inter_eye_distance].score, 82);
    EXPECT_NEAR(quality[QualityMeasure::head_size].raw, 1.65 * 100 / 800, 1e-5);
    EXPECT_NEAR(quality[QualityMeasure::margin_above].raw, 400 / 165.0, 1e-5);
    EXPECT_NEAR(quality[QualityMeasure::margin_below].raw, 400 / 165.0, 1e-5);
  }
}

// OFIQ's own figures: 70 px give 50, 90 px 73; a head of 0.45 of the picture gives 100.
TEST(Pose, ScoresAreOfiqs) {
  const auto geometry = [](double apart, int height) {
    const KeyPoints points{{500 - apart / 2, 300}, {500 + apart / 2, 300}, {500, 300 + 0.75 * apart}, {}};
    FaceQuality quality;
    measure_geometry(points, head_pose(points), {nullptr, 1000, height, 3000}, quality);
    return quality;
  };
  EXPECT_EQ(geometry(70, 800)[QualityMeasure::inter_eye_distance].score, 50);
  EXPECT_EQ(geometry(90, 800)[QualityMeasure::inter_eye_distance].score, 73);
  EXPECT_EQ(geometry(120, 440)[QualityMeasure::head_size].score, 100);
  EXPECT_EQ(geometry(120, 440)[QualityMeasure::head_pose_yaw].score, 100);
}

}  // namespace
}  // namespace visavis
