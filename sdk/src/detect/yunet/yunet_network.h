// YuNet, the network: what it sees in one picture of the size it is given, as OpenCV's FaceDetectorYN reads it.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "base/pool.h"
#include "nn/runner.h"
#include "types/geometry.h"
#include "types/image.h"

namespace visavis {

// A face in px of the picture that the network was given; all of it may lie outside.
struct SeenFace {
  float left, top, width, height;
  float score;  // 0..1
  Landmarks points;
};

// The area of the intersection over that of the union, and over that of the smaller one.
struct Common {
  float of_both, of_smaller;
};
Common common_area(const SeenFace& a, const SeenFace& b);

class YunetNetwork {
 public:
  // Error MODEL_ALTERED where the network is another one.
  YunetNetwork(const Network& network, std::unique_ptr<Runner> runner);

  // Faces with a score of at least `threshold`, surest first; of those that overlap by more than 0.3, the surest. The
  // picture is made wider and higher, by black, up to a multiple of 32 px. Safe from any thread.
  std::vector<SeenFace> look(const ImageView& picture, float threshold) const;

 private:
  static constexpr std::array<int, 3> kStrides = {8, 16, 32};
  struct Heads {
    size_t score, object, box, points;  // which of the outputs
  };
  struct Scratch {
    Tensor input;
    std::vector<Tensor> outputs;
  };

  void read(const Scratch& scratch, size_t level, float threshold, std::vector<SeenFace>& seen) const;

  std::array<Heads, 3> heads_;
  size_t outputs_;
  std::unique_ptr<Runner> runner_;
  mutable Pool<Scratch> pool_{[] { return std::make_unique<Scratch>(); }};
};

}  // namespace visavis
