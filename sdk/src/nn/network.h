// A feed-forward network as data: layers in order with their weights, independent of what runs it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace visavis {

// count pictures, each of `channels` planes of height × width. What has fewer dimensions has ones at its end.
struct Shape {
  int count = 0, channels = 0, height = 0, width = 0;
  friend bool operator==(const Shape&, const Shape&) = default;
};

enum class LayerKind {
  convolution,     // square or not, zero padding, bias, then optionally + addend, then optionally ReLU
  max_pool,        // padding never wins
  average_pool,    // over what lies inside
  global_average,  // one value a channel
  // Networks of dlib end here.
  relu,       // max(0, x)
  prelu,      // x below 0: times `weights`, one or one a channel
  sigmoid,    // 1 / (1 + exp(-x))
  scale,      // x * weights + bias, of each one or one a channel
  add,        // input + the one of more_inputs, of the same shape
  multiply,   // the same with *; the second may have one value a channel
  concat,     // input and more_inputs one after the other along `axis`
  resize,     // each value becomes factor × factor of them
  transpose,  // the axes of a picture in another order, `axes`
  reshape     // the values of a picture, as they lie, in another shape, `shape`
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
  int in_channels = 0, out_channels = 0;  // of convolutions
  int kernel_height = 0, kernel_width = 0, stride = 1, padding_height = 0, padding_width = 0;
  std::vector<float> weights;  // [out][in / groups][height][width]; an affine layer behind the convolution is folded in
  std::vector<float> bias;     // [out]

  // What dlib's networks leave as it is.
  int groups = 1;                       // of convolutions: each sees its part of the channels only
  int more_bottom = 0, more_right = 0;  // padding on these sides beyond padding_height and padding_width
  std::vector<int> more_inputs;         // of add, multiply, concat
  int axis = 1;                         // of concat: 1 channels, 2 height, 3 width
  int factor = 1;                       // of resize
  std::array<int, 3> axes{1, 2, 3};     // of transpose: which axis of the input comes first, second, third
  std::array<int, 3> shape{-1, 1, 1};   // of reshape: channels, height, width; 0 = as before, -1 = what is left
};

// Calls body(input) for every layer that this one reads, and for the network's input.
template <class AnyLayer, class Body>
void each_input(AnyLayer& layer, const Body& body) {
  body(layer.input);
  for (auto& more : layer.more_inputs) body(more);
  if (layer.addend != kNoAddend) body(layer.addend);
}

// Of values that are one for all channels, or one for each.
inline float of_channel(const std::vector<float>& values, size_t channel) {
  return values.size() == 1 ? values[0] : values[channel];
}

// What a network gives out beside its last layer, or in another order.
struct NetworkOutput {
  int layer;
  std::string name;
};

struct Network {
  std::array<float, 3> mean{};  // of red, green, blue in 0..255: the input is (pixel - mean) * scale
  float scale = 1;
  std::vector<Layer> layers;
  std::vector<NetworkOutput> outputs;  // none: the last layer's
  Shape input;                         // what it was made for; 0 = open
  // Whether a backend may round on the way, to be faster: see byte_chain.h. Who cannot does not.
  bool may_round = false;
};

}  // namespace visavis
