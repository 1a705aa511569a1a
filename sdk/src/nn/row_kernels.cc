// One source for all instruction sets: Highway includes this file once for each.
#include "nn/row_kernels.h"

#include <cstdint>
#include <type_traits>

// Sums are held in arrays, which vectors of a length that only the running program knows cannot be in.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/row_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace visavis {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kChannelBlock>;
using Vector = hn::Vec<Floats>;

// How many sums the registers hold while the input passes by, and how many it takes to keep the multipliers busy.
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_AVX2
constexpr int kMostSums = 12;  // of 16 registers
#else
constexpr int kMostSums = 24;  // of 32
#endif
constexpr int kMostPixels = 12;

template <int kValue>
using Constant = std::integral_constant<int, kValue>;

// Calls body(Constant<size>, x) for pieces of a row of at most kPixels pixels. Some pixels are in two pieces.
template <int kPixels, class Body>
HWY_INLINE void each_piece(int pixels, const Body& body) {
  if constexpr (kPixels > 1) {
    if (pixels < kPixels) return each_piece<kPixels / 2>(pixels, body);
  }
  int x = 0;
  for (; x + kPixels <= pixels; x += kPixels) body(Constant<kPixels>(), x);
  if (x < pixels) body(Constant<kPixels>(), pixels - kPixels);
}

// What each output of a row is the sum of. `at(x)(t, p)` is the value that weight t is multiplied by for pixel x + p.
template <class At>
struct SumRow {
  int pixels, count;
  const At& at;
  const float *weights, *bias;
  int channels;
  bool relu;
  float* out;
};

// kPixels pixels from x on, kVectors vectors of their channels from c on.
template <int kPixels, int kVectors, class At>
HWY_INLINE void sum_block(const SumRow<At>& row, int x, int c) {
  const Floats d;
  const int lanes = int(hn::Lanes(d));
  const int64_t channels = row.channels;
  const auto value_at = row.at(x);
  Vector sums[kPixels][kVectors];
  for (int v = 0; v < kVectors; ++v) {
    const auto bias = hn::Load(d, row.bias + c + v * lanes);
    for (int p = 0; p < kPixels; ++p) sums[p][v] = bias;
  }
  const float* HWY_RESTRICT weights = row.weights + c;
  for (int t = 0; t < row.count; ++t, weights += channels) {
    Vector w[kVectors];
    for (int v = 0; v < kVectors; ++v) w[v] = hn::Load(d, weights + v * lanes);
    for (int p = 0; p < kPixels; ++p) {
      const auto value = hn::Set(d, value_at(t, p));
      for (int v = 0; v < kVectors; ++v) sums[p][v] = hn::MulAdd(value, w[v], sums[p][v]);
    }
  }
  const auto zero = hn::Zero(d);
  float* HWY_RESTRICT out = row.out + x * channels + c;
  for (int p = 0; p < kPixels; ++p)
    for (int v = 0; v < kVectors; ++v)
      hn::Store(row.relu ? hn::Max(sums[p][v], zero) : sums[p][v], d, out + p * channels + v * lanes);
}

template <int kVectors, class At>
HWY_INLINE void sum_vectors(const SumRow<At>& row, int c) {
  constexpr int kPixels = kMostSums / kVectors < kMostPixels ? kMostSums / kVectors : kMostPixels;
  each_piece<kPixels>(row.pixels, [&](auto size, int x) HWY_ATTR { sum_block<size.value, kVectors>(row, x, c); });
}

template <class At>
HWY_INLINE void sum_row(const SumRow<At>& row) {
  const int lanes = int(hn::Lanes(Floats()));
  int c = 0;
  for (; c + 4 * lanes <= row.channels; c += 4 * lanes) sum_vectors<4>(row, c);
  for (; c + 2 * lanes <= row.channels; c += 2 * lanes) sum_vectors<2>(row, c);
  for (; c < row.channels; c += lanes) sum_vectors<1>(row, c);
}

