// nn/backend: what is asked for is taken or refused, and the engine can say why.
#include "nn/backend.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "nn/onnx/read_network.h"
#include "nn/reference_runner.h"
#include "support/fixtures.h"
#include "unit/nn/onnx/small_model.h"

namespace visavis {
namespace {

TEST(Backend, TheReferenceIsAlwaysThere) {
  const auto names = backend_names();
  EXPECT_EQ(names.back(), "dlib");
  EXPECT_EQ(choose_backend(Backend::dlib).backend, Backend::dlib);
}

TEST(Backend, AutomaticTakesThePreferredOneAndSaysWhy) {
  const BackendChoice choice = choose_backend(Backend::automatic);
  EXPECT_NE(choice.backend, Backend::automatic);
  EXPECT_EQ(choice.why.substr(0, choice.why.find(':')), backend_names().front());
}

TEST(Backend, WhatRunsHereIsTakenAndTheRestRefusedWithTheFix) {
  const auto names = backend_names();
  for (const std::string name : {"onednn", "opencv"}) {
    const Backend backend = testing_support::backend_named(name);
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      EXPECT_EQ(choose_backend(backend).backend, backend);
      continue;
    }
    const Error e = testing_support::error_of([&] { choose_backend(backend); });
    EXPECT_EQ(e.code(), VAV_E_UNSUPPORTED);
    EXPECT_NE(std::string(e.what()).find("Debian"), std::string::npos);
  }
}

Tensor pictures(int count, const Shape& shape) {
  Tensor made;
  made.resize(count, shape.channels, shape.height, shape.width);
  for (size_t i = 0; i < made.values.size(); ++i) made.values[i] = 3 * std::sin(float(i));
  return made;
}

std::vector<Tensor> outputs_of(const Runner& runner, const Tensor& input, size_t count, int threads) {
  std::vector<Tensor> outputs(count);
  runner.run_all(input, outputs, threads);
  return outputs;
}

TEST(Backend, OneDnnGivesWhatTheDefinitionGives) {
  const auto names = backend_names();
  if (std::find(names.begin(), names.end(), "onednn") == names.end()) GTEST_SKIP() << "no oneDNN here";
  const std::string file = testing_support::small_model();
  const Network network = read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  const size_t count = network.outputs.size();
  const auto reference = make_reference_runner(network), runner = make_runner(Backend::onednn, network);
  const Tensor seven = pictures(7, network.input);
  const auto expected = outputs_of(*reference, seven, count, 1), got = outputs_of(*runner, seven, count, 2);
  for (size_t i = 0; i < count; ++i) {
    ASSERT_EQ(static_cast<const Shape&>(got[i]), static_cast<const Shape&>(expected[i]));
    for (size_t k = 0; k < got[i].values.size(); ++k)
      ASSERT_NEAR(got[i].values[k], expected[i].values[k], 1e-5f) << network.outputs[i].name << " " << k;
  }
  // A picture alone gives the same to the last bit.
  Tensor one = pictures(1, network.input);
  const auto alone = outputs_of(*runner, one, count, 1);
  for (size_t i = 0; i < count; ++i)
    EXPECT_TRUE(std::equal(alone[i].values.begin(), alone[i].values.end(), got[i].values.begin()));
}

// Networks of layers that read one another at random: which are computed together, and over whose memory, differs.
class SomeNetwork {
 public:
  explicit SomeNetwork(unsigned seed) : random_(seed) {
    channels_.push_back(pick({3, 4, 16}));
    network.input = {1, channels_[0], pick({5, 8, 12}), pick({6, 8, 13})};
    const int layers = pick({3, 6, 12});
    for (int i = 0; i < layers; ++i) add();
    const auto last = int(network.layers.size()) - 1;
    network.outputs = {{last, "last"}};
    for (const int more : {pick({0, 1, 2}), pick({0, 1, 2, 3, 4, 5})})
      if (more < last) network.outputs.push_back({more, std::to_string(more)});
  }

  Network network;

 private:
  int pick(std::initializer_list<int> from) { return from.begin()[random_() % from.size()]; }
  float real() { return float(int(random_() % 2001) - 1000) / 1000; }
  int channels_of(int layer) const { return channels_[size_t(layer + 1)]; }

  // Mostly the newest layer.
  int some_layer() {
    const int count = int(network.layers.size());
    return random_() % 3 ? count - 1 : int(random_() % unsigned(count + 1)) - 1;
  }

  void push(Layer layer, int channels) {
    network.layers.push_back(std::move(layer));
    channels_.push_back(channels);
  }

