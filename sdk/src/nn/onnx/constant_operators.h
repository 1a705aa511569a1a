// Nodes whose result is known when the file is read, such as weights that are stored in fewer bits.
#pragma once

#include "nn/onnx/node_reader.h"

namespace visavis::onnx {

// Adds the result to the scope; false, with nothing done, when the node is none of these.
bool read_constant_node(NodeReader& node);

}  // namespace visavis::onnx
