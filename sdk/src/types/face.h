// What is known about one face: each stage fills in its part.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/secret_memory.h"
#include "types/comparability.h"
#include "types/geometry.h"
#include "types/quality.h"

namespace visavis {

inline constexpr int kChipSize = 150;  // px, width and height of dlib's chips, and of what quality/ looks at

struct Detection {
  Box box;
  float score = 0;                          // larger is surer, 0 is the threshold of the detector
  std::optional<Landmarks> landmarks = {};  // of a detector that gives them
};

using Chip = std::vector<uint8_t>;  // packed RGB pixels, as many as the chip is wide in each row
// As many numbers as the model gives, see embedding_length(). They are wiped when they are freed.
using Embedding = std::vector<float, WipingAllocator<float>>;

struct Face {
  std::optional<Box> box;
  std::optional<Box> whole;  // the detector's, where `box` was cut at the picture's edges
  std::optional<float> score;
  std::optional<Landmarks> seen;  // by the detector, not yet looked at
  std::optional<Landmarks> landmarks;
  std::optional<Chip> chip;
  std::optional<Embedding> embedding;                          // only of a comparable face
  Comparability comparability = Comparability::not_evaluated;  // of a face with landmarks
  std::optional<FaceQuality> quality;
  std::optional<double> largest_other;  // px², of the other faces that the detector found in the picture; 0 = none
  int quarter_turns = 0;                // clockwise, of the picture in which the detector saw it upright
};

// What a detector said of a face, without what was computed from it.
inline Face as_detected(const Face& face) {
  Face seen;
  seen.box = face.box, seen.whole = face.whole, seen.score = face.score;
  seen.seen = face.seen, seen.quarter_turns = face.quarter_turns, seen.largest_other = face.largest_other;
  return seen;
}

}  // namespace visavis
