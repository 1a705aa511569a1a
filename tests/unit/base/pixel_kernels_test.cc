// base/pixel_kernels: the same to the last bit on every instruction set, and what plain loops give.
#include "base/pixel_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/simd_targets.h"

namespace visavis {
namespace {

constexpr size_t kPixels[] = {1, 2, 5, 16, 17, 100};

std::vector<uint8_t> row_of(size_t pixels) {
  std::vector<uint8_t> row(pixels * 3);
  for (size_t i = 0; i < row.size(); ++i) row[i] = uint8_t(i * 89 + i / 7);
  return row;
}

TEST(PixelKernels, RowsAreAdded) {
  for (const size_t pixels : kPixels) {
    const std::vector<uint8_t> row = row_of(pixels);
    std::vector<float> expected(row.size());
    for (size_t i = 0; i < row.size(); ++i) {
      volatile float product = 0.3f * float(row[i]);  // is rounded before it is added
      const float first = 0.7f * float(row[i]);
      expected[i] = first + product;
    }
    testing_support::for_each_simd_target([&] {
      std::vector<float> sums(row.size(), 1e9f);
      add_row(row.data(), row.size(), 0.7f, true, sums.data());
      add_row(row.data(), row.size(), 0.3f, false, sums.data());
      EXPECT_EQ(sums, expected);
    });
  }
}

TEST(PixelKernels, PixelsAreAveraged) {
  const size_t pixels = 40;
  std::vector<float> sums(pixels * 3 + 1);
  for (size_t i = 0; i < sums.size(); ++i) sums[i] = float((i * 53) % 700);
  const std::vector<PixelSpan> spans = {
      {0, 0, 0.5f, 0}, {0, 1, 0.5f, 0.25f}, {2, 7, 0.1f, 0.9f}, {38, 39, 1, 1}, {39, 39, 1, 0}};
  std::vector<uint8_t> expected;
  for (const PixelSpan& span : spans)
    for (int channel = 0; channel < 3; ++channel) {
      double sum = double(span.first_share) * double(sums[size_t(span.first * 3 + channel)]);
      for (int x = span.first + 1; x < span.last; ++x) sum += double(sums[size_t(x * 3 + channel)]);
      if (span.last > span.first) sum += double(span.last_share) * double(sums[size_t(span.last * 3 + channel)]);
      expected.push_back(uint8_t(std::clamp(sum / 2.3 + 0.5, 0.0, 255.0)));
    }
  std::vector<uint8_t> first;
  testing_support::for_each_simd_target([&] {
    std::vector<uint8_t> out(spans.size() * 3 + 1, 99);
    mean_row(sums.data(), spans.data(), spans.size(), 2.3f, out.data());
    EXPECT_EQ(out.back(), 99) << "nothing is written behind the last pixel";
    out.pop_back();
    for (size_t i = 0; i < out.size(); ++i) EXPECT_NEAR(int(out[i]), int(expected[i]), 1) << i;
    if (first.empty()) first = out;
    EXPECT_EQ(out, first);
  });
}

TEST(PixelKernels, PixelsAreSplit) {
  for (const size_t pixels : kPixels) {
    const std::vector<uint8_t> row = row_of(pixels);
    testing_support::for_each_simd_target([&] {
      std::vector<float> planes[3];
      for (auto& plane : planes) plane.assign(pixels + 1, -1);
      split_row(row.data(), pixels, planes[0].data(), planes[1].data(), planes[2].data());
      for (size_t channel = 0; channel < 3; ++channel) {
        for (size_t x = 0; x < pixels; ++x) EXPECT_EQ(planes[channel][x], float(row[3 * x + channel]));
        EXPECT_EQ(planes[channel][pixels], -1);
      }
    });
  }
}

}  // namespace
}  // namespace visavis
