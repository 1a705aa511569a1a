// nn/small_convolutions: what the definition of the layers gives, in every size, on every instruction set.
#include "nn/small_convolutions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "nn/reference_runner.h"
#include "nn/runner.h"
#include "support/simd_targets.h"

namespace visavis {
namespace {

std::vector<float> some_values(size_t count, float seed) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = std::sin(seed + float(i) * 1.7f);
  return values;
}

Layer convolution(int input, int in_channels, int out_channels, int kernel, int stride = 1, int groups = 1) {
  Layer layer;
  layer.input = input;
  layer.in_channels = in_channels, layer.out_channels = out_channels;
  layer.kernel_height = layer.kernel_width = kernel;
  layer.padding_height = layer.padding_width = kernel / 2;
  layer.stride = stride, layer.groups = groups;
  layer.weights = some_values(size_t(out_channels) * (in_channels / groups) * kernel * kernel, float(out_channels));
  layer.bias = some_values(size_t(out_channels), 0.3f);
  return layer;
}

Layer pool(int input) {
  Layer layer;
  layer.kind = LayerKind::max_pool;
  layer.input = input;
  layer.kernel_height = layer.kernel_width = layer.stride = 2;
  return layer;
}

// Adds a pair to the network; its number is that of its last layer.
int add_pair(Network& network, int input, int in_channels, int out_channels, bool relu) {
  network.layers.push_back(convolution(input, in_channels, out_channels, 1));
  network.layers.push_back(convolution(int(network.layers.size()) - 1, out_channels, out_channels, 3, 1, out_channels));
  network.layers.back().relu = relu;
  return int(network.layers.size()) - 1;
}

std::vector<float> by_pixel(const Tensor& planes) {
  std::vector<float> values;
  for (int place = 0; place < planes.height * planes.width; ++place)
    for (int c = 0; c < planes.channels; ++c)
      values.push_back(planes.values[size_t(c) * planes.height * planes.width + size_t(place)]);
  return values;
}

hwy::AlignedFreeUniquePtr<float[]> aligned(size_t count, float value) {
  auto made = hwy::AllocateAligned<float>(count);
  std::fill_n(made.get(), count, value);
  return made;
}

// Runs the only one of the network's pairs, and compares it with what the network gives.
void expect_the_definition(const Network& network, const Shape& shape) {
  Tensor input;
  input.resize(1, shape.channels, shape.height, shape.width);
  input.values = some_values(input.values.size(), 2);
  std::vector<Tensor> expected(std::max<size_t>(network.outputs.size(), 1));
  make_reference_runner(network)->run_all(input, expected, 1);

  const auto all = Separable::all_of(network);
  ASSERT_EQ(all.size(), 1u);
  const Separable& separable = all[0];
  ASSERT_EQ(separable.parts().size(), expected.size());
  ASSERT_EQ(separable.out_height(shape.height), expected[0].height);
  ASSERT_EQ(separable.out_width(shape.width), expected[0].width);
  const std::vector<float> in = separable.reads_planes() ? input.values : by_pixel(input);
  const size_t places = size_t(expected[0].height) * expected[0].width, channels = size_t(separable.channels());
  testing_support::for_each_simd_target([&] {
    const auto scratch = aligned(size_t(separable.scratch(shape.width)), NAN), out = aligned(places * channels, NAN);
    separable.run(in.data(), shape.height, shape.width, scratch.get(), out.get());
    for (size_t part = 0; part < expected.size(); ++part) {
      const std::vector<float> wanted = by_pixel(expected[part]);
      const auto own = size_t(separable.parts()[part].channels), first = size_t(separable.parts()[part].first);
      for (size_t place = 0; place < places; ++place)
        for (size_t c = 0; c < own; ++c)
          ASSERT_NEAR(out[place * channels + first + c], wanted[place * own + c], 1e-4f)
              << shape.height << "x" << shape.width << ", part " << part << ", place " << place << ", channel " << c;
    }
  });
}

constexpr std::pair<int, int> kSizes[] = {{1, 1}, {1, 7}, {2, 2}, {5, 3}, {6, 13}, {9, 24}, {4, 31}};

TEST(SmallConvolutions, APairIsWhatItsLayersGive) {
  for (const auto& [height, width] : kSizes)
    for (const auto& [in_channels, out_channels] : {std::pair{1, 9}, {16, 16}, {32, 48}, {5, 64}, {64, 20}})
      for (const bool relu : {false, true}) {
        Network network;
        add_pair(network, kNetworkInput, in_channels, out_channels, relu);
        expect_the_definition(network, {1, in_channels, height, width});
      }
}

TEST(SmallConvolutions, PairsThatReadTheSameAreOne) {
  for (const auto& [height, width] : kSizes) {
    Network network;
    for (const int channels : {1, 4, 10, 3}) {
      const int made = add_pair(network, kNetworkInput, 64, channels, false);
      network.outputs.push_back({made, std::to_string(channels)});
    }
    expect_the_definition(network, {1, 64, height, width});
  }
}

TEST(SmallConvolutions, TheLargestOfFourIsTakenOnTheWay) {
  for (const auto& [height, width] : kSizes) {
    if (height < 2 || width < 2) continue;
    Network network;
    network.layers.push_back(pool(add_pair(network, kNetworkInput, 8, 32, true)));
    expect_the_definition(network, {1, 8, height, width});
    EXPECT_EQ(Separable::all_of(network)[0].parts()[0].layers.size(), 3u);
  }
}

TEST(SmallConvolutions, TheFirstConvolutionIsTakenOnTheWay) {
  for (const auto& [height, width] : kSizes)
    for (const int stride : {1, 2, 3})
      for (const bool more : {false, true}) {
        Network network;
        network.layers.push_back(convolution(kNetworkInput, 3, 16, 3, stride));
        network.layers[0].relu = true;
        network.layers[0].more_bottom = network.layers[0].more_right = more;
        add_pair(network, 0, 16, 16, true);
        expect_the_definition(network, {1, 3, height, width});
        EXPECT_TRUE(Separable::all_of(network)[0].reads_planes());
      }
}

// It was taken for the first convolution before the pair, and a layer was read that is not there.
TEST(SmallConvolutions, APairMayBeginTheNetwork) {
  for (const int channels : {1, 3, 4}) {
    Network network;
    add_pair(network, kNetworkInput, channels, 16, true);
    expect_the_definition(network, {1, channels, 5, 7});
    EXPECT_FALSE(Separable::all_of(network)[0].reads_planes());
    Network two;
    two.layers.push_back(convolution(kNetworkInput, channels, 16, 1));
    add_pair(two, 0, 16, 16, true);
    expect_the_definition(two, {1, channels, 5, 7});
    EXPECT_TRUE(Separable::all_of(two)[0].reads_planes());
  }
}

TEST(SmallConvolutions, WhatSomebodyElseReadsIsNotTakenOnTheWay) {
  Network network;
  network.layers.push_back(convolution(kNetworkInput, 3, 16, 3, 2));
  network.layers.push_back(pool(add_pair(network, 0, 16, 16, true)));
  EXPECT_EQ(Separable::all_of(network)[0].parts()[0].layers, (std::vector<size_t>{0, 1, 2, 3}));
  network.outputs = {{3, "last"}, {0, "first"}, {2, "pair"}};
  EXPECT_EQ(Separable::all_of(network)[0].parts()[0].layers, (std::vector<size_t>{1, 2}));
  network.outputs.push_back({1, "within"});
  EXPECT_TRUE(Separable::all_of(network).empty());
}

TEST(SmallConvolutions, OtherConvolutionsAreLeft) {
  const auto with = [](auto change, int channels = 16) {
    Network network;
    add_pair(network, kNetworkInput, 4, channels, false);
    change(network.layers[0], network.layers[1]);
    return Separable::all_of(network).size();
  };
  EXPECT_EQ(with([](Layer&, Layer&) {}), 1u);
  EXPECT_EQ(with([](Layer&, Layer&) {}, 1), 0u) << "15 of 16 channels would be for nothing";
  EXPECT_EQ(with([](Layer& first, Layer&) { first.relu = true; }), 0u);
  EXPECT_EQ(with([](Layer& first, Layer&) { first.groups = 4; }), 0u);
  EXPECT_EQ(with([](Layer& first, Layer&) { first.addend = kNetworkInput; }), 0u);
  EXPECT_EQ(with([](Layer&, Layer& second) { second.stride = 2; }), 0u);
  EXPECT_EQ(with([](Layer&, Layer& second) { second.more_right = 1; }), 0u);
  EXPECT_EQ(with([](Layer&, Layer& second) { second.padding_height = 0; }), 0u);
  EXPECT_EQ(with([](Layer&, Layer& second) { second.groups = 8; }), 0u);
}

}  // namespace
}  // namespace visavis
