// Runs a Network on tensors of floats.
#pragma once

#include <memory>
#include <vector>

#include "nn/network.h"

namespace visavis {

// count pictures, each of `channels` planes of height × width.
struct Shape {
  int count = 0, channels = 0, height = 0, width = 0;
  friend bool operator==(const Shape&, const Shape&) = default;
};

// The values of a shape, all packed.
struct Tensor : Shape {
  std::vector<float> values;

  void resize(int n, int c, int h, int w) {
    static_cast<Shape&>(*this) = {n, c, h, w};
    values.resize(size_t(n) * c * h * w);
  }
};

class Runner {
 public:
  virtual ~Runner() = default;
  // Safe from any thread: weights are shared, scratch comes from a pool. Uses at most `threads` threads.
  // `input`: (pixel - mean) * scale. A picture's output does not depend on what else is
  // in the batch, to the last bit.
  virtual void run(const Tensor& input, Tensor& output, int threads) const = 0;
};

}  // namespace visavis
