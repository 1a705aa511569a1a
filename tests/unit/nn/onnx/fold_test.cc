// nn/onnx/fold: smaller, and still the same; what another layer reads stays.
#include "nn/onnx/fold.h"

#include <gtest/gtest.h>

#include <utility>

#include "nn/reference_runner.h"

namespace visavis {
namespace {

Layer plain(LayerKind kind, int input, std::vector<int> more = {}) {
  Layer layer;
  layer.kind = kind;
  layer.input = input;
  layer.more_inputs = std::move(more);
  return layer;
}

Layer scale(int input, float weight, float bias) {
  Layer layer = plain(LayerKind::scale, input);
  layer.weights = {weight};
  layer.bias = {bias};
  return layer;
}

Layer convolution(int input) {
  Layer layer = plain(LayerKind::convolution, input);
  layer.in_channels = layer.out_channels = 2;
  layer.kernel_height = layer.kernel_width = 1;
  layer.weights = {1, 2, 3, 4};
  layer.bias = {5, 6};
  return layer;
}

std::vector<std::vector<float>> values_of(const Network& network) {
  Tensor input;
  input.resize(1, 2, 1, 2);
  input.values = {1, -2, 3, -4};
  std::vector<Tensor> outputs(network.outputs.size());
  make_reference_runner(network)->run_all(input, outputs, 1);
  std::vector<std::vector<float>> values;
  for (const Tensor& output : outputs) values.push_back(output.values);
  return values;
}

// Folds, and expects the same values from so many layers.
void expect_folded(Network network, size_t layers) {
  const auto before = values_of(network);
  fold(network);
  EXPECT_EQ(network.layers.size(), layers);
  EXPECT_EQ(values_of(network), before);
}

Network with(std::vector<Layer> layers, std::vector<int> outputs) {
  Network network;
  network.layers = std::move(layers);
  for (const int output : outputs) network.outputs.push_back({output, std::to_string(output)});
  return network;
}

TEST(Fold, ScalesAndReluGoIntoTheConvolution) {
  Layer each = scale(0, 1, 0);
  each.weights = {2, -1};
  each.bias = {1, 4};
  expect_folded(with({convolution(-1), each, scale(1, 2, -8), plain(LayerKind::relu, 2)}, {3}), 1);
}

TEST(Fold, ScalesGoIntoScales) {
  Layer each = scale(0, 1, 0);
  each.weights = {2, -1};
  each.bias = {1, 4};
  expect_folded(with({scale(-1, 3, 1), each, scale(1, 2, 5)}, {2}), 1);
}

TEST(Fold, WhatIsReadElsewhereStays) {
  expect_folded(with({convolution(-1), scale(0, 2, 1), plain(LayerKind::add, 1, {0})}, {2}), 3);
  expect_folded(with({convolution(-1), scale(0, 2, 1)}, {1, 0}), 2);
  expect_folded(with({convolution(-1), plain(LayerKind::relu, 0)}, {0, 1}), 2);
  // By two readers of what was folded.
  expect_folded(
      with({convolution(-1), scale(0, 2, 1), plain(LayerKind::relu, 1), plain(LayerKind::sigmoid, 1)}, {2, 3}), 3);
}

TEST(Fold, NotBehindARelu) {
  expect_folded(with({convolution(-1), plain(LayerKind::relu, 0), scale(1, -2, 1)}, {2}), 2);
  expect_folded(with({convolution(-1), plain(LayerKind::relu, 0), plain(LayerKind::relu, 1)}, {2}), 2);
}

TEST(Fold, WhatNoOutputNeedsIsLeftOut) {
  expect_folded(with({plain(LayerKind::sigmoid, -1), convolution(-1), plain(LayerKind::relu, 0), convolution(1)}, {3}),
                2);
}

}  // namespace
}  // namespace visavis
