// A landmarker finds the five points of a face in its box.
#pragma once

#include <memory>
#include <vector>

#include "types/geometry.h"
#include "types/image.h"

namespace visavis {

class Landmarker {
 public:
  virtual ~Landmarker() = default;
  // Safe from any thread. The box may reach beyond the picture.
  virtual Landmarks find(const ImageView& image, const Box& box) const = 0;
};

// dlib's regression trees; `model`: the bytes of shape_predictor_5_face_landmarks.dat, already checked.
std::unique_ptr<Landmarker> make_tree_landmarker(const std::vector<char>& model);

}  // namespace visavis
