// Convolutions of 3×3 with fewer than half of the products: Winograd's F(2×2, 3×3), as Lavin and Gray have it in "Fast
// Algorithms for Convolutional Neural Networks" (2015).
#pragma once

#include <cstdint>

#include "base/aligned_floats.h"
#include "nn/network.h"

namespace visavis {

// A layer of 3×3 with stride 1 and padding 1. Pixels hold their channels together.
class Winograd {
 public:
  // Whether it is one, and an output of height × width is large enough for it to be faster.
  static bool fits(const Layer& layer, int height, int width);

  explicit Winograd(const Layer& layer);  // which must fit

  int64_t scratch() const;  // floats

  // in: [count][height][width][in_channels]; addend (may be null) and out: [count][height][width][out_channels]. All begin
  // where a vector may. `out` may be the addend.
  void run(const float* in, int count, int height, int width, const float* addend, float* scratch, float* out) const;

 private:
  int tiles_at_once() const;

  int in_channels_, out_channels_;
  bool relu_;
  AlignedFloats weights_, bias_, zeros_;  // weights: [16][in_channels][out_channels]
};

}  // namespace visavis
