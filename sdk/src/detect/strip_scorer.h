// Runs a detection network over a large tensor in strips, so that memory between the layers is bounded.
#pragma once

#include <memory>

#include "base/pool.h"
#include "nn/runner.h"

namespace visavis {

class StripScorer {
 public:
  // The network is a chain of convolutions: first some that stride and do not pad, then some that pad and do not
  // stride. `strip_pixels`: about how many of the tensor's pixels a thread looks at together. For 2.5 million dlib's
  // network takes 30 MB of input and some 100 MB between its layers.
  StripScorer(const Network& network, std::unique_ptr<Runner> runner, int strip_pixels = 2'500'000);

  // `planes`: three planes of height × width. `scores` becomes 1 × 1 × rows × columns, the network's output for the
  // whole of it; a tensor smaller than the network's field of view has none. Safe from any thread.
  void score(const float* planes, int height, int width, Tensor& scores, int threads) const;

 private:
  struct Scratch {
    Tensor strips, scores;
  };

  int field_ = 1;   // px: what the striding layers see of the input
  int stride_ = 1;  // px from one row of scores to the next
  int halo_ = 0;    // rows of scores that are wrong at the edge of a strip
  int strip_pixels_;
  std::unique_ptr<Runner> runner_;
  mutable Pool<Scratch> pool_{[] { return std::make_unique<Scratch>(); }};
};

}  // namespace visavis
