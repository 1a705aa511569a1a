// The face that is cut out of a picture.
#pragma once

#include <string>

#include "capi/guard.h"
#include "capi/handles.h"
#include "types/key_points.h"

namespace visavis::capi {

// Refused where the face is not in the picture: it was found in another one, and what is cut would show nobody.
inline const Face& face_to_cut(const vav_faces* faces, int32_t index, const ImageView& picture) {
  const Face& face = entry(checked(faces, "faces")->faces, index);
  if (!face.landmarks) invalid("face " + std::to_string(index) + " has no landmarks: ask for them, or embeddings");
  const KeyPoints points = key_points(*face.landmarks, faces->mean_face);
  const double around = points.eye_distance();  // at the edge eyes may be seen that are not there
  const auto is_off = [&](double place, int32_t size) { return !(place >= -around && place <= size + around); };
  if (is_off(points.eyes().real(), picture.width) || is_off(points.eyes().imag(), picture.height))
    invalid("face " + std::to_string(index) + " lies outside of the picture: give the one that it was found in");
  return face;
}

}  // namespace visavis::capi
