// detect: strips give what the network gives for the whole tensor.
#include "detect/strip_scorer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "nn/backend.h"

namespace visavis {
namespace {

Layer convolution(int in, int out, int kernel, int stride, bool relu, std::mt19937& random) {
  std::uniform_real_distribution<float> value(-0.2f, 0.2f);
  Layer layer;
  layer.in_channels = in;
  layer.out_channels = out;
  layer.kernel_height = layer.kernel_width = kernel;
  layer.stride = stride;
  layer.padding_height = layer.padding_width = stride == 1 ? kernel / 2 : 0;
  layer.relu = relu;
  layer.weights.resize(size_t(in) * out * kernel * kernel);
  for (float& weight : layer.weights) weight = value(random);
  layer.bias.resize(out);
  for (float& bias : layer.bias) bias = value(random);
  return layer;
}

// Like dlib's detector in kind, smaller; the last layer has one channel and a wide kernel.
Network small_network() {
  std::mt19937 random(1);
  Network network;
  network.layers = {convolution(3, 8, 5, 2, true, random), convolution(8, 8, 5, 2, true, random),
                    convolution(8, 10, 5, 1, true, random), convolution(10, 1, 9, 1, false, random)};
  for (int i = 0; i < 4; ++i) network.layers[i].input = i - 1;
  return network;
}

// The definition of a convolution, in double precision.
Tensor reference(const Network& network, Tensor in) {
  for (const Layer& layer : network.layers) {
    Tensor out;
    out.resize(1, layer.out_channels, (in.height + 2 * layer.padding_height - layer.kernel_height) / layer.stride + 1,
               (in.width + 2 * layer.padding_width - layer.kernel_width) / layer.stride + 1);
    size_t next = 0;
    for (int o = 0; o < out.channels; ++o)
      for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x) {
          double sum = layer.bias[o];
          for (int i = 0; i < in.channels; ++i)
            for (int ky = 0; ky < layer.kernel_height; ++ky)
              for (int kx = 0; kx < layer.kernel_width; ++kx) {
                const int r = y * layer.stride + ky - layer.padding_height,
                          c = x * layer.stride + kx - layer.padding_width;
                if (r < 0 || c < 0 || r >= in.height || c >= in.width) continue;
                const size_t weight =
                    ((size_t(o) * in.channels + i) * layer.kernel_height + ky) * layer.kernel_width + kx;
                sum += double(layer.weights[weight]) * in.values[(size_t(i) * in.height + r) * in.width + c];
              }
          out.values[next++] = float(layer.relu ? std::max(0.0, sum) : sum);
        }
    in = std::move(out);
  }
  return in;
}

Tensor noise(int height, int width) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> value(-1, 1);
  Tensor tensor;
  tensor.resize(1, 3, height, width);
  for (float& v : tensor.values) v = value(random);
  return tensor;
}

class StripScorerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (choose_backend(Backend::automatic).backend == Backend::dlib)
      GTEST_SKIP() << "no backend but dlib in this build";
  }
  static StripScorer scorer(int strip_pixels) {
    return StripScorer(network(), make_runner(choose_backend(Backend::automatic).backend, network()), strip_pixels);
  }
  static const Network& network() {
    static const Network made = small_network();
    return made;
  }
};

TEST_F(StripScorerTest, GivesTheNetworksOutputWhateverTheStrips) {
  for (const auto& [height, width] : {std::pair{700, 61}, {333, 40}, {13, 13}, {16, 90}}) {
    const Tensor input = noise(height, width), expected = reference(network(), input);
    for (const int strip_pixels : {1, 10'000, 100'000'000}) {
      Tensor scores;
      scorer(strip_pixels).score(input.values.data(), height, width, scores, 2);
      ASSERT_EQ(scores.height, expected.height);
      ASSERT_EQ(scores.width, expected.width);
      for (size_t i = 0; i < expected.values.size(); ++i)
        ASSERT_NEAR(scores.values[i], expected.values[i], 2e-5) << height << "x" << width << " at " << i;
    }
  }
}

TEST_F(StripScorerTest, ThreadsChangeNothing) {
  const Tensor input = noise(500, 80);
  Tensor one, two;
  scorer(20'000).score(input.values.data(), 500, 80, one, 1);
  scorer(20'000).score(input.values.data(), 500, 80, two, 2);
  EXPECT_EQ(one.values, two.values);
}

TEST_F(StripScorerTest, ATensorSmallerThanTheFieldOfViewHasNoScores) {
  const Tensor input = noise(12, 80);
  Tensor scores;
  scorer(20'000).score(input.values.data(), 12, 80, scores, 1);
  EXPECT_TRUE(scores.values.empty());
}

}  // namespace
}  // namespace visavis
