// Nodes whose result is known when the file is read, such as weights that are stored in fewer bits.
#include "nn/onnx/constant_operators.h"

#include <memory>
#include <utility>

#include "nn/onnx/constant.h"

namespace visavis::onnx {
namespace {

Constant of_attribute(NodeReader& node) {
  if (const Constant* value = node.constant_attribute("value")) return *value;
  node.unsupported("it is not a tensor");
}

Constant dequantize(NodeReader& node) {
  const Constant &x = node.constant(0), &scale = node.constant(1);
  const int64_t axis = node.integer("axis", 1), block = node.integer("block_size", 0);
  const int64_t output = node.integer("output_dtype", 0);
  node.require(output == 0 || DataType(output) == DataType::real, "it makes other numbers than floats");
  node.scope().charge(x.count);
  const std::shared_ptr<const Constant> zero = node.has(2) ? node.shared_constant(2) : nullptr;
  return dequantized(x, scale, zero.get(), axis, block);
}

Constant reshape(NodeReader& node) {
  node.require(node.integer("allowzero", 0) == 0, "allowzero");
  if (node.constant(1).count > 8) node.wrong("has a shape of too many sizes");
  const std::vector<int64_t> shape = integers_of(node.constant(1));
  node.scope().charge(node.constant(0).count);
  return reshaped(node.constant(0), shape);
}

Constant transpose(NodeReader& node) {
  const Constant& x = node.constant(0);
  const std::vector<int64_t> turned = {1, 0};
  node.require(x.dims.size() == 2 && node.integers("perm", turned) == turned, "its constant is not a matrix");
  node.scope().charge(x.count);
  return transposed(x);
}

}  // namespace

bool read_constant_node(NodeReader& node) {
  const std::string_view type = node.node().type, output = node.node().outputs.front();
  if (type == "Constant") {
    node.scope().add(output, std::make_shared<Constant>(of_attribute(node)));
  } else if (type == "DequantizeLinear") {
    node.scope().add(output, std::make_shared<Constant>(dequantize(node)));
  } else if (node.node().inputs.empty() || !node.all_constant()) {
    return false;
  } else if (type == "Reshape") {
    node.scope().add(output, std::make_shared<Constant>(reshape(node)));
  } else if (type == "Transpose") {
    node.scope().add(output, std::make_shared<Constant>(transpose(node)));
  } else if (type == "Identity") {
    node.scope().add(output, node.shared_constant(0));
  } else {
    return false;
  }
  node.finish();
  return true;
}

}  // namespace visavis::onnx
