// ONNX's operators: https://onnx.ai/onnx/operators says what each means in which version.
#include "nn/onnx/operators.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nn/onnx/constant.h"
#include "nn/onnx/constant_operators.h"
#include "nn/onnx/window.h"

namespace visavis::onnx {
namespace {

Layer& append(Network& network, LayerKind kind, int input) {
  Layer& layer = network.layers.emplace_back();
  layer.kind = kind;
  layer.input = input;
  return layer;
}

// The last layer is what the node makes.
void made(NodeReader& node, const Network& network, int rank) {
  node.scope().add(node.node().outputs.front(), Value{int(network.layers.size()) - 1, rank});
}

int normal_axis(const NodeReader& node, int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) node.wrong("has an axis that its input does not have");
  return int(axis < 0 ? axis + rank : axis);
}

// A constant that is one value, or one for each channel of a value with `rank` dimensions: the axes stand from the right.
std::vector<float> by_channel(const NodeReader& node, size_t input, int rank) {
  const Constant& constant = node.constant(input);
  const auto dims = int(constant.dims.size());
  bool fits = constant.count > 0 && dims <= rank;
  for (int i = 0; i < dims && fits; ++i) fits = constant.dims[size_t(i)] == 1 || rank - dims + i == 1;
  node.require(fits, "its constant is neither one value nor one for each channel");
  return node.reals(input);
}

void convolution(NodeReader& node, Network& network) {
  const Value in = node.value(0, 4);
  const Constant& weights = node.constant(1);
  node.require(weights.dims.size() == 4, "it is not of two dimensions");
  for (const int64_t dim : weights.dims)
    if (dim < 1) node.wrong("has empty weights");
  Layer layer;
  layer.kind = LayerKind::convolution;
  layer.input = in.layer;
  layer.groups = to_int(node, node.integer("group", 1), 1, "its groups");
  layer.out_channels = to_int(node, weights.dims[0], 1, "its channels");
  layer.in_channels = to_int(node, weights.dims[1] * layer.groups, 1, "its channels");
  if (layer.out_channels % layer.groups != 0) node.wrong("has groups that do not divide its channels");
  read_window(node, layer, weights.dims[2], weights.dims[3]);
  layer.weights = node.reals(1);
  layer.bias = node.has(2) ? node.reals(2) : std::vector<float>(size_t(layer.out_channels));
  if (layer.bias.size() != size_t(layer.out_channels)) node.wrong("has not one bias for each channel");
  network.layers.push_back(std::move(layer));
  made(node, network, 4);
}

// A matrix is a convolution of 1 × 1 of what has no height and width. `weights` are [out][in].
void matrix(NodeReader& node, Network& network, int input, int64_t out, std::vector<float> weights,
            std::vector<float> bias) {
  Layer& layer = append(network, LayerKind::convolution, input);
  layer.out_channels = to_int(node, out, 1, "its outputs");
  layer.in_channels = to_int(node, int64_t(weights.size() / size_t(out)), 1, "its inputs");
  layer.kernel_height = layer.kernel_width = 1;
  layer.weights = std::move(weights);
  layer.bias = std::move(bias);
  made(node, network, 2);
}

std::vector<float> matrix_weights(const NodeReader& node, bool has_rows_of_outputs) {
  const Constant& constant = node.constant(1);
  node.require(constant.dims.size() == 2, "its weights are not a matrix");
  if (constant.count == 0) node.wrong("has empty weights");
  node.scope().charge(constant.count);
  return has_rows_of_outputs ? node.reals(1) : transposed(constant).reals;
}

void gemm(NodeReader& node, Network& network) {
  const Value in = node.value(0, 2);
  node.require(node.integer("transA", 0) == 0, "it turns its input");
  const bool turned = node.integer("transB", 0) != 0;
  const float alpha = node.real("alpha", 1), beta = node.real("beta", 1);
  std::vector<float> weights = matrix_weights(node, turned);
  const int64_t out = node.constant(1).dims[turned ? 0 : 1];
  std::vector<float> bias(size_t(out), 0);
  if (node.has(2)) {
    const std::vector<float> given = by_channel(node, 2, 2);
    if (given.size() != 1 && given.size() != bias.size()) node.wrong("has not one bias for each output");
    for (size_t i = 0; i < bias.size(); ++i) bias[i] = beta * given[given.size() == 1 ? 0 : i];
  }
  for (float& weight : weights) weight *= alpha;
  matrix(node, network, in.layer, out, std::move(weights), std::move(bias));
}

void matmul(NodeReader& node, Network& network) {
  const Value in = node.value(0, 2);
  std::vector<float> weights = matrix_weights(node, false);
  const int64_t out = node.constant(1).dims[1];
  matrix(node, network, in.layer, out, std::move(weights), std::vector<float>(size_t(out), 0));
}

void pool(NodeReader& node, Network& network) {
  const bool largest = node.node().type == "MaxPool";
  Layer layer;
  layer.kind = largest ? LayerKind::max_pool : LayerKind::average_pool;
  layer.input = node.value(0, 4).layer;
  const std::vector<int64_t> kernel = node.integers("kernel_shape", {});
  if (kernel.size() != 2) node.wrong("has no window of two dimensions");
  read_window(node, layer, kernel[0], kernel[1]);
  node.require(node.integer("ceil_mode", 0) == 0, "it rounds its size up (ceil_mode)");
  if (largest) {
    node.require(node.integer("storage_order", 0) == 0, "storage_order");
  } else {
    const bool padded = layer.padding_height || layer.padding_width || layer.more_bottom || layer.more_right;
    node.require(node.integer("count_include_pad", 0) == 0 || !padded, "it counts its padding (count_include_pad)");
  }
  network.layers.push_back(std::move(layer));
  made(node, network, 4);
}

void global_average(NodeReader& node, Network& network) {
  append(network, LayerKind::global_average, node.value(0, 4).layer);
  made(node, network, 4);
}

void batch_normalization(NodeReader& node, Network& network) {
  const Value in = node.value(0);
  node.require(in.rank >= 2, "its input has no channels");
  node.require(node.integer("training_mode", 0) == 0, "it is being trained");
  node.require(node.integer("spatial", 1) == 1, "it is not one value a channel (spatial)");
  node.ignore("momentum");
  const double epsilon = node.real("epsilon", 1e-5f);
  const std::vector<float> gamma = node.reals(1), beta = node.reals(2), mean = node.reals(3), variance = node.reals(4);
  if (gamma.empty() || beta.size() != gamma.size() || mean.size() != gamma.size() || variance.size() != gamma.size())
    node.wrong("has not as many values of each sort");
  Layer& layer = append(network, LayerKind::scale, in.layer);
  for (size_t i = 0; i < gamma.size(); ++i) {
    const double spread = double(variance[i]) + epsilon;
    if (!(spread > 0)) node.wrong("has a variance that is not positive");
    const double weight = gamma[i] / std::sqrt(spread);
    layer.weights.push_back(float(weight));
    layer.bias.push_back(float(beta[i] - mean[i] * weight));
  }
  made(node, network, in.rank);
}

// Add, Sub, Mul and Div with a constant.
void with_constant(NodeReader& node, Network& network, bool constant_first) {
  const std::string_view type = node.node().type;
  const Value in = node.value(constant_first ? 1 : 0);
  const std::vector<float> values = by_channel(node, constant_first ? 0 : 1, in.rank);
  node.require(!constant_first || type != "Div", "it divides a constant");
  Layer& layer = append(network, LayerKind::scale, in.layer);
  const bool sum = type == "Add" || type == "Sub";
  layer.weights.assign(values.size(), constant_first && type == "Sub" ? -1.0f : 1.0f);
  layer.bias.assign(values.size(), 0);
  for (size_t i = 0; i < values.size(); ++i) {
    if (type == "Div" && values[i] == 0) node.wrong("divides by 0");
    if (sum) layer.bias[i] = type == "Sub" && !constant_first ? -values[i] : values[i];
    if (!sum) layer.weights[i] = type == "Mul" ? values[i] : 1 / values[i];
  }
  made(node, network, in.rank);
}

void arithmetic(NodeReader& node, Network& network) {
  const bool first = node.is_constant(0), second = node.is_constant(1);
  node.require(!first || !second, "both inputs are constants");
  if (first || second) return with_constant(node, network, first);
  const std::string_view type = node.node().type;
  node.require(type == "Add" || type == "Mul", "both inputs come from the picture");
  Value a = node.value(0), b = node.value(1);
  node.require(a.rank == b.rank, "its inputs have different numbers of dimensions");
  Layer& layer = append(network, type == "Add" ? LayerKind::add : LayerKind::multiply, a.layer);
  layer.more_inputs = {b.layer};
  made(node, network, a.rank);
}

void activation(NodeReader& node, Network& network) {
  const std::string_view type = node.node().type;
  const Value in = node.value(0);
  if (type == "PRelu" || type == "LeakyRelu") {
    std::vector<float> slopes = type == "PRelu" ? by_channel(node, 1, in.rank) : std::vector{node.real("alpha", 0.01f)};
    append(network, LayerKind::prelu, in.layer).weights = std::move(slopes);
  } else {
    append(network, type == "Relu" ? LayerKind::relu : LayerKind::sigmoid, in.layer);
  }
  made(node, network, in.rank);
}

void concat(NodeReader& node, Network& network) {
  const Value first = node.value(0);
  const int axis = normal_axis(node, node.integer("axis", 1), first.rank);
  node.require(axis > 0, "it joins pictures");
  Layer& layer = append(network, LayerKind::concat, first.layer);
  layer.axis = axis;
  for (size_t i = 1; i < node.node().inputs.size(); ++i) layer.more_inputs.push_back(node.value(i, first.rank).layer);
  made(node, network, first.rank);
}

void resize(NodeReader& node, Network& network) {
  const Value in = node.value(0, 4);
  const bool old = node.opset() < 11;  // then without these attributes, and only so
  const std::string_view mode = node.text("mode", "nearest");
  const std::string_view places = node.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
  const std::string_view rounding = node.text("nearest_mode", old ? "floor" : "round_prefer_floor");
  for (const char* of_others : {"cubic_coeff_a", "exclude_outside", "extrapolation_value"}) node.ignore(of_others);
  node.require(mode == "nearest", "it is not of mode nearest");
  node.require(node.integer("antialias", 0) == 0, "antialias");
  const size_t at = old ? 1 : 2;
  node.require(node.has(at) && node.constant(at).count == 4 && !node.has(3), "it is not given four scales");
  const std::vector<float> scales = node.reals(at);
  const float factor = scales[2];
  node.require(scales[0] == 1 && scales[1] == 1 && scales[3] == factor && factor >= 1 && factor <= 16 &&
                   factor == std::floor(factor),
               "its scales are not one whole number from 1 to 16 for height and width");
  // With these each value becomes a square of copies.
  const bool copies =
      (places == "asymmetric" && (rounding == "floor" || (rounding == "round_prefer_floor" && factor <= 2))) ||
      (places == "half_pixel" && rounding.starts_with("round_prefer_"));
  node.require(copies, "its coordinate_transformation_mode and nearest_mode together");
  append(network, LayerKind::resize, in.layer).factor = int(factor);
  made(node, network, 4);
}

void transpose(NodeReader& node, Network& network) {
  const Value in = node.value(0);
  node.require(in.rank <= 4, "its input has too many dimensions");
  const std::vector<int64_t> order = node.integers("perm", {});
  node.require(int(order.size()) == in.rank && order[0] == 0, "it moves the first dimension, that of the pictures");
  Layer& layer = append(network, LayerKind::transpose, in.layer);
  std::vector<bool> seen(4);
  for (int i = 1; i < in.rank; ++i) {
    const int64_t axis = order[size_t(i)];
    if (axis < 1 || axis >= in.rank || seen[size_t(axis)]) node.wrong("has no valid order of axes");
    seen[size_t(axis)] = true;
    layer.axes[size_t(i) - 1] = int(axis);
  }
  made(node, network, in.rank);
}

void reshape(NodeReader& node, Network& network) {
  const Value in = node.value(0);
  node.require(node.constant(1).dims.size() == 1 && node.constant(1).count <= 4, "its shape has more than four sizes");
  const std::vector<int64_t> shape = integers_of(node.constant(1));
  const auto rank = int(shape.size());
  node.require(rank >= 2, "it joins pictures");
  const bool zero_is_zero = node.integer("allowzero", 0) != 0;
  // A batch passes through as its pictures would one by one: the first size has to be what stands for their number.
  node.require(shape[0] >= -1 && shape[0] <= 1, "it changes the number of pictures");
  Layer& layer = append(network, LayerKind::reshape, in.layer);
  layer.shape = {1, 1, 1};
  bool open = shape[0] == -1;
  for (int i = 1; i < rank; ++i) {
    const int64_t size = shape[size_t(i)];
    if (size < -1 || (size == -1 && std::exchange(open, true)) || (size == 0 && (zero_is_zero || i >= in.rank)))
      node.wrong("has no valid shape");
    layer.shape[size_t(i) - 1] = to_int(node, size, -1, "a size");
  }
  made(node, network, rank);
}

void flatten(NodeReader& node, Network& network) {
  const Value in = node.value(0);
  const int64_t axis = node.integer("axis", 1);
  node.require(in.rank >= 2 && (axis == 1 || axis == 1 - in.rank), "it joins pictures");
  append(network, LayerKind::reshape, in.layer).shape = {-1, 1, 1};
  made(node, network, 2);
}

// Dropout and Identity: another name for the same.
void same(NodeReader& node, Network&) {
  if (node.node().type == "Dropout") {
    node.ignore("ratio");
    node.ignore("seed");
    node.ignore("is_test");
    const bool trained = node.has(2) && (node.constant(2).count != 1 || integers_of(node.constant(2))[0] != 0);
    node.require(!trained, "it is being trained");
  }
  node.scope().add(node.node().outputs.front(), node.value(0));
}

using Operator = void (*)(NodeReader&, Network&);
struct Named {
  std::string_view type;
  Operator read;
  size_t inputs;  // at most
};
constexpr Named kOperators[] = {
    {"Conv", convolution, 3},
    {"Gemm", gemm, 3},
    {"MatMul", matmul, 2},
    {"MaxPool", pool, 1},
    {"AveragePool", pool, 1},
    {"GlobalAveragePool", global_average, 1},
    {"BatchNormalization", batch_normalization, 5},
    {"Add", arithmetic, 2},
    {"Sub", arithmetic, 2},
    {"Mul", arithmetic, 2},
    {"Div", arithmetic, 2},
    {"Relu", activation, 1},
    {"LeakyRelu", activation, 1},
    {"PRelu", activation, 2},
    {"Sigmoid", activation, 1},
    {"Concat", concat, kMostParts},
    {"Resize", resize, 4},
    {"Transpose", transpose, 1},
    {"Reshape", reshape, 2},
    {"Flatten", flatten, 1},
    {"Dropout", same, 3},
    {"Identity", same, 1},
};

}  // namespace

void read_node(NodeReader& node, Network& network) {
  if (node.node().outputs.empty()) node.wrong("makes nothing");
  const std::string_view domain = node.node().domain;
  node.require(domain.empty() || domain == "ai.onnx", "it is not one of ONNX's own");
  if (read_constant_node(node)) return;
  const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                   [&](const Named& named) { return named.type == node.node().type; });
  node.require(found != std::end(kOperators), "it is not known");
  if (node.node().inputs.size() > found->inputs) node.wrong("has too many inputs");
  found->read(node, network);
  node.finish();
}

}  // namespace visavis::onnx
