// The product that a network ends with, each output the sum of a whole map, taken of bytes: see byte_chain.h.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_floats.h"
#include "nn/network.h"

namespace visavis {

// A factor and a term for each channel, where they are there, then all values of the map in one row, times a matrix. Of
// each pixel, the channels are rounded to 256 steps between the least and the largest of them; of each output, its weights
// for each pixel to 255 steps.
class ByteMatrix {
 public:
  // Null where something else follows the layer `map`, whose pixels have so many channels, or where something else reads it
  // too. The network must be one that shapes_of() has passed; only where ByteChain::runs_here().
  static std::unique_ptr<ByteMatrix> of(const Network& network, size_t map, int channels);

  size_t first() const { return first_layer_; }  // of its layers, which lie one behind the other
  size_t last() const { return last_layer_; }
  int outputs() const { return outputs_; }
  int64_t scratch() const;  // floats

  // maps: `count` of [pixels][channels]; out: [count][outputs()]. All begin where a vector may. What comes of a map does not
  // depend on the others. The maps are overwritten.
  void run(float* maps, int count, float* scratch, float* out) const;

 private:
  ByteMatrix(const Network& network, size_t first_layer, size_t last_layer, int channels);

  size_t first_layer_, last_layer_;
  int channels_, pixels_, outputs_;
  AlignedFloats factors_, terms_, bias_;  // [channels], [channels], [outputs]
  std::vector<int8_t> weights_;           // as byte_weight_place() lays them
  AlignedFloats scales_, sums_;           // [pixels][outputs]
};

}  // namespace visavis
