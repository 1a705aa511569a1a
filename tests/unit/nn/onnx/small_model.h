// A small ONNX model with each kind of layer.
#pragma once

#include <string>
#include <vector>

#include "unit/nn/onnx/onnx_writer.h"

namespace visavis::testing_support {

inline std::string small_model() {
  const Message kernel = attribute("kernel_shape", Dims{2, 2}), pads = attribute("pads", Dims{1, 1, 1, 1});
  return OnnxModel{
      .input = {1, 2, 6, 6},
      .constants = {tensor<int8_t>("q", 3, {4, 9}, std::vector<int8_t>(36, 3)),
                    reals("scales", {4, 2}, std::vector<float>(8, 0.1f)),
                    tensor<int8_t>("zeros", 3, {4, 2}, std::vector<int8_t>(8, 1)), integers("kernel", {4, 1, 3, 3}),
                    reals("four", {4}, {1, 2, 3, 4}), reals("slopes", {4, 1, 1}, {0.1f, 0.2f, 0.3f, 0.4f}),
                    reals("twice", {4}, {1, 1, 2, 2}), reals("half", {}, {0.5f}), integers("rows", {1, -1, 4}),
                    reals("matrix", {36, 3}, std::vector<float>(108, 0.01f))},
      .nodes = {node("DequantizeLinear", {"q", "scales", "zeros"}, {"d"},
                     {attribute("axis", int64_t{1}), attribute("block_size", int64_t{5})}),
                node("Reshape", {"d", "kernel"}, {"w"}), node("Sub", {"x", "half"}, {"s"}),
                node("Conv", {"s", "w", "four"}, {"c"}, {pads, attribute("group", int64_t{2})}),
                node("BatchNormalization", {"c", "four", "four", "four", "four"}, {"n"}),
                node("PRelu", {"n", "slopes"}, {"p"}),
                node("MaxPool", {"p"}, {"m"}, {kernel, attribute("strides", Dims{2, 2})}),
                node("Resize", {"m", "", "twice"}, {"r"}), node("Add", {"r", "p"}, {"a"}),
                node("GlobalAveragePool", {"a"}, {"g"}), node("Mul", {"a", "g"}, {"e"}),
                node("Transpose", {"e"}, {"t"}, {attribute("perm", Dims{0, 2, 3, 1})}),
                node("Reshape", {"t", "rows"}, {"l"}), node("Sigmoid", {"l"}, {"y"}),
                node("Concat", {"m", "m"}, {"z"}, {attribute("axis", int64_t{1})}),
                node("AveragePool", {"m"}, {"v"}, {attribute("kernel_shape", Dims{1, 1})}), node("Relu", {"v"}, {"o"}),
                node("Flatten", {"o"}, {"f"}), node("Gemm", {"f", "matrix"}, {"u"})},
      .outputs = {"y", "z", "u"}}
      .write();
}

}  // namespace visavis::testing_support
