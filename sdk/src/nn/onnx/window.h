// What convolutions and pooling have in common: the window that slides over a picture.
#pragma once

#include <cstdint>

#include "nn/network.h"
#include "nn/onnx/node_reader.h"

namespace visavis::onnx {

// `what` in numbers of a network. Error LIMIT_EXCEEDED when it is more than any network has.
int to_int(const NodeReader& node, int64_t value, int64_t least, const char* what);

// Kernel, stride and padding of the layer, from the node's attributes. `height`, `width`: the kernel's.
void read_window(NodeReader& node, Layer& layer, int64_t height, int64_t width);

}  // namespace visavis::onnx
