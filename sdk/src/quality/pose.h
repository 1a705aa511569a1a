// Where a head looks and where it is in the picture.
#pragma once

#include "types/image.h"
#include "types/key_points.h"
#include "types/quality.h"

namespace visavis {

struct HeadPose {
  double yaw = 0;               // degrees, above 0: towards the right of the picture
  std::optional<double> pitch;  // degrees, above 0: down
  double roll = 0;              // degrees, above 0: counter-clockwise
};

HeadPose head_pose(const KeyPoints& points);

// Pose, distance of the eyes, size of the head and margins.
void measure_geometry(const KeyPoints& points, const HeadPose& pose, const ImageView& image, FaceQuality& quality);

}  // namespace visavis
