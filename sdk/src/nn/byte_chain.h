// The convolutions that networks for small devices begin with, their products taken of bytes: faster, and a little off.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_floats.h"
#include "nn/network.h"
#include "nn/small_convolutions.h"

namespace visavis {

// A first convolution, and behind it pairs of a 3×3 that sees each channel alone and a 1×1 that mixes the channels, a PReLU
// behind each. The 1×1 take nearly all the time. Of each pixel they read, the channels are rounded to 256 steps between
// the least and the largest of them; of each channel they make, the weights to 255 steps. All else stays as it is.
class ByteChain {
 public:
  // Whether this CPU multiplies bytes by an instruction of its own (AVX-512 VNNI); nothing else here runs without.
  static bool runs_here();

  // Null where the network has no such beginning. It must be one that shapes_of() has passed.
  static std::unique_ptr<ByteChain> of(const Network& network);

  size_t first() const { return first_layer_; }  // of its layers, which lie one behind the other
  size_t last() const { return last_layer_; }
  int channels() const { return pairs_.back().out_channels; }  // of the output
  int out_height(int height) const;
  int out_width(int width) const;
  int64_t scratch(int height, int width) const;  // floats

  // in: planes; out: [out_height][out_width][channels()]. `scratch` and `out` begin where a vector may.
  void run(const float* in, int height, int width, float* scratch, float* out) const;

  // A pair of convolutions. Its members are what byte_kernels.h takes.
  struct Pair {
    int channels = 0, out_channels = 0, stride = 1;
    AlignedFloats depthwise, depthwise_bias, depthwise_slopes;  // [9][channels], [channels], [channels]
    std::vector<int8_t> weights;                                // as byte_weight_place() lays them
    AlignedFloats scales, sums, bias, slopes;                   // [out_channels]
    int out_size(int size) const { return (size - 1) / stride + 1; }
  };

 private:
  ByteChain(const Network& network, size_t first_layer, size_t last_layer, FirstConvolution first);

  // What is in `scratch`, in floats.
  struct Room {
    int64_t beyond = 0;  // a row of zeros
    int64_t seen = 0;    // a row that a 3×3 has made
    int64_t bytes = 0;   // some such rows as bytes
    int64_t map = 0;     // what lies before a pair, and what it makes: there are two
    int64_t first = 0;   // what the first convolution takes
  };
  Room room(int height, int width) const;

  size_t first_layer_, last_layer_;
  FirstConvolution first_;
  AlignedFloats first_slopes_;
  std::vector<Pair> pairs_;
};

}  // namespace visavis
