// A feed-forward network as data: layers in order with their weights, independent of what runs it.
#pragma once

#include <array>
#include <vector>

namespace visavis {

enum class LayerKind {
  convolution,    // square or not, zero padding, bias, then optionally + addend, then optionally ReLU
  max_pool,       // padding never wins
  average_pool,   // over what lies inside
  global_average  // one value a channel
};

// Layer outputs are numbered by the layer's place; the network's input is kNetworkInput.
inline constexpr int kNetworkInput = -1;
inline constexpr int kNoAddend = -2;

struct Layer {
  LayerKind kind = LayerKind::convolution;
  int input = kNetworkInput;
  // Added to the output before the ReLU. Where its shape differs, both count as zero beyond their edges and channels
  // (dlib's add_prev).
  int addend = kNoAddend;
  bool relu = false;
  int in_channels = 0, out_channels = 0;  // pooling: equal
  int kernel_height = 0, kernel_width = 0, stride = 1, padding_height = 0, padding_width = 0;
  std::vector<float> weights;  // [out][in][height][width]; an affine layer behind the convolution is folded in
  std::vector<float> bias;     // [out]
};

struct Network {
  std::array<float, 3> mean{};  // of red, green, blue in 0..255: the input is (pixel - mean) * scale
  float scale = 1;
  std::vector<Layer> layers;  // the last one's output is the network's
};

}  // namespace visavis
