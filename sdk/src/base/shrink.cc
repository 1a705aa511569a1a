// Row by row: first the rows of an area are added up, then their columns.
#include "base/shrink.h"

#include <algorithm>
#include <vector>

#include "base/parallel.h"
#include "base/pixel_kernels.h"

namespace visavis {
namespace {

constexpr int kChannels = 3, kBand = 16;  // rows that a thread makes together

std::vector<PixelSpan> spans(int size, int out_size) {
  auto all = std::vector<PixelSpan>(size_t(out_size));
  const double scale = double(size) / out_size;
  for (int i = 0; i < out_size; ++i) {
    const double begin = i * scale, end = std::min((i + 1) * scale, double(size));
    PixelSpan& span = all[size_t(i)];
    span.first = std::min(int(begin), size - 1);
    span.last = std::clamp(int(end), span.first, size - 1);
    span.first_share = float(std::min(end, span.first + 1.0) - begin);
    span.last_share = span.last > span.first ? float(end - span.last) : 0;
  }
  return all;
}

}  // namespace

void shrink(const uint8_t* in, int width, int height, int64_t stride, uint8_t* out, int out_width, int out_height,
            int64_t out_stride, int threads) {
  const std::vector<PixelSpan> across = spans(width, out_width), down = spans(height, out_height);
  const float area = float(double(width) / out_width * (double(height) / out_height));
  const size_t row_values = size_t(width) * kChannels;
  parallel_for((out_height + kBand - 1) / kBand, threads, [&](int band) {
    std::vector<float> sums(row_values + 1);
    for (int row = band * kBand; row < std::min(out_height, (band + 1) * kBand); ++row) {
      const PixelSpan& rows = down[size_t(row)];
      for (int y = rows.first; y <= rows.last; ++y) {
        const float share = y == rows.first ? rows.first_share : y == rows.last ? rows.last_share : 1;
        add_row(in + y * stride, row_values, share, y == rows.first, sums.data());
      }
      mean_row(sums.data(), across.data(), across.size(), area, out + row * out_stride);
    }
  });
}

}  // namespace visavis
