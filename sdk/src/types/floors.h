// What the pixels of a face must reach so that embeddings of a set of models say something about the person: as data, for
// one embedder copes with what makes strangers alike to another. accuracy.md says how each was measured.
#pragma once

#include <limits>

namespace visavis {

struct Floors {
  double least_sharpness;  // see quality/floors.cc
  double least_direction;
  double least_darkness;  // of the eyes
  double most_coarse;     // roughness at a quarter of the chip's size, see quality/grain.cc
  double most_step;       // of 255: the usual difference of a pixel to the next one, which only dots have
};

inline constexpr Floors kDlibFloors = {0.18, 0.046, -0.5, 0.78, std::numeric_limits<double>::infinity()};
inline constexpr Floors kSfaceFloors = {0.11, 0.033, -1, 1, 45};

}  // namespace visavis