// Known when it is compiled, the distance between pixels costs no registers. 0: not known.
template <int kInChannels>
HWY_INLINE void pointwise(const PointwiseRow& row) {
  const auto at = [&](int x) HWY_ATTR {
    const int step = kInChannels ? kInChannels : row.in_channels;
    return [in = row.in + x * int64_t{step}, step = int64_t{step}](int t, int p)
               HWY_ATTR { return in[p * (kInChannels ? kInChannels : step) + t]; };
  };
  sum_row(SumRow<decltype(at)>{row.pixels, kInChannels ? kInChannels : row.in_channels, at, row.weights, row.bias,
                               row.channels, false, row.out});
}

void Pointwise(const PointwiseRow& row) {
  if (row.in_channels == 16) return pointwise<16>(row);
  if (row.in_channels == 32) return pointwise<32>(row);
  if (row.in_channels == 64) return pointwise<64>(row);
  pointwise<0>(row);
}

template <int kStride>
HWY_INLINE void taps(const TapRow& row) {
  const auto at = [&](int x) HWY_ATTR {
    const int stride = kStride ? kStride : row.stride;
    return [taps = row.taps, begin = x * stride, stride](int t, int p)
               HWY_ATTR { return taps[t][begin + p * (kStride ? kStride : stride)]; };
  };
  sum_row(SumRow<decltype(at)>{row.pixels, row.count, at, row.weights, row.bias, row.channels, row.relu, row.out});
}

void Taps(const TapRow& row) {
  if (row.stride == 1) return taps<1>(row);
  if (row.stride == 2) return taps<2>(row);
  taps<0>(row);
}

// kPixels pixels of one vector of channels: what they have in common is read once.
template <int kPixels>
HWY_INLINE void depthwise_block(const DepthwiseRow& row, const Vector* HWY_RESTRICT weights, Vector bias, int64_t at) {
  const Floats d;
  const int64_t channels = row.channels;
  Vector sums[kPixels];
  for (int p = 0; p < kPixels; ++p) sums[p] = bias;
  for (int y = 0; y < 3; ++y) {
    const float* HWY_RESTRICT in = row.rows[y] + at;
    for (int x = 0; x < kPixels + 2; ++x) {
      const auto value = hn::Load(d, in + x * channels);
      for (int dx = 0; dx < 3; ++dx) {
        const int p = x - dx;
        if (p >= 0 && p < kPixels) sums[p] = hn::MulAdd(value, weights[3 * y + dx], sums[p]);
      }
    }
  }
  const auto zero = hn::Zero(d);
  for (int p = 0; p < kPixels; ++p)
    hn::Store(row.relu ? hn::Max(sums[p], zero) : sums[p], d, row.out + at + p * channels);
}

void Depthwise(const DepthwiseRow& row) {
  const Floats d;
  const int lanes = int(hn::Lanes(d));
  for (int c = 0; c < row.channels; c += lanes) {
    Vector weights[9];
    for (int i = 0; i < 9; ++i) weights[i] = hn::Load(d, row.weights + i * row.channels + c);
    const auto bias = hn::Load(d, row.bias + c);
    each_piece<kMostSums / 3>(row.pixels, [&](auto size, int x) HWY_ATTR {
      depthwise_block<size.value>(row, weights, bias, int64_t{x} * row.channels + c);
    });
  }
}

void Pool(const PoolRows& rows) {
  const Floats d;
  const int lanes = int(hn::Lanes(d));
  const int64_t channels = rows.channels;
  for (int x = 0; x < rows.pixels; ++x)
    for (int64_t c = 0; c < channels; c += lanes) {
      const float *above = rows.rows[0] + 2 * x * channels + c, *below = rows.rows[1] + 2 * x * channels + c;
      hn::Store(hn::Max(hn::Max(hn::Load(d, above), hn::Load(d, above + channels)),
                        hn::Max(hn::Load(d, below), hn::Load(d, below + channels))),
                d, rows.out + x * channels + c);
    }
}

