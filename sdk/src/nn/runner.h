// Runs a Network on tensors of floats.
#pragma once

#include <memory>
#include <vector>

#include "nn/network.h"

namespace visavis {

// count pictures, each of `channels` planes of height × width, all packed.
struct Tensor {
  int count = 0, channels = 0, height = 0, width = 0;
  std::vector<float> values;

  void resize(int n, int c, int h, int w) {
    count = n;
    channels = c;
    height = h;
    width = w;
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

// In builds with oneDNN only.
std::unique_ptr<Runner> make_onednn_runner(const Network& network);

}  // namespace visavis
