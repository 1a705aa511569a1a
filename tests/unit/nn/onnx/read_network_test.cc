// nn/onnx/read_network: what a file may not have is an error that says what and where, found before memory is taken.
#include "nn/onnx/read_network.h"

#include "nn/onnx/model.h"
#include "nn/reference_runner.h"
#include "nn/shapes.h"
#include "support/fixtures.h"
#include "unit/nn/onnx/onnx_writer.h"

namespace visavis {
namespace {

using namespace testing_support;

Error refusal(const std::string& file) {
  return error_of([&] { read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()}); });
}

Error refusal(const OnnxModel& model) { return refusal(model.write()); }

void expect_refused(const OnnxModel& model, vav_status code, const std::string& words) {
  const Error e = refusal(model);
  EXPECT_EQ(e.code(), code) << e.what();
  EXPECT_NE(std::string(e.what()).find(words), std::string::npos) << e.what();
}

// A convolution of x with weights of this size, and of no others.
OnnxModel convolution(const Dims& weights, const std::vector<Message>& attributes = {}) {
  size_t count = 1;
  for (const int64_t dim : weights) count *= size_t(dim);
  return {.input = {1, 4, 8, 8},
          .constants = {reals("w", weights, std::vector<float>(count, 1))},
          .nodes = {node("Conv", {"x", "w"}, {"y"}, attributes)}};
}

OnnxModel pooling(const std::vector<Message>& attributes) {
  return {.nodes = {node("MaxPool", {"x"}, {"y"}, attributes)}};
}

TEST(OnnxReader, WhatIsNotKnownIsNamed) {
  expect_refused({.nodes = {node("Softmax", {"x"}, {"y"})}}, VAV_E_UNSUPPORTED, "operator \"Softmax\" (node \"n_y\")");
  expect_refused({.nodes = {node("Relu", {"x"}, {"y"}, {}, "com.example")}}, VAV_E_UNSUPPORTED, "\"Relu\"");
  expect_refused({.nodes = {node("Relu", {"x"}, {"y"}, {attribute("sharp", 1.0f)})}}, VAV_E_UNSUPPORTED, "\"sharp\"");
  // A name that would obey a terminal, and one without an end.
  expect_refused({.nodes = {node("\x1b[2J" + std::string(5000, 'a'), {"x"}, {"y"})}}, VAV_E_UNSUPPORTED, "\"?[2Jaaa");
  EXPECT_LT(std::string(refusal({.nodes = {node(std::string(5000, 'a'), {"x"}, {"y"})}}).what()).size(), 300u);
}

TEST(OnnxReader, WhatConvolutionsMayNotHave) {
  EXPECT_EQ(refusal(convolution({2, 4, 3, 3})).code(), VAV_OK);
  expect_refused(convolution({2, 4, 3, 3}, {attribute("dilations", Dims{2, 2})}), VAV_E_UNSUPPORTED, "dilations");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("strides", Dims{1, 2})}), VAV_E_UNSUPPORTED, "strides");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("auto_pad", "SAME_UPPER")}), VAV_E_UNSUPPORTED, "auto_pad");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("strides", Dims{0, 0})}), VAV_E_MODEL_ALTERED, "n_y");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("pads", Dims{-1, 0, 0, 0})}), VAV_E_MODEL_ALTERED, "pads");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("pads", Dims{1, 1})}), VAV_E_MODEL_ALTERED, "two dimensions");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("kernel_shape", Dims{5, 5})}), VAV_E_MODEL_ALTERED, "window");
  expect_refused(convolution({2, 4, 3}), VAV_E_UNSUPPORTED, "two dimensions");
  expect_refused(convolution({3, 2, 3, 3}, {attribute("group", int64_t{2})}), VAV_E_MODEL_ALTERED, "groups");
  expect_refused(convolution({2, 3, 3, 3}, {attribute("group", int64_t{2})}), VAV_E_MODEL_ALTERED, "wants 6 channels");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("group", int64_t{0})}), VAV_E_MODEL_ALTERED, "groups");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("group", int64_t{1} << 40)}), VAV_E_LIMIT_EXCEEDED, "groups");
  expect_refused(convolution({2, 4, 3, 3}, {attribute("group", 1.0f)}), VAV_E_MODEL_ALTERED, "another type");
  expect_refused(convolution({2, 5, 3, 3}), VAV_E_MODEL_ALTERED, "wants 5 channels and gets 4");
  expect_refused(convolution({2, 4, 9, 9}), VAV_E_MODEL_ALTERED, "nothing is left");
  expect_refused(convolution({0, 4, 3, 3}), VAV_E_MODEL_ALTERED, "empty");
  OnnxModel model = convolution({2, 4, 3, 3});
  model.constants.push_back(reals("b", {3}, {1, 2, 3}));
  model.nodes = {node("Conv", {"x", "w", "b"}, {"y"})};
  expect_refused(model, VAV_E_MODEL_ALTERED, "bias");
}