  Layer convolution(int input, int out_channels, int kernel, int groups) {
    Layer layer;
    layer.input = input;
    layer.in_channels = channels_of(input), layer.out_channels = out_channels, layer.groups = groups;
    layer.kernel_height = layer.kernel_width = kernel;
    layer.padding_height = layer.padding_width = kernel / 2;
    layer.relu = random_() % 2;
    layer.weights.resize(size_t(out_channels) * (layer.in_channels / groups) * kernel * kernel);
    layer.bias.resize(size_t(out_channels));
    for (float& weight : layer.weights) weight = real() / float(kernel * kernel);
    for (float& bias : layer.bias) bias = real();
    return layer;
  }

  // All keep the height and width, so that any two can be added.
  void add() {
    const int input = some_layer(), channels = channels_of(input), out = pick({1, 4, 16, 20, 32});
    switch (random_() % 6) {
      case 0:
      case 1: {  // a pair, perhaps with others that read the same
        for (int pairs = pick({1, 1, 3}); pairs > 0; --pairs) {
          Layer first = convolution(input, out, 1, 1);
          first.relu = random_() % 4 == 0;
          push(std::move(first), out);
          push(convolution(int(network.layers.size()) - 1, out, 3, out), out);
        }
        return;
      }
      case 2:
        return push(convolution(input, out, 3, 1), out);
      case 3: {
        Layer layer = convolution(input, channels, 3, 1);
        layer.addend = input;
        return push(std::move(layer), channels);
      }
      case 4: {
        Layer layer;
        layer.kind = pick({0, 1}) ? LayerKind::relu : LayerKind::sigmoid;
        layer.input = input;
        return push(std::move(layer), channels);
      }
      default: {
        const int other = some_layer();
        Layer layer;
        layer.kind = channels_of(other) == channels && random_() % 2 ? LayerKind::add : LayerKind::concat;
        layer.input = input, layer.more_inputs = {other};
        const bool add = layer.kind == LayerKind::add;
        return push(std::move(layer), add ? channels : channels + channels_of(other));
      }
    }
  }

  std::mt19937 random_;
  std::vector<int> channels_;  // of the input, then of each layer
};

TEST(Backend, OneDnnRunsAnyNetworkAsTheDefinitionDoes) {
  const auto names = backend_names();
  if (std::find(names.begin(), names.end(), "onednn") == names.end()) GTEST_SKIP() << "no oneDNN here";
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Network network = SomeNetwork(seed).network;
    const Tensor input = pictures(3, network.input);
    const size_t count = network.outputs.size();
    const auto expected = outputs_of(*make_reference_runner(network), input, count, 1);
    const auto got = outputs_of(*make_runner(Backend::onednn, network), input, count, 2);
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(static_cast<const Shape&>(got[i]), static_cast<const Shape&>(expected[i])) << seed;
      for (size_t k = 0; k < got[i].values.size(); ++k) {
        const float wanted = expected[i].values[k];
        ASSERT_NEAR(got[i].values[k], wanted, 1e-4f * std::max(1.0f, std::abs(wanted)))
            << "seed " << seed << ", output " << network.outputs[i].name << ", value " << k;
      }
    }
  }
}

TEST(Backend, OneDnnRefusesAnInputThatDoesNotFit) {
  const auto names = backend_names();
  if (std::find(names.begin(), names.end(), "onednn") == names.end()) GTEST_SKIP() << "no oneDNN here";
  const std::string file = testing_support::small_model();
  const Network network = read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  const auto runner = make_runner(Backend::onednn, network);
  for (const Shape& shape : {Shape{1, 3, 6, 6}, Shape{1, 2, 7, 6}, Shape{1, 2, 1, 1}})
    EXPECT_EQ(
        testing_support::error_of([&] { outputs_of(*runner, pictures(1, shape), network.outputs.size(), 1); }).code(),
        VAV_E_INVALID_ARGUMENT);
}

TEST(Backend, OpenCvRefusesANetworkWithLayersThatItDoesNotRun) {
  const auto names = backend_names();
  if (std::find(names.begin(), names.end(), "opencv") == names.end()) GTEST_SKIP() << "no OpenCV here";
  Network network;
  network.layers.resize(1);
  network.layers[0].kind = LayerKind::sigmoid;
  const Error e = testing_support::error_of([&] { make_runner(Backend::opencv, network); });
  EXPECT_EQ(e.code(), VAV_E_UNSUPPORTED);
  EXPECT_NE(std::string(e.what()).find("sigmoid"), std::string::npos);

  network.layers[0].kind = LayerKind::global_average;
  network.outputs = {{0, "a"}, {0, "b"}};
  EXPECT_EQ(testing_support::error_of([&] { make_runner(Backend::opencv, network); }).code(), VAV_E_UNSUPPORTED);
}

}  // namespace
}  // namespace visavis
