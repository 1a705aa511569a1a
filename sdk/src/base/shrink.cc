// Row by row: first the rows of an area are added up, then their columns.
#include "base/shrink.h"

#include <algorithm>
#include <vector>

#include "base/parallel.h"

namespace visavis {
namespace {

constexpr int kChannels = 3, kBand = 16;  // rows that a thread makes together

// What one pixel of the smaller picture covers in one direction, in pixels of the larger: [first, last], the two at its
// ends by these shares, all between whole.
struct Span {
  int first, last;
  float first_share, last_share;
};

std::vector<Span> spans(int size, int out_size) {
  auto all = std::vector<Span>(size_t(out_size));
  const double scale = double(size) / out_size;
  for (int i = 0; i < out_size; ++i) {
    const double begin = i * scale, end = std::min((i + 1) * scale, double(size));
    Span& span = all[size_t(i)];
    span.first = std::min(int(begin), size - 1);
    span.last = std::clamp(int(end), span.first, size - 1);
    span.first_share = float(std::min(end, span.first + 1.0) - begin);
    span.last_share = span.last > span.first ? float(end - span.last) : 0;
  }
  return all;
}

void add(const uint8_t* row, size_t count, float share, float* sums) {
  for (size_t i = 0; i < count; ++i) sums[i] += share * float(row[i]);
}

}  // namespace

void shrink(const uint8_t* in, int width, int height, int64_t stride, uint8_t* out, int out_width, int out_height,
            int64_t out_stride, int threads) {
  const std::vector<Span> across = spans(width, out_width), down = spans(height, out_height);
  const float area = float(double(width) / out_width * (double(height) / out_height));
  const size_t row_values = size_t(width) * kChannels;
  parallel_for((out_height + kBand - 1) / kBand, threads, [&](int band) {
    std::vector<float> sums(row_values);
    for (int row = band * kBand; row < std::min(out_height, (band + 1) * kBand); ++row) {
      const Span& rows = down[size_t(row)];
      std::fill(sums.begin(), sums.end(), 0.0f);
      for (int y = rows.first; y <= rows.last; ++y)
        add(in + y * stride, row_values,
            y == rows.first  ? rows.first_share
            : y == rows.last ? rows.last_share
                             : 1,
            sums.data());
      uint8_t* to = out + row * out_stride;
      for (const Span& columns : across)
        for (int channel = 0; channel < kChannels; ++channel) {
          const float* from = sums.data() + channel;
          float sum = columns.first_share * from[columns.first * kChannels];
          for (int x = columns.first + 1; x < columns.last; ++x) sum += from[x * kChannels];
          if (columns.last > columns.first) sum += columns.last_share * from[columns.last * kChannels];
          *to++ = uint8_t(std::clamp(sum / area + 0.5f, 0.0f, 255.0f));
        }
    }
  });
}

}  // namespace visavis
