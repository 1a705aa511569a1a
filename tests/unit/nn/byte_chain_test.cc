// nn/byte_chain: what a plain loop gives that rounds in the same way, in every size; only networks that begin as it needs.
#include "nn/byte_chain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nn/backend.h"
#include "nn/reference_runner.h"
#include "nn/runner.h"

namespace visavis {
namespace {

std::vector<float> some_numbers(size_t count, float seed) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = std::sin(seed + float(i) * 1.7f);
  return values;
}

void add_convolution(Network& network, int in_channels, int out_channels, int kernel, int stride, int groups) {
  Layer layer;
  layer.input = int(network.layers.size()) - 1;
  layer.in_channels = in_channels, layer.out_channels = out_channels;
  layer.kernel_height = layer.kernel_width = kernel;
  layer.padding_height = layer.padding_width = kernel / 2;
  layer.stride = stride, layer.groups = groups;
  layer.weights = some_numbers(size_t(out_channels) * (in_channels / groups) * kernel * kernel, float(out_channels));
  layer.bias = some_numbers(size_t(out_channels), 0.3f);
  network.layers.push_back(layer);
  Layer slopes;
  slopes.kind = LayerKind::prelu;
  slopes.input = int(network.layers.size()) - 1;
  slopes.weights = some_numbers(size_t(out_channels), 2);
  network.layers.push_back(slopes);
}

struct Step {
  int out_channels, stride;
};

Network network_of(int first, const std::vector<Step>& steps) {
  Network network;
  add_convolution(network, 3, first, 3, 1, 1);
  int channels = first;
  for (const auto& [out, stride] : steps) {
    add_convolution(network, channels, channels, 3, stride, channels);
    add_convolution(network, channels, out, 1, 1, 1);
    channels = out;
  }
  return network;
}

// In the place of the values that a 1×1 reads, and of its weights, what they become as bytes.
void round_pixels(Tensor& values) {
  const size_t places = size_t(values.height) * values.width;
  for (size_t place = 0; place < places; ++place) {
    const auto at = [&](int c) -> float& { return values.values[size_t(c) * places + place]; };
    float least = at(0), most = at(0);
    for (int c = 0; c < values.channels; ++c) least = std::min(least, at(c)), most = std::max(most, at(c));
    const float step = (most - least) / 255;
    for (int c = 0; c < values.channels; ++c)
      at(c) = step > 0 ? std::nearbyint((at(c) - least) * (255 / (most - least))) * step + least : least;
  }
}

void round_weights(Layer& layer) {
  const auto each = size_t(layer.in_channels);
  for (size_t o = 0; o < size_t(layer.out_channels); ++o) {
    const auto begin = layer.weights.begin() + ptrdiff_t(o * each), end = begin + ptrdiff_t(each);
    float largest = 0;
    for (auto w = begin; w != end; ++w) largest = std::max(largest, std::abs(*w));
    for (auto w = begin; w != end; ++w) *w = float(std::lround(*w / (largest / 127))) * (largest / 127);
  }
}

Tensor by_plain_loops(const Network& network, Tensor values) {
  for (Layer layer : network.layers) {
    layer.input = kNetworkInput;
    if (layer.kernel_height == 1) round_pixels(values), round_weights(layer);
    Network one;
    one.layers.push_back(layer);
    Tensor next;
    make_reference_runner(one)->run(values, next, 1);
    values = next;
  }
  return values;
}

Tensor some_picture(int height, int width) {
  Tensor picture;
  picture.resize(1, 3, height, width);
  picture.values = some_numbers(picture.values.size(), float(width));
  return picture;
}

TEST(ByteChainTest, GivesWhatPlainLoopsGiveThatRoundLikeIt) {
  if (!ByteChain::runs_here()) GTEST_SKIP() << "this CPU has no AVX-512 VNNI";
  const std::vector<std::vector<Step>> all = {{{64, 1}}, {{16, 2}}, {{48, 1}, {80, 2}}, {{64, 2}, {128, 1}, {144, 2}}};
  for (const int first : {16, 32})
    for (const auto& steps : all)
      for (const auto& [height, width] : {std::pair{1, 1}, {2, 3}, {7, 5}, {16, 13}, {31, 100}}) {
        const Network network = network_of(first, steps);
        const auto chain = ByteChain::of(network);
        ASSERT_TRUE(chain);
        EXPECT_EQ(chain->first(), 0u);
        EXPECT_EQ(chain->last() + 1, network.layers.size());
        const Tensor picture = some_picture(height, width), expected = by_plain_loops(network, picture);
        ASSERT_EQ(chain->channels(), expected.channels);
        ASSERT_EQ(chain->out_height(height), expected.height);
        ASSERT_EQ(chain->out_width(width), expected.width);
        const AlignedFloats scratch = aligned_floats(size_t(chain->scratch(height, width)));
        std::fill_n(scratch.get(), chain->scratch(height, width), std::nanf(""));  // must not be read
        const AlignedFloats out = aligned_floats(expected.values.size());
        chain->run(picture.values.data(), height, width, scratch.get(), out.get());
        // A sum in another order may tip a byte over to the next step: then a few values are off by a little.
        double wrong = 0, size = 0;
        const size_t places = size_t(expected.height) * expected.width;
        for (size_t i = 0; i < expected.values.size(); ++i) {
          const float value = out[i % places * size_t(expected.channels) + i / places];
          wrong += std::pow(double(value) - double(expected.values[i]), 2);
          size += std::pow(double(expected.values[i]), 2);
        }
        EXPECT_LT(std::sqrt(wrong / size), 2e-3) << first << " channels, " << height << "x" << width;
      }
}

TEST(ByteChainTest, TakesNoOtherNetwork) {
  const Network fits = network_of(32, {{64, 1}, {64, 2}});
  EXPECT_TRUE(ByteChain::of(fits));
  Network odd = network_of(32, {{40, 1}});
  EXPECT_FALSE(ByteChain::of(odd));
  Network without_pairs = network_of(32, {});
  EXPECT_FALSE(ByteChain::of(without_pairs));
  Network padded = fits;
  padded.layers[2].more_right = 1;
  EXPECT_FALSE(ByteChain::of(padded));
  // Somebody else reads what lies between two pairs: it ends before.
  Network read = fits;
  read.outputs = {{7, "between"}, {9, "last"}};
  const auto chain = ByteChain::of(read);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->last(), 5u);
}