void TransformInput(const WinogradInput& input) {
  const Floats d;
  const int lanes = int(hn::Lanes(d));
  for (int c = 0; c < input.channels; c += lanes) {
    Vector rows[4][4];  // Bᵀ d
    for (int x = 0; x < 4; ++x) {
      const auto d0 = hn::Load(d, input.pixels[x] + c), d1 = hn::Load(d, input.pixels[4 + x] + c);
      const auto d2 = hn::Load(d, input.pixels[8 + x] + c), d3 = hn::Load(d, input.pixels[12 + x] + c);
      rows[0][x] = hn::Sub(d0, d2), rows[1][x] = hn::Add(d1, d2);
      rows[2][x] = hn::Sub(d2, d1), rows[3][x] = hn::Sub(d1, d3);
    }
    float* out = input.out + c;
    for (int y = 0; y < 4; ++y, out += 4 * input.step) {
      hn::Store(hn::Sub(rows[y][0], rows[y][2]), d, out);
      hn::Store(hn::Add(rows[y][1], rows[y][2]), d, out + input.step);
      hn::Store(hn::Sub(rows[y][2], rows[y][1]), d, out + 2 * input.step);
      hn::Store(hn::Sub(rows[y][1], rows[y][3]), d, out + 3 * input.step);
    }
  }
}

void TransformOutput(const WinogradOutput& output) {
  const Floats d;
  const int lanes = int(hn::Lanes(d));
  const auto zero = hn::Zero(d);
  for (int c = 0; c < output.channels; c += lanes) {
    Vector rows[2][4];  // Aᵀ m
    for (int x = 0; x < 4; ++x) {
      const float* in = output.in + x * output.step + c;
      const auto m0 = hn::Load(d, in), m1 = hn::Load(d, in + 4 * output.step);
      const auto m2 = hn::Load(d, in + 8 * output.step), m3 = hn::Load(d, in + 12 * output.step);
      rows[0][x] = hn::Add(hn::Add(m0, m1), m2), rows[1][x] = hn::Sub(hn::Sub(m1, m2), m3);
    }
    const auto bias = hn::Load(d, output.bias + c);
    const auto write = [&](int pixel, Vector sum) HWY_ATTR {
      if (!output.pixels[pixel]) return;
      sum = hn::Add(hn::Add(sum, bias), hn::Load(d, output.addends[pixel] + c));
      hn::Store(output.relu ? hn::Max(sum, zero) : sum, d, output.pixels[pixel] + c);
    };
    for (int y = 0; y < 2; ++y) {
      write(2 * y, hn::Add(hn::Add(rows[y][0], rows[y][1]), rows[y][2]));
      write(2 * y + 1, hn::Sub(hn::Sub(rows[y][1], rows[y][2]), rows[y][3]));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace visavis
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace visavis {

HWY_EXPORT(Pointwise);
HWY_EXPORT(Depthwise);
HWY_EXPORT(Taps);
HWY_EXPORT(Pool);
HWY_EXPORT(TransformInput);
HWY_EXPORT(TransformOutput);

void pointwise_row(const PointwiseRow& row) { HWY_DYNAMIC_DISPATCH(Pointwise)(row); }
void depthwise_row(const DepthwiseRow& row) { HWY_DYNAMIC_DISPATCH(Depthwise)(row); }
void tap_row(const TapRow& row) { HWY_DYNAMIC_DISPATCH(Taps)(row); }
void pool_rows(const PoolRows& rows) { HWY_DYNAMIC_DISPATCH(Pool)(rows); }
void winograd_input(const WinogradInput& input) { HWY_DYNAMIC_DISPATCH(TransformInput)(input); }
void winograd_output(const WinogradOutput& output) { HWY_DYNAMIC_DISPATCH(TransformOutput)(output); }

}  // namespace visavis
#endif  // HWY_ONCE
