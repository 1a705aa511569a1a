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

// All that the rows of a picture that is made smaller have in common.
class Shrinking {
 public:
  Shrinking(const uint8_t* in, int width, int height, int64_t stride, uint8_t* out, int out_width, int out_height,
            int64_t out_stride, const ShrunkPart& part)
      : across_(spans(width, out_width)),
        down_(spans(height, out_height)),
        area_(float(double(width) / out_width * (double(height) / out_height))),
        stride_(stride),
        out_stride_(out_stride) {
    across_ = {across_.begin() + part.left, across_.begin() + part.right};
    const int first = across_.front().first;  // of the columns that are read
    values_ = size_t(across_.back().last + 1 - first) * kChannels;
    for (PixelSpan& span : across_) span.first -= first, span.last -= first;
    in_ = in + int64_t{first} * kChannels;
    out_ = out + int64_t{part.left} * kChannels;
  }

  void make_rows(int begin, int end) const {
    std::vector<float> sums(values_ + 1);
    for (int row = begin; row < end; ++row) {
      const PixelSpan& rows = down_[size_t(row)];
      for (int y = rows.first; y <= rows.last; ++y) {
        const float share = y == rows.first ? rows.first_share : y == rows.last ? rows.last_share : 1;
        add_row(in_ + y * stride_, values_, share, y == rows.first, sums.data());
      }
      mean_row(sums.data(), across_.data(), across_.size(), area_, out_ + row * out_stride_);
    }
  }

 private:
  std::vector<PixelSpan> across_, down_;
  float area_;
  int64_t stride_, out_stride_;
  size_t values_;
  const uint8_t* in_;
  uint8_t* out_;
};

}  // namespace

void shrink(const uint8_t* in, int width, int height, int64_t stride, uint8_t* out, int out_width, int out_height,
            int64_t out_stride, int threads) {
  const Shrinking shrinking(in, width, height, stride, out, out_width, out_height, out_stride,
                            {0, 0, out_width, out_height});
  parallel_for((out_height + kBand - 1) / kBand, threads,
               [&](int band) { shrinking.make_rows(band * kBand, std::min(out_height, (band + 1) * kBand)); });
}

void shrink_part(const uint8_t* in, int width, int height, int64_t stride, uint8_t* out, int out_width, int out_height,
                 int64_t out_stride, const ShrunkPart& part) {
  if (part.left >= part.right) return;
  Shrinking(in, width, height, stride, out, out_width, out_height, out_stride, part).make_rows(part.top, part.bottom);
}

}  // namespace visavis
