// Reads an ONNX file into a Network: its constants and its input first, then node by node, then what can be folded.
#include "nn/onnx/read_network.h"

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "nn/onnx/fold.h"
#include "nn/onnx/model.h"
#include "nn/onnx/operators.h"
#include "nn/shapes.h"

namespace visavis {
namespace {

using namespace onnx;

// Versions of ONNX's operators: before the first, some meant something else; what comes after the last is not known yet.
constexpr int64_t kFirstOpset = 7, kLastOpset = 28;

void add_constants(Model& model, Scope& scope) {
  for (Constant& constant : model.constants) {
    const std::string_view name = constant.name;
    scope.add(name, std::make_shared<Constant>(std::move(constant)));
  }
}

// Older files name their constants among the inputs too, and tools that have replaced a constant leave its name there.
void add_input(const Model& model, Scope& scope, Network& network) {
  std::set<std::string_view> used;
  for (const Node& node : model.nodes) used.insert(node.inputs.begin(), node.inputs.end());
  const ValueInfo* input = nullptr;
  for (const ValueInfo& info : model.inputs) {
    if (scope.constant(info.name) || !used.contains(info.name)) continue;
    if (input) throw Error(VAV_E_UNSUPPORTED, "the ONNX model has more than one input");
    input = &info;
  }
  if (!input) damaged("it has no input");
  if (input->type != DataType::real || input->dims.size() != 4 || input->dims[0] > 1)
    throw Error(VAV_E_UNSUPPORTED, "the ONNX model's input " + shown(input->name) +
                                       " is not one picture of floats: number, channels, height, width");
  for (const int64_t dim : input->dims)
    if (dim > kMostActivations) too_large("its input");
  const auto size = [&](size_t i) { return int(input->dims[i]); };
  network.input = {size(0), size(1), size(2), size(3)};
  scope.add(input->name, Value{kNetworkInput, 4});
}

void add_outputs(const Model& model, const Scope& scope, Network& network) {
  if (model.outputs.empty()) damaged("it has no output");
  for (const ValueInfo& info : model.outputs) {
    const Value* value = scope.value(info.name);
    if (!value || value->layer == kNetworkInput) damaged("its output " + shown(info.name) + " is made by no layer");
    const std::string quoted = shown(info.name);
    network.outputs.push_back({value->layer, quoted.substr(1, quoted.size() - 2)});
  }
}

// Not a number, or without an end: everything behind it would be too.
void require_finite(const Network& network) {
  for (const Layer& layer : network.layers)
    for (const std::vector<float>* values : {&layer.weights, &layer.bias})
      for (const float value : *values)
        if (!std::isfinite(value)) damaged("it has weights that are no numbers");
}

// That the layers fit each other, as far as the file says how large its input is.
void require_fitting(const Network& network) {
  const Shape& in = network.input;
  if (in.channels == 0 || in.height == 0 || in.width == 0) return;
  try {
    shapes_of(network, {1, in.channels, in.height, in.width});
  } catch (const Error& e) {
    if (e.code() != VAV_E_INVALID_ARGUMENT) throw;
    damaged(e.what());
  }
}

}  // namespace

Network read_onnx(std::span<const uint8_t> file) {
  Model model = parse(file);
  if (model.opset < kFirstOpset || model.opset > kLastOpset)
    throw Error(VAV_E_UNSUPPORTED, "the ONNX model has operators of version " + std::to_string(model.opset) +
                                       "; read are " + std::to_string(kFirstOpset) + " to " +
                                       std::to_string(kLastOpset));
  Scope scope(file.size());
  Network network;
  add_constants(model, scope);
  add_input(model, scope, network);
  for (const Node& node : model.nodes) {
    NodeReader reader(node, scope, model.opset);
    read_node(reader, network);
  }
  add_outputs(model, scope, network);
  fold(network);
  require_finite(network);
  require_fitting(network);
  return network;
}

}  // namespace visavis
