// nn/winograd: what the definition of the layer gives, in every size, on every instruction set.
#include "nn/winograd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nn/definition.h"
#include "support/simd_targets.h"

namespace visavis {
namespace {

Layer convolution(int in_channels, int out_channels, bool relu) {
  Layer layer;
  layer.in_channels = in_channels, layer.out_channels = out_channels, layer.relu = relu;
  layer.kernel_height = layer.kernel_width = 3;
  layer.padding_height = layer.padding_width = 1;
  layer.weights.resize(size_t(in_channels) * out_channels * 9);
  layer.bias.resize(size_t(out_channels));
  for (size_t i = 0; i < layer.weights.size(); ++i) layer.weights[i] = std::sin(float(i) * 1.3f);
  for (size_t i = 0; i < layer.bias.size(); ++i) layer.bias[i] = std::cos(float(i));
  return layer;
}

float value(int seed, int c, int y, int x) { return std::sin(float(seed + 17 * c + 5 * y + 3 * x + c * y * x)); }

hwy::AlignedFreeUniquePtr<float[]> by_pixel(int seed, int count, const Shape& shape) {
  auto made = hwy::AllocateAligned<float>(size_t(count) * shape.height * shape.width * shape.channels);
  size_t i = 0;
  for (int n = 0; n < count; ++n)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x)
        for (int c = 0; c < shape.channels; ++c) made[i++] = value(seed + n, c, y, x);
  return made;
}

void expect_the_definition(int in_channels, int out_channels, int height, int width, int count, bool add, bool relu) {
  const Layer layer = convolution(in_channels, out_channels, relu);
  const Shape in{1, in_channels, height, width}, out{1, out_channels, height, width};
  std::vector<std::vector<float>> expected;
  for (int n = 0; n < count; ++n) {
    std::vector<float> input(size_t(in_channels) * height * width), output(size_t(out_channels) * height * width);
    const Planes from(input.data(), in), to(output.data(), out);
    each_place(from, [&](int c, int y, int x) { from.at(c, y, x) = value(1 + n, c, y, x); });
    run_by_definition(layer, std::vector<Planes>{from}, to);
    each_place(to, [&](int c, int y, int x) {
      float& sum = to.at(c, y, x);
      if (add) sum += value(100 + n, c, y, x);
      if (relu) sum = std::max(sum, 0.0f);
    });
    expected.push_back(output);
  }
  const Winograd winograd(layer);
  testing_support::for_each_simd_target([&] {
    const auto input = by_pixel(1, count, in), output = by_pixel(100, count, out);
    const auto scratch = hwy::AllocateAligned<float>(size_t(winograd.scratch()));
    std::fill_n(scratch.get(), winograd.scratch(), NAN);
    // What is added lies where the output comes.
    winograd.run(input.get(), count, height, width, add ? output.get() : nullptr, scratch.get(), output.get());
    size_t i = 0;
    for (int n = 0; n < count; ++n)
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
          for (int c = 0; c < out_channels; ++c)
            ASSERT_NEAR(output[i++], expected[size_t(n)][(size_t(c) * height + y) * width + x], 2e-4f)
                << height << "x" << width << ", picture " << n << ", " << y << "," << x << ", channel " << c;
  });
}

TEST(Winograd, IsWhatTheLayerGives) {
  for (const auto& [height, width] : {std::pair{1, 1}, {2, 2}, {3, 5}, {8, 8}, {7, 4}, {1, 30}})
    for (const bool add : {false, true}) expect_the_definition(16, 32, height, width, 2, add, !add);
  expect_the_definition(64, 48, 5, 6, 1, true, true);
  expect_the_definition(32, 16, 41, 37, 2, true, true);  // several groups of tiles, and one across two pictures
}

TEST(Winograd, OtherLayersAreLeft) {
  const auto fits = [](auto change, int height = 8, int width = 8) {
    Layer layer = convolution(32, 32, false);
    change(layer);
    return Winograd::fits(layer, height, width);
  };
  EXPECT_TRUE(fits([](Layer&) {}));
  EXPECT_FALSE(fits([](Layer&) {}, 4, 4));
  EXPECT_FALSE(fits([](Layer& layer) { layer.stride = 2; }));
  EXPECT_FALSE(fits([](Layer& layer) { layer.kernel_width = 5; }));
  EXPECT_FALSE(fits([](Layer& layer) { layer.padding_height = 0; }));
  EXPECT_FALSE(fits([](Layer& layer) { layer.more_right = 1; }));
  EXPECT_FALSE(fits([](Layer& layer) { layer.groups = 2; }));
  EXPECT_FALSE(fits([](Layer& layer) { layer.in_channels = 24; }));
  EXPECT_FALSE(fits([](Layer& layer) { layer.out_channels = 10; }));
}

}  // namespace
}  // namespace visavis
