// detect/yunet/yunet_network: reads outputs as their definition says, compared with a plain decoder; one box of those that overlap.
#include "detect/yunet/yunet_network.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "support/fixtures.h"

namespace visavis {
namespace {

constexpr const char* kNames[] = {"cls", "obj", "bbox", "kps"};
constexpr int kEach[] = {1, 1, 4, 10};
constexpr int kStrides[] = {8, 16, 32};

Network named_outputs() {
  Network network;
  for (const char* name : kNames)
    for (const int stride : kStrides) network.outputs.push_back({0, name + std::string("_") + std::to_string(stride)});
  return network;
}

// Gives the outputs it was told, for pictures of any size, and keeps what it was asked about.
class Told : public Runner {
 public:
  explicit Told(std::vector<Tensor> outputs) : outputs_(std::move(outputs)) {}
  void run_all(const Tensor& input, std::span<Tensor> outputs, int) const override {
    asked = input;
    std::ranges::copy(outputs_, outputs.begin());
  }
  mutable Tensor asked;

 private:
  std::vector<Tensor> outputs_;
};

// In the order of named_outputs(), for a picture of width × height, multiples of 32; nothing is seen.
std::vector<Tensor> nothing(int width, int height) {
  std::vector<Tensor> outputs;
  for (const int each : kEach)
    for (const int stride : kStrides) {
      outputs.emplace_back().resize(1, (width / stride) * (height / stride), each, 1);
    }
  return outputs;
}

size_t output(int what, int level) { return size_t(what) * 3 + size_t(level); }

// A face of size × size at a place of a grid.
void put(std::vector<Tensor>& outputs, int level, int columns, int row, int column, float score, float size) {
  const size_t at = size_t(row) * size_t(columns) + size_t(column);
  outputs[output(0, level)].values[at] = score;
  outputs[output(1, level)].values[at] = score;
  for (size_t side : {2, 3}) outputs[output(2, level)].values[at * 4 + side] = std::log(size / float(kStrides[level]));
}

std::vector<SeenFace> look(std::vector<Tensor> outputs, int width, int height, float threshold) {
  const YunetNetwork network(named_outputs(), std::make_unique<Told>(std::move(outputs)));
  const std::vector<uint8_t> pixels(size_t(width) * size_t(height) * 3);
  return network.look({pixels.data(), width, height, int64_t{3} * width}, threshold);
}

TEST(YunetNetwork, ReadsWhatThePlainDecoderReads) {
  constexpr int kWidth = 96, kHeight = 64;
  std::mt19937 random(7);
  std::uniform_real_distribution<float> share(-0.2f, 1.2f), small(-0.5f, 0.5f);
  auto outputs = nothing(kWidth, kHeight);
  for (size_t i = 0; i < outputs.size(); ++i)
    for (float& value : outputs[i].values) value = i < 6 ? share(random) : small(random);
  // As the network's authors write it: one place after the other.
  std::vector<SeenFace> all;
  for (int level = 0; level < 3; ++level) {
    const int stride = kStrides[level], columns = kWidth / stride;
    for (int row = 0; row < kHeight / stride; ++row)
      for (int column = 0; column < columns; ++column) {
        const int at = row * columns + column;
        const auto value = [&](int what, int k) {
          return outputs[output(what, level)].values[size_t(at * kEach[what] + k)];
        };
        const auto within = [](float v) { return std::min(std::max(v, 0.f), 1.f); };
        const float score = std::sqrt(within(value(0, 0)) * within(value(1, 0)));
        const float x = (float(column) + value(2, 0)) * float(stride), y = (float(row) + value(2, 1)) * float(stride);
        const float width = std::exp(value(2, 2)) * float(stride), height = std::exp(value(2, 3)) * float(stride);
        SeenFace face{x - width / 2, y - height / 2, width, height, score, {}};
        for (int k = 0; k < 5; ++k)
          face.points[size_t(k)] = {(float(column) + value(3, 2 * k)) * float(stride),
                                    (float(row) + value(3, 2 * k + 1)) * float(stride)};
        if (score >= 0.3f) all.push_back(face);
      }
  }
  std::ranges::stable_sort(all, std::greater(), &SeenFace::score);
  std::vector<SeenFace> expected;
  for (const SeenFace& face : all) {
    const auto overlaps = [&](const SeenFace& other) {
      const float across = std::min(face.left + face.width, other.left + other.width) - std::max(face.left, other.left);
      const float down = std::min(face.top + face.height, other.top + other.height) - std::max(face.top, other.top);
      const float both = std::max(across, 0.f) * std::max(down, 0.f);
      return both / (face.width * face.height + other.width * other.height - both) > 0.3f;
    };
    if (std::ranges::none_of(expected, overlaps)) expected.push_back(face);
  }
  const auto seen = look(outputs, kWidth, kHeight, 0.3f);
  ASSERT_GT(expected.size(), 10u);
  ASSERT_EQ(seen.size(), expected.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_FLOAT_EQ(seen[i].left, expected[i].left);
    EXPECT_FLOAT_EQ(seen[i].top, expected[i].top);
    EXPECT_FLOAT_EQ(seen[i].width, expected[i].width);
    EXPECT_FLOAT_EQ(seen[i].score, expected[i].score);
    EXPECT_EQ(seen[i].points, expected[i].points);
  }
}

TEST(YunetNetwork, GetsColoursInItsOrderAndBlackBeyondThePicture) {
  auto runner = std::make_unique<Told>(nothing(64, 32));
  const Told& told = *runner;
  const YunetNetwork network(named_outputs(), std::move(runner));
  const std::vector<uint8_t> pixels = [] {
    std::vector<uint8_t> list;
    for (int i = 0; i < 33 * 2; ++i) list.insert(list.end(), {1, 2, 3});
    return list;
  }();
  EXPECT_TRUE(network.look({pixels.data(), 33, 2, 99}, 0.5f).empty());
  ASSERT_EQ(told.asked.width, 64);
  ASSERT_EQ(told.asked.height, 32);
  const auto at = [&](int channel, int y, int x) { return told.asked.values[size_t((channel * 32 + y) * 64 + x)]; };
  EXPECT_EQ(at(0, 1, 32), 3) << "blue";
  EXPECT_EQ(at(1, 1, 32), 2);
  EXPECT_EQ(at(2, 1, 32), 1);
  for (int channel = 0; channel < 3; ++channel) {
    EXPECT_EQ(at(channel, 1, 33), 0);
    EXPECT_EQ(at(channel, 2, 0), 0);
  }
}

TEST(YunetNetwork, KeepsTheSurestOfThoseThatOverlap) {
  auto outputs = nothing(96, 96);
  put(outputs, 0, 12, 5, 5, 0.8f, 40);
  put(outputs, 1, 6, 3, 3, 0.9f, 40);  // 8 px away
  put(outputs, 0, 12, 1, 10, 0.6f, 10);
  const auto seen = look(outputs, 96, 96, 0.5f);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_FLOAT_EQ(seen[0].score, 0.9f);
  EXPECT_FLOAT_EQ(seen[1].score, 0.6f);
}

TEST(YunetNetwork, WhatIsNoNumberIsNoFace) {
  auto outputs = nothing(32, 32);
  put(outputs, 0, 4, 1, 1, NAN, 10);
  put(outputs, 0, 4, 2, 1, 0.9f, 1e30f);
  put(outputs, 0, 4, 2, 2, 0.9f, NAN);
  put(outputs, 0, 4, 3, 3, 0.9f, 10);
  outputs[output(3, 0)].values[15 * 10 + 3] = INFINITY;
  EXPECT_TRUE(look(outputs, 32, 32, 0.5f).empty());
}

TEST(YunetNetwork, AnotherNetworkIsRefused) {
  Network network = named_outputs();
  network.outputs.pop_back();
  EXPECT_EQ(testing_support::error_of([&] { YunetNetwork(network, nullptr); }).code(), VAV_E_MODEL_ALTERED);
  EXPECT_EQ(testing_support::error_of([&] { look(nothing(32, 32), 64, 32, 0.5f); }).code(), VAV_E_MODEL_ALTERED);
}

}  // namespace
}  // namespace visavis