TEST(ByteChainTest, ARunnerTakesItOnlyWhereItMayRound) {
  if (backend_names().front() != "onednn") GTEST_SKIP() << "no other backend has it";
  Network network = network_of(32, {{64, 1}, {64, 2}, {128, 1}});
  // So that byte_matrix.h takes part. Of a channel, all pixels weigh the same.
  Layer row, matrix;
  constexpr int kChannels = 128, kPixels = 20 * 12, kOutputs = 32;
  row.kind = LayerKind::reshape, row.input = int(network.layers.size()) - 1;
  matrix.input = row.input + 1, matrix.in_channels = kChannels * kPixels, matrix.out_channels = kOutputs;
  matrix.kernel_height = matrix.kernel_width = 1;
  for (const float weight : some_numbers(size_t{kChannels} * kOutputs, 5))
    matrix.weights.insert(matrix.weights.end(), kPixels, weight);
  matrix.bias = some_numbers(kOutputs, 6);
  network.layers.insert(network.layers.end(), {row, matrix});
  Tensor pictures = some_picture(40, 24), exact, plain, fast;
  const std::vector<float> first = pictures.values;
  pictures.resize(3, 3, 40, 24);
  for (size_t i = 0; i < pictures.values.size(); ++i) pictures.values[i] = first[i * 7 % first.size()];
  make_reference_runner(network)->run(pictures, exact, 1);
  make_runner(Backend::onednn, network)->run(pictures, plain, 2);
  network.may_round = true;
  const auto runner = make_runner(Backend::onednn, network);
  runner->run(pictures, fast, 2);
  ASSERT_EQ(fast.values.size(), exact.values.size());
  double largest = 0, off = 0, off_plain = 0;
  for (size_t i = 0; i < exact.values.size(); ++i) {
    largest = std::max(largest, double(std::abs(exact.values[i])));
    off = std::max(off, double(std::abs(exact.values[i] - fast.values[i])));
    off_plain = std::max(off_plain, double(std::abs(exact.values[i] - plain.values[i])));
  }
  EXPECT_LT(off_plain, 1e-5 * largest);
  EXPECT_LT(off, 0.05 * largest);
  EXPECT_EQ(off > off_plain * 10, ByteChain::runs_here());
  // A picture gives the same alone as among others.
  Tensor one, alone;
  one.resize(1, 3, 40, 24);
  std::copy_n(pictures.values.begin() + ptrdiff_t(one.values.size()), one.values.size(), one.values.begin());
  runner->run(one, alone, 1);
  for (size_t i = 0; i < alone.values.size(); ++i) ASSERT_EQ(alone.values[i], fast.values[alone.values.size() + i]);
}

}  // namespace
}  // namespace visavis
