// Rows come in from above, and each passes through all of it before the next one comes.
#include "nn/small_convolutions.h"

#include <algorithm>
#include <utility>

namespace visavis {
namespace {

constexpr int kRing = 3;  // rows that a row of 3×3 sees

int64_t whole_blocks(int64_t floats) { return (floats + kChannelBlock - 1) / kChannelBlock * kChannelBlock; }

bool is_plain(const Layer& layer, LayerKind kind, int kernel, int stride, int padding) {
  return layer.kind == kind && layer.kernel_height == kernel && layer.kernel_width == kernel &&
         layer.stride == stride && layer.padding_height == padding && layer.padding_width == padding &&
         layer.more_bottom == 0 && layer.more_right == 0 && layer.addend == kNoAddend;
}

bool is_pointwise(const Layer& layer) {
  return is_plain(layer, LayerKind::convolution, 1, 1, 0) && layer.groups == 1 && !layer.relu;
}

bool is_depthwise(const Layer& layer) {
  return is_plain(layer, LayerKind::convolution, 3, 1, 1) && layer.groups == layer.in_channels &&
         layer.groups == layer.out_channels;
}

bool is_pool(const Layer& layer) { return is_plain(layer, LayerKind::max_pool, 2, 2, 0) && !layer.relu; }

constexpr int kOutput = -3;  // what reads an output of the network

// Which layers read each layer, kOutput among them.
std::vector<std::vector<int>> readers_of(const Network& network) {
  std::vector<std::vector<int>> readers(network.layers.size());
  const auto note = [&](int layer, int reader) {
    if (layer >= 0) readers[size_t(layer)].push_back(reader);
  };
  for (size_t i = 0; i < network.layers.size(); ++i) {
    each_input(network.layers[i], [&](int input) { note(input, int(i)); });
  }
  if (network.outputs.empty()) note(int(network.layers.size()) - 1, kOutput);
  for (const NetworkOutput& output : network.outputs) note(output.layer, kOutput);
  return readers;
}

}  // namespace

std::optional<FirstConvolution> FirstConvolution::of(const Layer& layer) {
  constexpr int kMostChannels = 4, kMostKernel = 3;
  const bool fits = layer.kind == LayerKind::convolution && layer.input == kNetworkInput && layer.groups == 1 &&
                    layer.addend == kNoAddend && layer.in_channels <= kMostChannels &&
                    layer.kernel_height <= kMostKernel && layer.kernel_width <= kMostKernel &&
                    layer.out_channels % kChannelBlock == 0;
  if (!fits) return std::nullopt;
  return FirstConvolution(layer);
}

FirstConvolution::FirstConvolution(const Layer& layer) : layer_(layer) {
  layer_.weights.clear(), layer_.bias.clear();
  const int taps = layer.in_channels * layer.kernel_height * layer.kernel_width;
  weights_ = aligned_zeros(size_t(taps) * size_t(channels())), bias_ = aligned_zeros(size_t(channels()));
  for (size_t c = 0; c < size_t(channels()); ++c) {
    bias_[c] = layer.bias[c];
    for (size_t t = 0; t < size_t(taps); ++t)
      weights_[t * size_t(channels()) + c] = layer.weights[c * size_t(taps) + t];
  }
}

int FirstConvolution::out_height(int height) const {
  return (height + 2 * layer_.padding_height + layer_.more_bottom - layer_.kernel_height) / layer_.stride + 1;
}

int FirstConvolution::row_floats(int width) const { return width + 2 * layer_.padding_width + layer_.more_right; }

int FirstConvolution::out_width(int width) const {
  return (row_floats(width) - layer_.kernel_width) / layer_.stride + 1;
}

int64_t FirstConvolution::scratch(int width) const {
  return whole_blocks(int64_t{layer_.in_channels} * layer_.kernel_height * row_floats(width));
}

void FirstConvolution::row(const float* in, int height, int width, int y_out, float* scratch, float* out) const {
  constexpr size_t kMostTaps = 4 * 3 * 3;
  const float* taps[kMostTaps];
  int count = 0;
  float* to = scratch;
  for (int c = 0; c < layer_.in_channels; ++c)
    for (int dy = 0; dy < layer_.kernel_height; ++dy, to += row_floats(width)) {
      const int y = y_out * layer_.stride - layer_.padding_height + dy;
      std::fill_n(to, row_floats(width), 0.0f);
      if (y >= 0 && y < height) std::copy_n(in + (int64_t{c} * height + y) * width, width, to + layer_.padding_width);
      for (int dx = 0; dx < layer_.kernel_width; ++dx) taps[count++] = to + dx;
    }
  tap_row({taps, count, layer_.stride, out_width(width), weights_.get(), bias_.get(), channels(), layer_.relu, out});
}

std::vector<Separable> Separable::all_of(const Network& network) {
  const auto readers = readers_of(network);
  std::vector<std::vector<Part>> groups;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (layer.input < 0 || !is_depthwise(layer)) continue;
    const auto before = size_t(layer.input);
    const Layer& pointwise = network.layers[before];
    if (readers[before].size() != 1 || !is_pointwise(pointwise)) continue;
    const auto same = std::ranges::find_if(groups, [&](const std::vector<Part>& group) {
      return network.layers[group[0].layers[0]].input == pointwise.input &&
             network.layers[group[0].layers[1]].relu == layer.relu;
    });
    if (same == groups.end())
      groups.push_back({{{before, i}, layer.out_channels, 0}});
    else
      same->push_back({{before, i}, layer.out_channels, same->back().first + same->back().channels});
  }
  std::erase_if(groups, [](const std::vector<Part>& parts) {
    const int channels = parts.back().first + parts.back().channels;
    return whole_blocks(channels) > 2 * channels;  // most of the work would be for channels that are not there
  });
  for (auto& parts : groups) {
    if (parts.size() != 1) continue;
    std::vector<size_t>& layers = parts[0].layers;
    const std::vector<int>& behind = readers[layers[1]];
    if (behind.size() == 1 && behind[0] >= 0 && parts[0].channels % kChannelBlock == 0 &&
        is_pool(network.layers[size_t(behind[0])]))
      layers.push_back(size_t(behind[0]));
    const int first = network.layers[layers[0]].input;
    if (first >= 0 && readers[size_t(first)].size() == 1 && FirstConvolution::of(network.layers[size_t(first)]))
      layers.insert(layers.begin(), size_t(first));
  }
  std::vector<Separable> all;
  for (auto& parts : groups) all.push_back(Separable(network, std::move(parts)));
  return all;
}

