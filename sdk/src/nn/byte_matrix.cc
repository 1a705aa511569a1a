// Some maps at a time, so that the weights, which come from afar, are read once for all of them.
#include "nn/byte_matrix.h"

#include <algorithm>
#include <tuple>

#include "nn/byte_kernels.h"
#include "nn/round_weights.h"
#include "nn/shapes.h"

namespace visavis {
namespace {

bool is_matrix(const Layer& layer) {
  return layer.kind == LayerKind::convolution && layer.kernel_height == 1 && layer.kernel_width == 1 &&
         layer.stride == 1 && layer.padding_height == 0 && layer.padding_width == 0 && layer.more_bottom == 0 &&
         layer.more_right == 0 && layer.groups == 1 && layer.addend == kNoAddend && !layer.relu;
}

bool is_one_row(const Layer& layer) {
  return layer.kind == LayerKind::reshape && layer.shape[1] == 1 && layer.shape[2] == 1;
}

}  // namespace

std::unique_ptr<ByteMatrix> ByteMatrix::of(const Network& network, size_t map, int channels) {
  const auto& layers = network.layers;
  const std::vector<int> readers = times_read(network);
  const auto follows = [&](size_t i) {
    return i < layers.size() && layers[i].input == int(i) - 1 && readers[i - 1] == 1;
  };
  size_t i = map + 1;
  if (follows(i) && layers[i].kind == LayerKind::scale) ++i;
  if (!follows(i) || !is_one_row(layers[i]) || !follows(i + 1) || !is_matrix(layers[i + 1])) return nullptr;
  const Layer& matrix = layers[++i];
  if (channels % kByteLanes != 0 || channels > kMostByteChannels || matrix.in_channels % channels != 0 ||
      matrix.out_channels % kByteLanes != 0)
    return nullptr;
  return std::unique_ptr<ByteMatrix>(new ByteMatrix(network, map + 1, i, channels));
}

ByteMatrix::ByteMatrix(const Network& network, size_t first_layer, size_t last_layer, int channels)
    : first_layer_(first_layer), last_layer_(last_layer), channels_(channels) {
  const Layer &before = network.layers[first_layer], &matrix = network.layers[last_layer];
  pixels_ = matrix.in_channels / channels, outputs_ = matrix.out_channels;
  const auto inputs = size_t(channels), pixels = size_t(pixels_), outputs = size_t(outputs_);
  factors_ = aligned_zeros(inputs), terms_ = aligned_zeros(inputs), bias_ = aligned_zeros(outputs);
  for (size_t c = 0; c < inputs; ++c) {
    const bool scaled = before.kind == LayerKind::scale;
    factors_[c] = scaled ? of_channel(before.weights, c) : 1, terms_[c] = scaled ? of_channel(before.bias, c) : 0;
  }
  weights_.resize(inputs * pixels * outputs);
  scales_ = aligned_zeros(pixels * outputs), sums_ = aligned_zeros(pixels * outputs);
  for (size_t o = 0; o < outputs; ++o) {
    bias_[o] = matrix.bias[o];
    for (size_t p = 0; p < pixels; ++p)
      std::tie(scales_[p * outputs + o], sums_[p * outputs + o]) =
          round_weights(matrix.weights.data() + o * inputs * pixels + p, inputs, pixels, [&](size_t c, int8_t weight) {
            weights_[byte_weight_place(inputs * pixels, outputs, p * inputs + c, o)] = weight;
          });
  }
}

int64_t ByteMatrix::scratch() const {
  const int64_t bytes = int64_t{kMostByteMaps} * pixels_ * channels_;
  return (bytes + 3) / 4 + 2 * int64_t{kMostByteMaps} * pixels_;
}

void ByteMatrix::run(float* maps, int count, float* scratch, float* out) const {
  const int64_t size = int64_t{pixels_} * channels_;
  auto* const bytes = reinterpret_cast<uint8_t*>(scratch);
  float* const steps = scratch + (kMostByteMaps * size + 3) / 4;
  float* const least = steps + int64_t{kMostByteMaps} * pixels_;
  for (int begin = 0; begin < count; begin += kMostByteMaps) {
    const int together = std::min(kMostByteMaps, count - begin);
    float* const values = maps + begin * size;
    const BytePixels pixels{bytes, steps, least, channels_};
    scaled_to_bytes(values, together * pixels_, factors_.get(), terms_.get(), pixels);
    multiply_byte_maps({pixels, together, pixels_, weights_.data(), scales_.get(), sums_.get(), bias_.get(), outputs_,
                        out + int64_t{begin} * outputs_});
  }
}

}  // namespace visavis
