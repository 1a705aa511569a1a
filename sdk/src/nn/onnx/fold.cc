// Makes a network smaller that computes the same.
#include "nn/onnx/fold.h"

#include <algorithm>
#include <utility>

namespace visavis {
namespace {

// y = scale(into(x)) becomes into itself.
bool fold_scale(Layer& into, const Layer& scale) {
  const bool convolution = into.kind == LayerKind::convolution;
  if ((!convolution && into.kind != LayerKind::scale) || into.relu || into.addend != kNoAddend) return false;
  const size_t channels =
      convolution ? size_t(into.out_channels)
                  : std::max({into.weights.size(), into.bias.size(), scale.weights.size(), scale.bias.size()});
  const auto fits = [&](const std::vector<float>& values) { return values.size() == 1 || values.size() == channels; };
  if (!fits(scale.weights) || !fits(scale.bias) || into.weights.empty()) return false;
  if (!convolution) {
    if (!fits(into.weights) || !fits(into.bias)) return false;
    if (into.weights.size() == 1) into.weights.assign(channels, into.weights[0]);
    if (into.bias.size() == 1) into.bias.assign(channels, into.bias[0]);
  }
  const size_t each = into.weights.size() / channels;
  for (size_t c = 0; c < channels; ++c) {
    const float factor = of_channel(scale.weights, c);
    for (size_t i = 0; i < each; ++i) into.weights[c * each + i] *= factor;
    into.bias[c] = into.bias[c] * factor + of_channel(scale.bias, c);
  }
  return true;
}

bool fold_relu(Layer& into) {
  if (into.kind != LayerKind::convolution || into.relu || into.addend != kNoAddend) return false;
  into.relu = true;
  return true;
}

// Leaves out what no output needs, and what has become another layer.
void prune(Network& network, const std::vector<int>& becomes) {
  std::vector<Layer>& layers = network.layers;
  std::vector<bool> needed(layers.size());
  for (const NetworkOutput& output : network.outputs) needed[size_t(output.layer)] = true;
  std::vector<int> place(layers.size());
  for (size_t i = layers.size(); i-- > 0;) {
    if (!needed[i]) continue;
    each_input(layers[i], [&](int& input) {
      if (input != kNetworkInput) needed[size_t(input)] = true;
    });
  }
  size_t kept = 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (!needed[i] || becomes[i] != int(i)) continue;
    each_input(layers[i], [&](int& input) {
      if (input != kNetworkInput) input = place[size_t(input)];
    });
    place[i] = int(kept);
    if (kept != i) layers[kept] = std::move(layers[i]);
    ++kept;
  }
  layers.resize(kept);
  for (NetworkOutput& output : network.outputs) output.layer = place[size_t(output.layer)];
}

}  // namespace

void fold(Network& network) {
  std::vector<Layer>& layers = network.layers;
  std::vector<int> readers(layers.size()), becomes(layers.size());
  for (Layer& layer : layers)
    each_input(layer, [&](int& input) {
      if (input != kNetworkInput) ++readers[size_t(input)];
    });
  for (const NetworkOutput& output : network.outputs) ++readers[size_t(output.layer)];
  for (size_t i = 0; i < layers.size(); ++i) {
    becomes[i] = int(i);
    Layer& layer = layers[i];
    each_input(layer, [&](int& input) {
      if (input != kNetworkInput) input = becomes[size_t(input)];
    });
    if (layer.input == kNetworkInput || readers[size_t(layer.input)] != 1) continue;
    Layer& before = layers[size_t(layer.input)];
    if ((layer.kind == LayerKind::scale && fold_scale(before, layer)) ||
        (layer.kind == LayerKind::relu && fold_relu(before))) {
      becomes[i] = layer.input;
      readers[size_t(layer.input)] = readers[i];
    }
  }
  for (NetworkOutput& output : network.outputs) output.layer = becomes[size_t(output.layer)];
  prune(network, becomes);
}

}  // namespace visavis