Separable::Separable(const Network& network, std::vector<Part> parts) : parts_(std::move(parts)) {
  const size_t begin = is_depthwise(network.layers[parts_[0].layers[1]]) ? 0 : 1;  // of the pair
  if (begin == 1) first_ = FirstConvolution::of(network.layers[parts_[0].layers[0]]);
  const auto layer = [&](const Part& part, size_t i) -> const Layer& { return network.layers[part.layers[i]]; };
  input_ = layer(parts_[0], 0).input;
  in_channels_ = layer(parts_[0], begin).in_channels;
  relu_ = layer(parts_[0], begin + 1).relu;
  pooled_ = parts_[0].layers.size() == begin + 3;
  channels_ = int(whole_blocks(parts_.back().first + parts_.back().channels));
  const auto channels = size_t(channels_), inputs = size_t(in_channels_);
  pointwise_ = aligned_zeros(size_t(in_channels_) * size_t(channels_)),
  pointwise_bias_ = aligned_zeros(size_t(channels_));
  depthwise_ = aligned_zeros(size_t(9) * size_t(channels_)), depthwise_bias_ = aligned_zeros(size_t(channels_));
  for (const Part& part : parts_) {
    const Layer &mixes = layer(part, begin), &sees = layer(part, begin + 1);
    for (size_t c = 0; c < size_t(part.channels); ++c) {
      const size_t to = size_t(part.first) + c;
      for (size_t i = 0; i < inputs; ++i) pointwise_[i * channels + to] = mixes.weights[c * inputs + i];
      for (size_t k = 0; k < 9; ++k) depthwise_[k * channels + to] = sees.weights[c * 9 + k];
      pointwise_bias_[to] = mixes.bias[c], depthwise_bias_[to] = sees.bias[c];
    }
  }
}

int Separable::out_height(int height) const {
  return (first_ ? first_->out_height(height) : height) / (pooled_ ? 2 : 1);
}

int Separable::out_width(int width) const { return (first_ ? first_->out_width(width) : width) / (pooled_ ? 2 : 1); }

int64_t Separable::scratch(int width) const {
  const int64_t across = first_ ? first_->out_width(width) : width;
  const int64_t first = first_ ? whole_blocks(across * in_channels_) + first_->scratch(width) : 0;
  return (kRing + 1) * (across + 2) * channels_ + (pooled_ ? 2 * across * channels_ : 0) + first;
}

void Separable::run(const float* in, int height, int width, float* scratch, float* out) const {
  const int down = first_ ? first_->out_height(height) : height, across = first_ ? first_->out_width(width) : width;
  const int64_t ring_row = int64_t{across + 2} * channels_, row_floats = int64_t{across} * channels_;
  float* const ring = scratch;
  const float* const beyond = ring + kRing * ring_row;  // the row above the picture, and the one below
  float* const pair = ring + (kRing + 1) * ring_row;    // two rows, of which the largest are taken
  float* const first_row = pair + (pooled_ ? 2 * row_floats : 0);
  float* const first_scratch = first_row + whole_blocks(int64_t{across} * in_channels_);
  std::fill_n(ring, (kRing + 1) * ring_row, 0.0f);
  const auto mixed = [&](int y) { return ring + y % kRing * ring_row; };
  const auto mix = [&](int y) {
    if (y >= down) return;
    const float* row = first_ ? first_row : in + int64_t{y} * across * in_channels_;
    if (first_) first_->row(in, height, width, y, first_scratch, first_row);
    pointwise_row(
        {row, across, in_channels_, pointwise_.get(), pointwise_bias_.get(), channels_, mixed(y) + channels_});
  };
  mix(0);
  for (int y = 0; y < down; ++y) {
    mix(y + 1);
    float* const to = pooled_ ? pair + y % 2 * row_floats : out + y * row_floats;
    depthwise_row({{y > 0 ? mixed(y - 1) : beyond, mixed(y), y + 1 < down ? mixed(y + 1) : beyond},
                   across,
                   channels_,
                   depthwise_.get(),
                   depthwise_bias_.get(),
                   relu_,
                   to});
    if (pooled_ && y % 2 == 1)
      pool_rows({{pair, pair + row_floats}, across / 2, channels_, out + int64_t{y / 2} * (across / 2) * channels_});
  }
}

}  // namespace visavis