TEST(OnnxReader, WhatPoolingMayNotHave) {
  const Message kernel = attribute("kernel_shape", Dims{2, 2});
  expect_refused(pooling({}), VAV_E_MODEL_ALTERED, "window");
  expect_refused(pooling({attribute("kernel_shape", Dims{0, 2})}), VAV_E_MODEL_ALTERED, "window");
  expect_refused(pooling({kernel, kernel}), VAV_E_MODEL_ALTERED, "two attributes");
  expect_refused(pooling({kernel, attribute("ceil_mode", int64_t{1})}), VAV_E_UNSUPPORTED, "ceil_mode");
  // A window in the padding alone would be the average of nothing.
  expect_refused(pooling({kernel, attribute("pads", Dims{2, 0, 0, 0})}), VAV_E_MODEL_ALTERED, "padding");
}

TEST(OnnxReader, ConstantsThatContradictThemselves) {
  const auto with = [](const Message& constant) {
    return OnnxModel{.constants = {constant}, .nodes = {node("Add", {"x", "k"}, {"y"})}};
  };
  expect_refused(with(reals("k", {3}, {1, 2})), VAV_E_MODEL_ALTERED, "\"k\" has not as many values");
  expect_refused(with(reals("k", {}, {1, 2})), VAV_E_MODEL_ALTERED, "\"k\"");
  expect_refused(with(reals("k", {-1}, {1})), VAV_E_MODEL_ALTERED, "negative");
  expect_refused(with(reals("k", {1 << 20, 1 << 20}, {1})), VAV_E_LIMIT_EXCEEDED, "too many");
  expect_refused(with(reals("k", {int64_t{1} << 62, 4}, {1})), VAV_E_LIMIT_EXCEEDED, "too many");
  expect_refused(with(reals("k", {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1})), VAV_E_MODEL_ALTERED, "list");
  expect_refused(with(tensor<double>("k", 11, {}, {1})), VAV_E_UNSUPPORTED, "type 11");
  expect_refused(with(reals("k", {2, 2}, {1, 2, 3, 4})), VAV_E_UNSUPPORTED, "each channel");
  expect_refused(with(reals("k", {}, {std::numeric_limits<float>::quiet_NaN()})), VAV_E_MODEL_ALTERED, "no numbers");
  expect_refused(with(Message().integer(2, 1).text(8, "k").message(13, Message())), VAV_E_UNSUPPORTED, "other files");
  expect_refused(with(Message().integer(2, 1).text(8, "k").integer(14, 1)), VAV_E_UNSUPPORTED, "other files");
}

