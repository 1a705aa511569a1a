// nn/onnx/operators: each operator gives the numbers that were worked out by hand.
#include "nn/onnx/operators.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nn/onnx/read_network.h"
#include "nn/reference_runner.h"
#include "nn/shapes.h"
#include "support/fixtures.h"
#include "unit/nn/onnx/onnx_writer.h"

namespace visavis {
namespace {

using namespace testing_support;

Network read(const OnnxModel& model) {
  const std::string file = model.write();
  return read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
}

// What the model gives for these values, one picture after the other.
std::vector<Tensor> outputs_of(const OnnxModel& model, const std::vector<float>& values, int count = 1) {
  const Network network = read(model);
  Tensor input;
  const auto size = [&](size_t i) { return int(std::max<int64_t>(model.input[i], 1)); };
  input.resize(count, size(1), size(2), size(3));
  EXPECT_EQ(input.values.size(), values.size());
  input.values = values;
  std::vector<Tensor> outputs(output_layers(network).size());
  make_reference_runner(network)->run_all(input, outputs, 1);
  return outputs;
}

Tensor run(const OnnxModel& model, const std::vector<float>& values, int count = 1) {
  return outputs_of(model, values, count)[0];
}

using Values = std::vector<float>;

Values counted(size_t count, float first = 1) {
  Values values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

void expect(const Tensor& tensor, const Shape& shape, const Values& values) {
  EXPECT_EQ(static_cast<const Shape&>(tensor), shape);
  EXPECT_EQ(tensor.values, values);
}

TEST(OnnxOperators, ConvolutionWithBias) {
  // The sums of 2 × 2 of 1..9, and one.
  expect(run({.input = {1, 1, 3, 3},
              .constants = {reals("w", {1, 1, 2, 2}, {1, 1, 1, 1}), reals("b", {1}, {1})},
              .nodes = {node("Conv", {"x", "w", "b"}, {"y"})}},
             counted(9)),
         {1, 1, 2, 2}, {13, 17, 25, 29});
}

TEST(OnnxOperators, ConvolutionWithStrideAndUnevenPads) {
  // Padded at the bottom and right only, as Keras does: windows begin at 0 and 2.
  const Message attributes[] = {attribute("strides", Dims{2, 2}),      attribute("pads", Dims{0, 0, 1, 1}),
                                attribute("kernel_shape", Dims{2, 2}), attribute("dilations", Dims{1, 1}),
                                attribute("group", int64_t{1}),        attribute("auto_pad", "NOTSET")};
  expect(run({.input = {1, 1, 3, 3},
              .constants = {reals("w", {1, 1, 2, 2}, {1, 10, 100, 1000})},
              .nodes = {node("Conv", {"x", "w"}, {"y"}, {std::begin(attributes), std::end(attributes)})}},
             counted(9)),
         {1, 1, 2, 2}, {5421, 603, 87, 9});
  // At the top and left only.
  expect(run({.input = {1, 1, 2, 2},
              .constants = {reals("w", {1, 1, 2, 2}, {1, 10, 100, 1000})},
              .nodes = {node("Conv", {"x", "w"}, {"y"}, {attribute("pads", Dims{1, 1, 0, 0})})}},
             counted(4)),
         {1, 1, 2, 2}, {1000, 2100, 3010, 4321});
}

TEST(OnnxOperators, ConvolutionInGroups) {
  // Two groups of two channels, each to one; the kernel is 1 × 1.
  expect(run({.input = {1, 4, 1, 1},
              .constants = {reals("w", {2, 2, 1, 1}, {1, 10, 100, 1000})},
              .nodes = {node("Conv", {"x", "w"}, {"y"}, {attribute("group", int64_t{2})})}},
             {1, 2, 3, 4}),
         {1, 2, 1, 1}, {21, 4300});
  // Each channel by itself.
  expect(run({.input = {1, 2, 1, 2},
              .constants = {reals("w", {2, 1, 1, 2}, {1, 10, 100, 1000})},
              .nodes = {node("Conv", {"x", "w"}, {"y"}, {attribute("group", int64_t{2})})}},
             {1, 2, 3, 4}),
         {1, 2, 1, 1}, {21, 4300});
}

TEST(OnnxOperators, Activations) {
  const Values values = {-2, -1, 0, 1, -4, 4, 8, -8};
  const Dims input = {1, 2, 2, 2};
  expect(run({.input = input, .nodes = {node("Relu", {"x"}, {"y"})}}, values), {1, 2, 2, 2}, {0, 0, 0, 1, 0, 4, 8, 0});
  expect(run({.input = input,
              .constants = {reals("s", {2, 1, 1}, {0.5f, 0.25f})},
              .nodes = {node("PRelu", {"x", "s"}, {"y"})}},
             values),
         {1, 2, 2, 2}, {-1, -0.5f, 0, 1, -1, 4, 8, -2});
  expect(run({.input = input, .constants = {reals("s", {1}, {0.5f})}, .nodes = {node("PRelu", {"x", "s"}, {"y"})}},
             values),
         {1, 2, 2, 2}, {-1, -0.5f, 0, 1, -2, 4, 8, -4});
  expect(run({.input = input, .nodes = {node("LeakyRelu", {"x"}, {"y"}, {attribute("alpha", 0.5f)})}}, values),
         {1, 2, 2, 2}, {-1, -0.5f, 0, 1, -2, 4, 8, -4});
  const Tensor sigmoid = run({.input = {1, 1, 1, 3}, .nodes = {node("Sigmoid", {"x"}, {"y"})}}, {0, 200, -200});
  expect(sigmoid, {1, 1, 1, 3}, {0.5f, 1, float(std::exp(-200.0))});
}

TEST(OnnxOperators, BatchNormalizationAloneAndFolded) {
  // (x - mean) / sqrt(variance + epsilon) * gamma + beta, with variance + epsilon of 4 and 16.
  const std::vector<Message> constants = {reals("gamma", {2}, {2, 4}),
                                          reals("beta", {2}, {1, -1}),
                                          reals("mean", {2}, {3, 5}),
                                          reals("var", {2}, {3, 15}),
                                          reals("w", {2, 2, 1, 1}, {1, 0, 0, 1}),
                                          reals("b", {2}, {10, 20})};
  const Message normalization =
      node("BatchNormalization", {"x", "gamma", "beta", "mean", "var"}, {"y"}, {attribute("epsilon", 1.0f)});
  expect(run({.input = {1, 2, 1, 2}, .constants = constants, .nodes = {normalization}}, {3, 5, 5, 9}), {1, 2, 1, 2},
         {1, 3, -1, 3});

  const OnnxModel behind_convolution = {
      .input = {1, 2, 1, 2},
      .constants = constants,
      .nodes = {node("Conv", {"x", "w", "b"}, {"c"}),
                node("BatchNormalization", {"c", "gamma", "beta", "mean", "var"}, {"y"},
                     {attribute("epsilon", 1.0f), attribute("momentum", 0.9f)})}};
  EXPECT_EQ(read(behind_convolution).layers.size(), 1u);
  expect(run(behind_convolution, {-7, -5, -15, -11}), {1, 2, 1, 2}, {1, 3, -1, 3});
}

TEST(OnnxOperators, ArithmeticWithConstants) {
  const auto result = [](const char* type, const Texts& inputs, const Message& constant) {
    return run({.input = {1, 2, 1, 1}, .constants = {constant}, .nodes = {node(type, inputs, {"y"})}}, {8, 2}).values;
  };
  const Message two = reals("k", {}, {2}), each = reals("k", {1, 2, 1, 1}, {2, 4});
  EXPECT_EQ(result("Add", {"x", "k"}, two), (Values{10, 4}));
  EXPECT_EQ(result("Sub", {"x", "k"}, two), (Values{6, 0}));
  EXPECT_EQ(result("Sub", {"k", "x"}, two), (Values{-6, 0}));
  EXPECT_EQ(result("Mul", {"k", "x"}, two), (Values{16, 4}));
  EXPECT_EQ(result("Div", {"x", "k"}, two), (Values{4, 1}));
  EXPECT_EQ(result("Add", {"k", "x"}, each), (Values{10, 6}));
  EXPECT_EQ(result("Sub", {"x", "k"}, each), (Values{6, -2}));
  EXPECT_EQ(result("Div", {"x", "k"}, reals("k", {2, 1, 1}, {2, 4})), (Values{4, 0.5f}));
}

TEST(OnnxOperators, SumsAndProductsOfTwo) {
  const Message twice = node("Add", {"x", "x"}, {"twice"});
  expect(run({.nodes = {twice, node("Add", {"twice", "x"}, {"y"})}}, {1, 2, 3, 4}), {1, 1, 2, 2}, {3, 6, 9, 12});
  expect(run({.nodes = {twice, node("Mul", {"twice", "x"}, {"y"})}}, {1, 2, 3, 4}), {1, 1, 2, 2}, {2, 8, 18, 32});
  // One factor a channel, as squeeze and excitation does.
  expect(
      run({.input = {1, 2, 1, 2}, .nodes = {node("GlobalAveragePool", {"x"}, {"a"}), node("Mul", {"x", "a"}, {"y"})}},
          {1, 3, 10, 30}),
      {1, 2, 1, 2}, {2, 6, 200, 600});
}

TEST(OnnxOperators, Pooling) {
  const Message kernel = attribute("kernel_shape", Dims{2, 2}), stride = attribute("strides", Dims{2, 2});
  expect(run({.input = {1, 1, 4, 4}, .nodes = {node("MaxPool", {"x"}, {"y"}, {kernel, stride})}}, counted(16)),
         {1, 1, 2, 2}, {6, 8, 14, 16});
  expect(run({.input = {1, 1, 4, 4}, .nodes = {node("AveragePool", {"x"}, {"y"}, {kernel, stride})}}, counted(16)),
         {1, 1, 2, 2}, {3.5f, 5.5f, 11.5f, 13.5f});
  // Padding never wins, and is not counted.
  const Message pads = attribute("pads", Dims{1, 1, 0, 0});
  expect(run({.nodes = {node("MaxPool", {"x"}, {"y"}, {kernel, pads})}}, {-1, -2, -3, -4}), {1, 1, 2, 2},
         {-1, -1, -1, -1});
  expect(run({.nodes = {node("AveragePool", {"x"}, {"y"}, {kernel, pads})}}, {1, 3, 5, 7}), {1, 1, 2, 2}, {1, 2, 3, 4});
  expect(run({.input = {1, 2, 1, 2}, .nodes = {node("GlobalAveragePool", {"x"}, {"y"})}}, {1, 3, 10, 30}), {1, 2, 1, 1},
         {2, 20});
}

TEST(OnnxOperators, ResizeDoubles) {
  const Message scales = reals("s", {4}, {1, 1, 2, 2}), none = reals("none", {0}, {});
  const Values doubled = {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4};
  const std::vector<std::vector<Message>> alike = {
      {},
      {attribute("mode", "nearest"), attribute("coordinate_transformation_mode", "asymmetric"),
       attribute("nearest_mode", "floor"), attribute("cubic_coeff_a", -0.75f)}};
  for (const auto& attributes : alike)
    expect(run({.constants = {scales, none}, .nodes = {node("Resize", {"x", "none", "s"}, {"y"}, attributes)}},
               {1, 2, 3, 4}),
           {1, 1, 4, 4}, doubled);
  expect(run({.constants = {scales}, .nodes = {node("Resize", {"x", "s"}, {"y"})}, .opset = 10}, {1, 2, 3, 4}),
         {1, 1, 4, 4}, doubled);
  expect(run({.constants = {scales}, .nodes = {node("Resize", {"x", "", "s"}, {"y"})}}, {1, 2, 3, 4}), {1, 1, 4, 4},
         doubled);
}

TEST(OnnxOperators, ConcatAlongEachAxis) {
  const auto joined = [](int64_t axis) {
    return run({.nodes = {node("Relu", {"x"}, {"r"}), node("Concat", {"x", "r"}, {"y"}, {attribute("axis", axis)})}},
               {1, -2, 3, 4});
  };
  expect(joined(1), {1, 2, 2, 2}, {1, -2, 3, 4, 1, 0, 3, 4});
  expect(joined(-3), {1, 2, 2, 2}, {1, -2, 3, 4, 1, 0, 3, 4});
  expect(joined(2), {1, 1, 4, 2}, {1, -2, 3, 4, 1, 0, 3, 4});
  expect(joined(3), {1, 1, 2, 4}, {1, -2, 1, 0, 3, 4, 3, 4});
}

TEST(OnnxOperators, TransposeAndReshape) {
  const Message last = attribute("perm", Dims{0, 2, 3, 1});
  expect(run({.input = {1, 2, 1, 3}, .nodes = {node("Transpose", {"x"}, {"y"}, {last})}}, counted(6)), {1, 1, 3, 2},
         {1, 4, 2, 5, 3, 6});
  // As YuNet ends: a row of each place's channels.
  const OnnxModel rows = {.input = {1, 2, 2, 2},
                          .constants = {integers("s", {1, -1, 2})},
                          .nodes = {node("Transpose", {"x"}, {"t"}, {last}), node("Reshape", {"t", "s"}, {"y"})}};
  expect(run(rows, counted(8)), {1, 4, 2, 1}, {1, 5, 2, 6, 3, 7, 4, 8});
  // Two pictures pass as one and one.
  expect(run(rows, counted(16), 2), {2, 4, 2, 1}, {1, 5, 2, 6, 3, 7, 4, 8, 9, 13, 10, 14, 11, 15, 12, 16});
  for (const Dims& shape : {Dims{0, -1}, Dims{1, 6}, Dims{-1, 6}})
    expect(
        run({.input = {1, 2, 1, 3}, .constants = {integers("s", shape)}, .nodes = {node("Reshape", {"x", "s"}, {"y"})}},
            counted(6)),
        {1, 6, 1, 1}, counted(6));
  expect(run({.input = {1, 2, 1, 3},
              .constants = {integers("s", {0, 0, -1})},
              .nodes = {node("Reshape", {"x", "s"}, {"y"})}},
             counted(6)),
         {1, 2, 3, 1}, counted(6));
}

TEST(OnnxOperators, MatricesBehindFlatten) {
  const Values values = {1, 2, 3, 4};
  // [out][in], turned; alpha and beta; then a normalisation that goes into it.
  OnnxModel model = {
      .constants = {reals("w", {2, 4}, {1, 1, 1, 1, 1, 0, 0, 1}), reals("b", {2}, {10, 20})},
      .nodes = {node("Flatten", {"x"}, {"f"}),
                node("Gemm", {"f", "w", "b"}, {"y"},
                     {attribute("transB", int64_t{1}), attribute("alpha", 2.0f), attribute("beta", 0.5f)})}};
  expect(run(model, values), {1, 2, 1, 1}, {25, 20});
  model.nodes.push_back(node("Mul", {"y", "k"}, {"z"}));
  model.constants.push_back(reals("k", {2}, {1, -1}));
  model.outputs = {"z"};
  expect(run(model, values), {1, 2, 1, 1}, {25, -20});
  EXPECT_EQ(read(model).layers.size(), 2u);

  // [in][out], with a sum behind it.
  const OnnxModel product = {.constants = {reals("w", {4, 2}, {1, 1, 1, 0, 1, 0, 1, 1}), reals("b", {2}, {10, 20})},
                             .nodes = {node("Flatten", {"x"}, {"f"}, {attribute("axis", int64_t{-3})}),
                                       node("MatMul", {"f", "w"}, {"m"}), node("Add", {"m", "b"}, {"y"})}};
  expect(run(product, values), {1, 2, 1, 1}, {20, 25});
  EXPECT_EQ(read(product).layers.size(), 2u);
}

TEST(OnnxOperators, NamesForTheSame) {
  expect(run({.constants = {reals("ratio", {}, {0.5f})},
              .nodes = {node("Dropout", {"x", "ratio"}, {"d", "mask"}), node("Identity", {"d"}, {"i"}),
                        node("Relu", {"i"}, {"y"})}},
             {1, -1, 2, -2}),
         {1, 1, 2, 2}, {1, 0, 2, 0});
}

TEST(OnnxOperators, ConstantsAreWorkedOut) {
  const auto kernel = [](std::vector<Message> constants, std::vector<Message> nodes, size_t count) {
    nodes.push_back(node("Conv", {"x", "w"}, {"y"}));
    const Network network =
        read({.input = {1, int64_t(count), 1, 1}, .constants = std::move(constants), .nodes = std::move(nodes)});
    return network.layers[0].weights;
  };
  const Message shape = integers("s", {1, -1, 1, 1}), reshape = node("Reshape", {"d", "s"}, {"w"});
  const Message eight = tensor<int8_t>("q", 3, {1, 4}, {-128, 127, 3, 4});
  // In blocks of two, with zero points.
  EXPECT_EQ(kernel({eight, reals("scale", {1, 2}, {0.5f, 2}), tensor<int8_t>("zero", 3, {1, 2}, {0, 1}), shape},
                   {node("DequantizeLinear", {"q", "scale", "zero"}, {"d"},
                         {attribute("axis", int64_t{1}), attribute("block_size", int64_t{2})}),
                    reshape},
                   4),
            (Values{-64, 63.5f, 4, 6}));
  // The last block is shorter.
  EXPECT_EQ(
      kernel({tensor<uint8_t>("q", 2, {1, 3}, {255, 127, 3}), reals("scale", {1, 2}, {1, 2}), shape},
             {node("DequantizeLinear", {"q", "scale"}, {"d"}, {attribute("block_size", int64_t{2})}), reshape}, 3),
      (Values{255, 127, 6}));
  // One scale, then one for each place along an axis.
  EXPECT_EQ(
      kernel({eight, reals("scale", {}, {2}), shape}, {node("DequantizeLinear", {"q", "scale"}, {"d"}), reshape}, 4),
      (Values{-256, 254, 6, 8}));
  EXPECT_EQ(kernel({eight, reals("scale", {4}, {1, 2, 3, 4}), shape},
                   {node("DequantizeLinear", {"q", "scale"}, {"d"}, {attribute("axis", int64_t{-1})}), reshape}, 4),
            (Values{-128, 254, 9, 16}));
  // A node that is a constant, by another name.
  const Message value = Message().text(1, "value").message(5, reals("", {1, 2, 1, 1}, {3, 4})).integer(20, 4);
  EXPECT_EQ(kernel({}, {node("Constant", {}, {"c"}, {value}), node("Identity", {"c"}, {"w"})}, 2), (Values{3, 4}));
}

TEST(OnnxOperators, SeveralOutputsHaveTheirNamesAndOrder) {
  const OnnxModel model = {
      .nodes = {node("Relu", {"x"}, {"r"}), node("MaxPool", {"r"}, {"m"}, {attribute("kernel_shape", Dims{2, 2})}),
                node("Sigmoid", {"m"}, {"unused"})},
      .outputs = {"m", "r"}};
  const Network network = read(model);
  EXPECT_EQ(network.layers.size(), 2u);
  ASSERT_EQ(network.outputs.size(), 2u);
  EXPECT_EQ(network.outputs[0].name, "m");
  EXPECT_EQ(network.outputs[1].name, "r");
  const auto outputs = outputs_of(model, {1, -2, 3, 4});
  expect(outputs[0], {1, 1, 1, 1}, {4});
  expect(outputs[1], {1, 1, 2, 2}, {1, 0, 3, 4});
}

}  // namespace
}  // namespace visavis
