// ONNX's operators, each written as layers of a Network or worked out where all it has are constants.
#pragma once

#include "nn/network.h"
#include "nn/onnx/node_reader.h"

namespace visavis::onnx {

// Adds what the node does to the network, and what it makes to the scope. Error UNSUPPORTED for an operator or an attribute
// that is not known.
void read_node(NodeReader& node, Network& network);

}  // namespace visavis::onnx
