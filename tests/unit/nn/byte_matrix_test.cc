// nn/byte_matrix: what a plain loop gives that rounds in the same way, for any number of maps; only where a network ends so.
#include "nn/byte_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nn/byte_chain.h"

namespace visavis {
namespace {

std::vector<float> waves(size_t count, float seed) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = std::sin(seed + float(i) * 1.3f);
  return values;
}

// A layer whose map it is, a factor and a term for each channel if asked, then a row times a matrix.
Network network_ending(int channels, int pixels, int outputs, bool scaled) {
  Network network;
  Layer map;
  map.kind = LayerKind::relu;
  network.layers.push_back(map);
  const auto behind = [&](LayerKind kind) -> Layer& {
    Layer layer;
    layer.kind = kind, layer.input = int(network.layers.size()) - 1;
    return network.layers.emplace_back(layer);
  };
  if (scaled) {
    Layer& scale = behind(LayerKind::scale);
    scale.weights = waves(size_t(channels), 0.4f), scale.bias = waves(size_t(channels), 0.9f);
  }
  behind(LayerKind::reshape);
  Layer& matrix = behind(LayerKind::convolution);
  matrix.in_channels = channels * pixels, matrix.out_channels = outputs;
  matrix.kernel_height = matrix.kernel_width = 1;
  matrix.weights = waves(size_t(channels) * size_t(pixels) * size_t(outputs), float(outputs));
  matrix.bias = waves(size_t(outputs), 0.1f);
  return network;
}

// map: [pixels][channels].
std::vector<double> by_plain_loops(const Network& network, const std::vector<float>& map, size_t channels) {
  const Layer& matrix = network.layers.back();
  const size_t inputs = size_t(matrix.in_channels), pixels = inputs / channels;
  std::vector<double> seen(inputs);  // as they lie in the row
  for (size_t p = 0; p < pixels; ++p) {
    std::vector<float> values(map.begin() + ptrdiff_t(p * channels), map.begin() + ptrdiff_t((p + 1) * channels));
    if (const Layer& scale = network.layers[1]; scale.kind == LayerKind::scale)
      for (size_t c = 0; c < channels; ++c) values[c] = std::fma(values[c], scale.weights[c], scale.bias[c]);
    const auto [least, most] = std::ranges::minmax(values);
    const float each = 255 / (most - least);
    for (size_t c = 0; c < channels; ++c)
      seen[c * pixels + p] = least + double((most - least) / 255) * std::nearbyint((values[c] - least) * each);
  }
  std::vector<double> out;
  for (size_t o = 0; o < size_t(matrix.out_channels); ++o) {
    double sum = double(matrix.bias[o]);
    for (size_t p = 0; p < pixels; ++p) {
      const auto weight = [&](size_t c) { return matrix.weights[o * inputs + c * pixels + p]; };
      float largest = 0;
      for (size_t c = 0; c < channels; ++c) largest = std::max(largest, std::abs(weight(c)));
      for (size_t c = 0; c < channels; ++c)
        sum += seen[c * pixels + p] * double(std::lround(weight(c) / (largest / 127))) * double(largest / 127);
    }
    out.push_back(sum);
  }
  return out;
}

TEST(ByteMatrixTest, GivesWhatPlainLoopsGiveThatRoundLikeIt) {
  if (!ByteChain::runs_here()) GTEST_SKIP() << "this CPU has no AVX-512 VNNI";
  for (const auto& [channels, pixels, outputs] : {std::tuple{16, 1, 16}, {32, 6, 80}, {64, 9, 64}, {48, 4, 144}})
    for (const int count : {1, 2, 3, 4, 5, 9}) {
      const Network network = network_ending(channels, pixels, outputs, count % 2 == 1);
      const auto matrix = ByteMatrix::of(network, 0, channels);
      ASSERT_TRUE(matrix);
      EXPECT_EQ(matrix->first(), 1u);
      EXPECT_EQ(matrix->last() + 1, network.layers.size());
      ASSERT_EQ(matrix->outputs(), outputs);
      const size_t size = size_t(channels) * size_t(pixels);
      const std::vector<float> values = waves(size * size_t(count), 3);
      const AlignedFloats maps = aligned_floats(values.size()), out = aligned_floats(size_t(count) * size_t(outputs));
      std::ranges::copy(values, maps.get());
      const AlignedFloats scratch = aligned_floats(size_t(matrix->scratch()));
      std::fill_n(scratch.get(), matrix->scratch(), std::nanf(""));  // must not be read
      matrix->run(maps.get(), count, scratch.get(), out.get());
      for (size_t m = 0; m < size_t(count); ++m) {
        const auto begin = values.begin() + ptrdiff_t(m * size);
        const auto expected = by_plain_loops(network, {begin, begin + ptrdiff_t(size)}, size_t(channels));
        for (size_t o = 0; o < expected.size(); ++o)
          ASSERT_NEAR(out[m * size_t(outputs) + o], expected[o], 1e-3)
              << channels << " channels, " << count << " maps, output " << o << " of map " << m;
      }
    }
}

TEST(ByteMatrixTest, TakesNoOtherNetwork) {
  const Network fits = network_ending(32, 4, 16, true);
  EXPECT_TRUE(ByteMatrix::of(fits, 0, 32));
  EXPECT_FALSE(ByteMatrix::of(fits, 0, 24));
  EXPECT_FALSE(ByteMatrix::of(network_ending(32, 4, 24, true), 0, 32));
  Network square = fits;
  square.layers[2].shape = {-1, 2, 2};
  EXPECT_FALSE(ByteMatrix::of(square, 0, 32));
  Network ending_before = fits;
  ending_before.layers.pop_back();
  EXPECT_FALSE(ByteMatrix::of(ending_before, 0, 32));
  Network read = fits;
  read.outputs = {{2, "row"}, {3, "last"}};
  EXPECT_FALSE(ByteMatrix::of(read, 0, 32));
}

}  // namespace
}  // namespace visavis
