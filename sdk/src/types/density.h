// How near strangers are to an embedding. Some faces are near to many others: taking that off both sides of a comparison
// makes one threshold fit all.
#pragma once

#include <cstddef>
#include <span>

#include "types/face.h"

namespace visavis {

// Fitted by models/recipes/fit.py: aggregates of all persons it was fitted on, nothing of any one of them.
struct Density {
  size_t length, directions;
  const float* mean;     // of embeddings, `length` numbers
  const float* basis;    // `directions` times `length`
  const float* weights;  // of 1, of the coordinates along the directions, and of the products of each two of them
};

// Takes the mean off and scales the rest to a norm. Zeros stay what they are.
void centre(const Density& density, float norm, Embedding& embedding);

// The mean cosine to the nearest strangers, 0..1, of an embedding of that kind.
float density_at(const Density& density, std::span<const float> embedding);

// Made by the build from models/recipes.
extern const Density kDlib1Density, kSface1Density;

}  // namespace visavis
