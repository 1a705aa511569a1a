// A small ONNX model of the form of ArcFace's, with weights by chance: 112 px, blocks with PReLU, 512 numbers.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "unit/nn/onnx/onnx_writer.h"

namespace visavis::testing_support {

inline std::string arcface_like_model(unsigned seed = 1, int64_t length = 512, int64_t side = 112) {
  std::mt19937 random(seed);
  OnnxModel model{.input = {0, 3, side, side}, .opset = 11};
  const auto drawn = [&](const std::string& name, const Dims& dims, float least, float most) {
    size_t count = 1;
    for (const int64_t dim : dims) count *= size_t(dim);
    std::vector<float> values(count);
    for (float& value : values) value = least + (most - least) * float(random() >> 8) / float(1 << 24);
    model.constants.push_back(reals(name, dims, values));
  };
  std::string last = "x";
  int64_t channels = 3, wide = side;
  for (int block = 0; block < 4; ++block, wide /= 2) {
    const std::string n = std::to_string(block);
    const int64_t more = 8 << (block / 2);
    const float spread = std::sqrt(6.0f / float(channels * 9));
    drawn("w" + n, {more, channels, 3, 3}, -spread, spread);
    drawn("slope" + n, {more, 1, 1}, 0.1f, 0.4f);
    model.nodes.push_back(node("Conv", {last, "w" + n}, {"c" + n},
                               {attribute("kernel_shape", Dims{3, 3}), attribute("strides", Dims{2, 2}),
                                attribute("pads", Dims{0, 0, 1, 1})}));
    model.nodes.push_back(node("PRelu", {"c" + n, "slope" + n}, {"p" + n}));
    last = "p" + n;
    channels = more;
  }
  const float spread = std::sqrt(3.0f / float(channels * wide * wide));
  drawn("matrix", {length, channels * wide * wide}, -spread, spread);
  drawn("bias", {length}, -0.1f, 0.1f);
  model.nodes.push_back(node("Flatten", {last}, {"f"}));
  model.nodes.push_back(node("Gemm", {"f", "matrix", "bias"}, {"y"}, {attribute("transB", int64_t{1})}));
  return model.write();
}

}  // namespace visavis::testing_support