TEST(OnnxReader, GraphsThatContradictThemselves) {
  expect_refused({.nodes = {node("Relu", {"z"}, {"y"})}}, VAV_E_MODEL_ALTERED, "input");
  expect_refused({.nodes = {node("Add", {"x", "z"}, {"y"})}}, VAV_E_MODEL_ALTERED, "uses \"z\"");
  // A circle: each waits for the other.
  expect_refused({.nodes = {node("Add", {"x", "b"}, {"a"}), node("Relu", {"a"}, {"b"}), node("Relu", {"b"}, {"y"})}},
                 VAV_E_MODEL_ALTERED, "uses \"b\"");
  expect_refused({.nodes = {node("Add", {"x", "y"}, {"y"})}}, VAV_E_MODEL_ALTERED, "uses \"y\"");
  expect_refused({.nodes = {node("Relu", {"x"}, {"y"}), node("Relu", {"x"}, {"y"})}}, VAV_E_MODEL_ALTERED,
                 "two values");
  expect_refused({.nodes = {node("Relu", {"x"}, {"x"})}}, VAV_E_MODEL_ALTERED, "two values");
  expect_refused({.nodes = {node("Relu", {"x"}, {"z"})}}, VAV_E_MODEL_ALTERED, "output \"y\"");
  expect_refused({.nodes = {node("Relu", {"x"}, {"y"})}, .outputs = {"x"}}, VAV_E_MODEL_ALTERED, "output \"x\"");
  expect_refused({.nodes = {node("Relu", {"x"}, {"y"})}, .outputs = {}}, VAV_E_MODEL_ALTERED, "no output");
  expect_refused({.nodes = {node("Relu", {"x"}, {})}}, VAV_E_MODEL_ALTERED, "makes nothing");
  expect_refused({.nodes = {node("Relu", {}, {"y"}), node("Relu", {"x"}, {"z"})}}, VAV_E_MODEL_ALTERED, "lacks");
  expect_refused({.nodes = {node("Relu", {"x", "x"}, {"y"})}}, VAV_E_MODEL_ALTERED, "too many inputs");
  expect_refused({.input = {1, 4}, .nodes = {node("Relu", {"x"}, {"y"})}}, VAV_E_UNSUPPORTED, "input \"x\"");
  expect_refused({.input = {2, 1, 2, 2}, .nodes = {node("Relu", {"x"}, {"y"})}}, VAV_E_UNSUPPORTED, "input \"x\"");
  expect_refused({.input = {1, 1 << 20, 1 << 20, 1}, .nodes = {node("Relu", {"x"}, {"y"})}}, VAV_E_LIMIT_EXCEEDED, "");
  expect_refused({.nodes = {node("Relu", {"x"}, {"y"})}, .opset = 6}, VAV_E_UNSUPPORTED, "version 6");
  expect_refused({.nodes = {node("Relu", {"x"}, {"y"})}, .opset = 1000}, VAV_E_UNSUPPORTED, "version 1000");
  EXPECT_EQ(refusal(std::string()).code(), VAV_E_MODEL_ALTERED);
  EXPECT_EQ(refusal(std::string("GIF89a, and no model at all")).code(), VAV_E_MODEL_ALTERED);
}

TEST(OnnxReader, ShapesThatDoNotFit) {
  const Message pool = node("MaxPool", {"x"}, {"p"}, {attribute("kernel_shape", Dims{2, 2})});
  expect_refused({.nodes = {pool, node("Add", {"x", "p"}, {"y"})}}, VAV_E_MODEL_ALTERED, "differ in shape");
  expect_refused({.nodes = {pool, node("Concat", {"x", "p"}, {"y"}, {attribute("axis", int64_t{1})})}},
                 VAV_E_MODEL_ALTERED, "differ in shape");
  const auto reshape = [](const Dims& shape) {
    return OnnxModel{.constants = {integers("s", shape)}, .nodes = {node("Reshape", {"x", "s"}, {"y"})}};
  };
  expect_refused(reshape({1, 5}), VAV_E_MODEL_ALTERED, "values");
  expect_refused(reshape({1, 3, -1}), VAV_E_MODEL_ALTERED, "values");
  expect_refused(reshape({1, -1, -1}), VAV_E_MODEL_ALTERED, "shape");
  expect_refused(reshape({1, -2}), VAV_E_MODEL_ALTERED, "shape");
  expect_refused(reshape({1, int64_t{1} << 60}), VAV_E_LIMIT_EXCEEDED, "size");
  expect_refused(reshape({4, 1}), VAV_E_UNSUPPORTED, "pictures");
  expect_refused(reshape({-1}), VAV_E_UNSUPPORTED, "pictures");
  expect_refused(reshape({1, 1, 1, 2, 2}), VAV_E_UNSUPPORTED, "four");
  expect_refused({.nodes = {node("Transpose", {"x"}, {"y"})}}, VAV_E_UNSUPPORTED, "pictures");
  expect_refused({.nodes = {node("Transpose", {"x"}, {"y"}, {attribute("perm", Dims{0, 1, 1, 2})})}},
                 VAV_E_MODEL_ALTERED, "order");
  expect_refused({.constants = {reals("w", {5, 2}, std::vector<float>(10))},
                  .nodes = {node("Flatten", {"x"}, {"f"}), node("MatMul", {"f", "w"}, {"y"})}},
                 VAV_E_MODEL_ALTERED, "wants 5 channels and gets 4");
}

