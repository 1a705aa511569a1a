// Row by row within each pair. The maps between pairs have a pixel of zeros on each side.
#include "nn/byte_chain.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "nn/byte_kernels.h"
#include "nn/round_weights.h"
#include "nn/row_kernels.h"
#include "nn/shapes.h"

namespace visavis {
namespace {

constexpr int kPixelsAtOnce = 84;  // about: the weights are read anew for each group
constexpr size_t kLayersOfPair = 4;

bool is_square(const Layer& layer, int kernel, int padding) {
  return layer.kind == LayerKind::convolution && layer.kernel_height == kernel && layer.kernel_width == kernel &&
         layer.padding_height == padding && layer.padding_width == padding && layer.more_bottom == 0 &&
         layer.more_right == 0 && layer.addend == kNoAddend && !layer.relu;
}

bool is_depthwise(const Layer& layer) {
  return is_square(layer, 3, 1) && (layer.stride == 1 || layer.stride == 2) && layer.groups == layer.in_channels &&
         layer.groups == layer.out_channels && layer.groups % kChannelBlock == 0;
}

bool is_pointwise(const Layer& layer) {
  return is_square(layer, 1, 0) && layer.stride == 1 && layer.groups == 1 && layer.in_channels <= kMostByteChannels &&
         layer.in_channels % kChannelBlock == 0 && layer.out_channels % kChannelBlock == 0;
}

AlignedFloats by_channel(const std::vector<float>& values, int channels) {
  AlignedFloats made = aligned_zeros(size_t(channels));
  for (size_t c = 0; c < size_t(channels); ++c) made[c] = of_channel(values, c);
  return made;
}

ByteChain::Pair pair_of(const Layer& sees, const Layer& first_slopes, const Layer& mixes, const Layer& slopes) {
  const auto channels = size_t(mixes.in_channels), outputs = size_t(mixes.out_channels);
  ByteChain::Pair pair;
  pair.channels = mixes.in_channels, pair.out_channels = mixes.out_channels, pair.stride = sees.stride;
  pair.depthwise = aligned_zeros(9 * channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t k = 0; k < 9; ++k) pair.depthwise[k * channels + c] = sees.weights[c * 9 + k];
  pair.depthwise_bias = by_channel(sees.bias, pair.channels);
  pair.depthwise_slopes = by_channel(first_slopes.weights, pair.channels);
  pair.weights.resize(channels * outputs);
  pair.scales = aligned_zeros(outputs), pair.sums = aligned_zeros(outputs);
  for (size_t o = 0; o < outputs; ++o)
    std::tie(pair.scales[o], pair.sums[o]) = round_weights(
        mixes.weights.data() + o * channels, channels, 1,
        [&](size_t i, int8_t weight) { pair.weights[byte_weight_place(channels, outputs, i, o)] = weight; });
  pair.bias = by_channel(mixes.bias, pair.out_channels), pair.slopes = by_channel(slopes.weights, pair.out_channels);
  return pair;
}

int64_t map_floats(int height, int width, int channels) { return int64_t{height} * (width + 2) * channels; }

// Where a vector may begin again.
int64_t whole_blocks(int64_t floats) { return (floats + kChannelBlock - 1) / kChannelBlock * kChannelBlock; }

int rows_at_once(int width) { return std::max(1, kPixelsAtOnce / width); }

}  // namespace

bool ByteChain::runs_here() { return has_byte_kernels(); }

std::unique_ptr<ByteChain> ByteChain::of(const Network& network) {
  const auto& layers = network.layers;
  const std::vector<int> readers = times_read(network);
  // The layer `i` is read by the next one only, and reads the one before.
  const auto follows = [&](size_t i) {
    return i < layers.size() && layers[i].input == int(i) - 1 && readers[i - 1] == 1;
  };
  const auto is_prelu = [&](size_t i) { return follows(i) && layers[i].kind == LayerKind::prelu; };
  for (size_t first = 0; first < layers.size(); ++first) {
    Layer begins = layers[first];
    begins.input = kNetworkInput;
    auto convolution = FirstConvolution::of(begins);
    if (!convolution || begins.relu || !is_prelu(first + 1)) continue;
    size_t last = first + 1;
    while (follows(last + 1) && is_depthwise(layers[last + 1]) && is_prelu(last + 2) && follows(last + 3) &&
           is_pointwise(layers[last + 3]) && is_prelu(last + 4))
      last += kLayersOfPair;
    if (last == first + 1) return nullptr;
    return std::unique_ptr<ByteChain>(new ByteChain(network, first, last, std::move(*convolution)));
  }
  return nullptr;
}

ByteChain::ByteChain(const Network& network, size_t first_layer, size_t last_layer, FirstConvolution first)
    : first_layer_(first_layer), last_layer_(last_layer), first_(std::move(first)) {
  const auto& layers = network.layers;
  first_slopes_ = by_channel(layers[first_layer + 1].weights, first_.channels());
  for (size_t i = first_layer + 2; i < last_layer; i += kLayersOfPair)
    pairs_.push_back(pair_of(layers[i], layers[i + 1], layers[i + 2], layers[i + 3]));
}

int ByteChain::out_height(int height) const {
  int size = first_.out_height(height);
  for (const Pair& pair : pairs_) size = pair.out_size(size);
  return size;
}

int ByteChain::out_width(int width) const {
  int size = first_.out_width(width);
  for (const Pair& pair : pairs_) size = pair.out_size(size);
  return size;
}

ByteChain::Room ByteChain::room(int height, int width) const {
  Room room;
  room.first = whole_blocks(first_.scratch(width));
  int down = first_.out_height(height), across = first_.out_width(width);
  room.map = map_floats(down, across, first_.channels());
  for (const Pair& pair : pairs_) {
    room.beyond = std::max(room.beyond, map_floats(1, across, pair.channels));
    down = pair.out_size(down), across = pair.out_size(across);
    room.map = std::max(room.map, map_floats(down, across, pair.out_channels));
    const int64_t row = int64_t{across} * pair.channels;
    room.seen = std::max(room.seen, row);
    room.bytes = std::max(room.bytes, whole_blocks(rows_at_once(across) * row / int64_t{sizeof(float)}));
  }
  return room;
}

int64_t ByteChain::scratch(int height, int width) const {
  const Room room = this->room(height, width);
  return room.beyond + room.seen + room.bytes + 2 * room.map + room.first;
}

void ByteChain::run(const float* in, int height, int width, float* scratch, float* out) const {
  int down = first_.out_height(height), across = first_.out_width(width), channels = first_.channels();
  const Room room = this->room(height, width);
  float* const beyond = scratch;  // a row above or below a map
  float* const seen = beyond + room.beyond;
  auto* const bytes = reinterpret_cast<uint8_t*>(seen + room.seen);
  float* from = seen + room.seen + room.bytes;
  float* to = from + room.map;
  float* const first_scratch = to + room.map;
  std::fill_n(beyond, room.beyond, 0.0f);
  const auto clear_sides = [](float* row, int pixels, int each) {
    std::fill_n(row, each, 0.0f);
    std::fill_n(row + int64_t{pixels + 1} * each, each, 0.0f);
  };
  for (int y = 0; y < down; ++y) {
    float* const row = from + map_floats(y, across, channels);
    clear_sides(row, across, channels);
    first_.row(in, height, width, y, first_scratch, row + channels);
    prelu_row(row + channels, across, channels, first_slopes_.get());
  }
  std::vector<float> steps, least;
  std::vector<float*> outputs;
  for (const Pair& pair : pairs_) {
    const bool ends = &pair == &pairs_.back();
    const int out_down = pair.out_size(down), out_across = pair.out_size(across), most = rows_at_once(out_across);
    steps.resize(size_t(most) * size_t(out_across)), least.resize(steps.size()), outputs.resize(steps.size());
    const auto row_at = [&](int y) { return y < 0 || y >= down ? beyond : from + map_floats(y, across, channels); };
    for (int begin = 0; begin < out_down; begin += most) {
      const int rows = std::min(most, out_down - begin);
      for (int i = 0; i < rows; ++i) {
        const int y = (begin + i) * pair.stride;
        const int64_t first = int64_t{i} * out_across;
        const float* const around[3] = {row_at(y - 1), row_at(y), row_at(y + 1)};
        if (pair.stride == 2)
          depthwise_row_by_two(around, out_across, channels, pair.depthwise.get(), pair.depthwise_bias.get(), seen);
        else
          depthwise_row({{around[0], around[1], around[2]},
                         across,
                         channels,
                         pair.depthwise.get(),
                         pair.depthwise_bias.get(),
                         false,
                         seen});
        to_bytes(seen, out_across, pair.depthwise_slopes.get(),
                 {bytes + first * channels, steps.data() + first, least.data() + first, channels});
        float* row = ends ? out + int64_t{begin + i} * out_across * pair.out_channels
                          : to + map_floats(begin + i, out_across, pair.out_channels);
        if (!ends) clear_sides(row, out_across, pair.out_channels), row += pair.out_channels;
        for (int x = 0; x < out_across; ++x) outputs[size_t(first + x)] = row + int64_t{x} * pair.out_channels;
      }
      const BytePixels pixels{bytes, steps.data(), least.data(), channels};
      multiply_bytes({pixels, rows * out_across, pair.weights.data(), pair.scales.get(), pair.sums.get(),
                      pair.bias.get(), pair.slopes.get(), pair.out_channels, outputs.data()});
    }
    std::swap(from, to);
    down = out_down, across = out_across, channels = pair.out_channels;
  }
}

}  // namespace visavis
