// Runs a Network on tensors of floats.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "nn/network.h"

namespace visavis {

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
  // in the batch, to the last bit. `outputs`: as many as the network has.
  virtual void run_all(const Tensor& input, std::span<Tensor> outputs, int threads) const = 0;

  // Of a network with one output.
  void run(const Tensor& input, Tensor& output, int threads) const { run_all(input, {&output, 1}, threads); }
};

}  // namespace visavis