TEST(OnnxReader, OneConstantCannotBecomeAnyAmountOfMemory) {
  // 1 MiB in the file, read by a hundred nodes.
  OnnxModel model = {.input = {1, 1, 1, 1}, .constants = {reals("w", {1 << 18, 1, 1, 1}, std::vector<float>(1 << 18))}};
  for (int i = 0; i < 100; ++i) model.nodes.push_back(node("Conv", {"x", "w"}, {"y" + std::to_string(i)}));
  model.outputs = {"y0"};
  expect_refused(model, VAV_E_LIMIT_EXCEEDED, "more memory");
}

TEST(OnnxReader, OneLayerCannotBecomeAnyAmountOfOutputs) {
  OnnxModel model = {.input = {1, 1, 1000, 1000}, .nodes = {node("Relu", {"x"}, {"y"})}};
  model.outputs.assign(100, "y");
  EXPECT_EQ(refusal(model).code(), VAV_OK);
  model.outputs.assign(1000, "y");
  expect_refused(model, VAV_E_LIMIT_EXCEEDED, "memory");
}

TEST(OnnxReader, MorePartsThanANetworkHasAreRefused) {
  OnnxModel model;
  model.nodes.assign(onnx::kMostNodes + 1, Message());
  expect_refused(model, VAV_E_LIMIT_EXCEEDED, "nodes");
  model.nodes = {node("Concat", Texts(onnx::kMostParts, "x"), {"y"})};
  expect_refused(model, VAV_E_LIMIT_EXCEEDED, "parts");
}

TEST(OnnxReader, ConstantsAmongTheInputsAndNamesThatNobodyUses) {
  OnnxModel model = convolution({2, 4, 3, 3});
  Message graph;
  graph.message(1, model.nodes[0]).message(5, model.constants[0]);
  for (const char* name : {"replaced", "w", "x"}) graph.message(11, value(name, model.input));
  graph.message(12, value("y", {}));
  const std::string file = Message().message(8, Message().integer(2, 21)).message(7, graph).bytes();
  const Network network = read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  EXPECT_EQ(network.input, (Shape{1, 4, 8, 8}));
}

TEST(OnnxReader, AnOpenInputIsLookedAtWhenItIsRun) {
  OnnxModel model = convolution({2, 4, 3, 3});
  model.input = {0, 4, 0, 0};
  const std::string file = model.write();
  const Network network = read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  EXPECT_EQ(network.input, (Shape{0, 4, 0, 0}));
  EXPECT_EQ(shapes_of(network, {3, 4, 5, 6})[0], (Shape{3, 2, 3, 4}));
  const auto runner = make_reference_runner(network);
  Tensor input, output;
  for (const auto& [shape, code] :
       {std::pair{Shape{1, 3, 8, 8}, VAV_E_INVALID_ARGUMENT}, std::pair{Shape{1, 4, 2, 8}, VAV_E_INVALID_ARGUMENT},
        std::pair{Shape{1, 4, 0, 8}, VAV_E_INVALID_ARGUMENT},
        std::pair{Shape{1, 4, 1 << 20, 1 << 20}, VAV_E_LIMIT_EXCEEDED}}) {
    static_cast<Shape&>(input) = shape;
    EXPECT_EQ(error_of([&] { runner->run(input, output, 1); }).code(), code);
  }
}

}  // namespace
}  // namespace visavis
