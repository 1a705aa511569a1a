// Convolutions that small networks consist of, row by row: what lies between two of them stays in the CPU's cache.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/aligned_floats.h"
#include "nn/network.h"
#include "nn/row_kernels.h"

namespace visavis {

// The first convolution of a network: of few channels, whose planes lie one after the other, as the input does.
class FirstConvolution {
 public:
  // Nothing where the layer is another one.
  static std::optional<FirstConvolution> of(const Layer& layer);

  int channels() const { return layer_.out_channels; }
  int out_height(int height) const;
  int out_width(int width) const;
  int64_t scratch(int width) const;  // floats

  // Row y of the output, [out_width][channels]. in: [in_channels][height][width].
  void row(const float* in, int height, int width, int y, float* scratch, float* out) const;

 private:
  explicit FirstConvolution(const Layer& layer);

  int row_floats(int width) const;

  Layer layer_;  // without its weights
  AlignedFloats weights_, bias_;
};

// A convolution of 1×1 that mixes the channels, and one of 3×3 that sees each channel alone and is the only one that reads
// the first. Several such pairs that read the same are computed together, their channels side by side. A single pair is
// computed with the network's first convolution before it and the largest of 2×2 behind it, where these are there.
// Pixels hold their channels together.
class Separable {
 public:
  struct Part {
    std::vector<size_t> layers;  // in their order; only the last one's output is there
    int channels, first;         // of the output: how many, and where they begin
  };

  // All that a network has. Each layer is in at most one of them. The network must be one that shapes_of() has passed.
  static std::vector<Separable> all_of(const Network& network);

  const std::vector<Part>& parts() const { return parts_; }
  // What it reads: a layer, or the network's input, which lies in planes, where it has the first convolution.
  int input() const { return input_; }
  bool reads_planes() const { return first_.has_value(); }
  int channels() const { return channels_; }  // of the output: those of the parts, and zeros up to a whole block
  int out_height(int height) const;
  int out_width(int width) const;
  int64_t scratch(int width) const;  // floats

  // in: [height][width][channels], or planes; out: [out_height][out_width][channels()]. `scratch` and `out` begin where
  // a vector may.
  void run(const float* in, int height, int width, float* scratch, float* out) const;

 private:
  Separable(const Network& network, std::vector<Part> parts);

  std::vector<Part> parts_;
  std::optional<FirstConvolution> first_;
  int input_, in_channels_, channels_;
  bool relu_, pooled_;
  AlignedFloats pointwise_, pointwise_bias_, depthwise_, depthwise_bias_;
};

}  // namespace visavis
