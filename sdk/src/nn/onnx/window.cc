// What convolutions and pooling have in common: the window that slides over a picture.
#include "nn/onnx/window.h"

#include <algorithm>
#include <string>

namespace visavis::onnx {

int to_int(const NodeReader& node, int64_t value, int64_t least, const char* what) {
  constexpr int64_t kMost = 1 << 28;
  if (value < least) node.wrong("has no valid size: " + std::string(what));
  if (value > kMost) too_large(std::string(what) + " are more than a network has");
  return int(value);
}

void read_window(NodeReader& node, Layer& layer, int64_t height, int64_t width) {
  constexpr int64_t kMost = 1 << 14;
  layer.kernel_height = to_int(node, height, 1, "its window");
  layer.kernel_width = to_int(node, width, 1, "its window");
  const std::vector<int64_t> kernel = node.integers("kernel_shape", {height, width});
  if (kernel != std::vector<int64_t>{height, width}) node.wrong("has weights of another size than its window");
  const std::vector<int64_t> strides = node.integers("strides", {1, 1});
  const std::vector<int64_t> dilations = node.integers("dilations", {1, 1});
  std::vector<int64_t> pads = node.integers("pads", {0, 0, 0, 0});  // top, left, bottom, right
  if (strides.size() != 2 || dilations.size() != 2 || pads.size() != 4) node.wrong("is not of two dimensions");
  node.require(strides[0] == strides[1], "its strides differ in height and width");
  node.require(dilations[0] == 1 && dilations[1] == 1, "its window has gaps (dilations)");
  const std::string_view automatic = node.text("auto_pad", "NOTSET");
  node.require(automatic == "NOTSET" || automatic == "VALID", "it pads by itself (auto_pad)");
  if (automatic == "VALID") pads.assign(4, 0);
  for (const int64_t number : {strides[0], pads[0], pads[1], pads[2], pads[3]})
    if (number < 0 || number > kMost) node.wrong("has no valid strides or pads");
  layer.stride = to_int(node, strides[0], 1, "its strides");
  layer.padding_height = int(pads[0]);
  layer.padding_width = int(pads[1]);
  layer.more_bottom = int(pads[2] - pads[0]);
  layer.more_right = int(pads[3] - pads[1]);
}

}  // namespace visavis::onnx
