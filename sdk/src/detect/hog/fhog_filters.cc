// Runs the filters of one view over a row of features, compiled for each kind of CPU. The sums of a place stay in
// registers through all planes. Each sum is formed in the same order, wherever the row and the place are.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "detect/hog/fhog_filters.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "detect/hog/fhog_filters.h"

HWY_BEFORE_NAMESPACE();
namespace visavis::fhog::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::VFromD<D>;

// With 32 registers there is room for two vectors of sums: each loaded weight is then used twice.
#if HWY_ARCH_X86 && HWY_TARGET > HWY_AVX3
constexpr int kVectors = 1;
#else
constexpr int kVectors = 2;
#endif

// Runs kCount filters of one plane: a row of features becomes one value for each filter. Each tap below adds the value
// to its sum.
template <int kWidth, int kCount>
HWY_INLINE void AddGroup(const float* HWY_RESTRICT features, const float* HWY_RESTRICT rows,
                         const float* HWY_RESTRICT columns, V (&sums)[kTaps][kWidth]) {
  const D d;
  const int lanes = int(hn::Lanes(d));
  V filtered[kCount][kWidth];
#pragma GCC unroll 10
  for (int n = 0; n < kTaps; ++n)
#pragma GCC unroll 2
    for (int v = 0; v < kWidth; ++v) {
      const V feature = hn::LoadU(d, features + n + v * lanes);
#pragma GCC unroll 3
      for (int i = 0; i < kCount; ++i) {
        const V weight = hn::Set(d, rows[i * kTaps + n]);
        filtered[i][v] = n == 0 ? hn::Mul(feature, weight) : hn::MulAdd(feature, weight, filtered[i][v]);
      }
    }
#pragma GCC unroll 3
  for (int i = 0; i < kCount; ++i)
#pragma GCC unroll 10
    for (int m = 0; m < kTaps; ++m) {
      const V weight = hn::Set(d, columns[i * kTaps + m]);
#pragma GCC unroll 2
      for (int v = 0; v < kWidth; ++v) sums[m][v] = hn::MulAdd(filtered[i][v], weight, sums[m][v]);
    }
}

template <int kWidth>
void FilterStrip(const View& view, const float* HWY_RESTRICT features, int64_t stride, int column,
                 float* const* HWY_RESTRICT rows_of_sums) {
  const D d;
  const int lanes = int(hn::Lanes(d));
  V sums[kTaps][kWidth];
#pragma GCC unroll 10
  for (int m = 0; m < kTaps; ++m)
#pragma GCC unroll 2
    for (int v = 0; v < kWidth; ++v)
      sums[m][v] = m == 0 ? hn::Zero(d) : hn::LoadU(d, rows_of_sums[m] + column + v * lanes);
  const float *rows = view.rows.data(), *columns = view.columns.data();
  for (const View::Group& group : view.groups) {
    const float* plane = features + group.plane * stride + column;
    if (group.count == 1) AddGroup<kWidth, 1>(plane, rows, columns, sums);
    if (group.count == 2) AddGroup<kWidth, 2>(plane, rows, columns, sums);
    if (group.count == 3) AddGroup<kWidth, 3>(plane, rows, columns, sums);
    rows += group.count * kTaps;
    columns += group.count * kTaps;
  }
#pragma GCC unroll 10
  for (int m = 0; m < kTaps; ++m)
#pragma GCC unroll 2
    for (int v = 0; v < kWidth; ++v) hn::StoreU(sums[m][v], d, rows_of_sums[m] + column + v * lanes);
}

void FilterRow(const View& view, const float* HWY_RESTRICT features, int64_t stride, int columns,
               float* const* HWY_RESTRICT sums) {
  const int lanes = int(hn::Lanes(D()));
  int c = 0;
  for (; c + (kVectors - 1) * lanes < columns; c += kVectors * lanes)
    FilterStrip<kVectors>(view, features, stride, c, sums);
  for (; c < columns; c += lanes) FilterStrip<1>(view, features, stride, c, sums);
}

}  // namespace visavis::fhog::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace visavis::fhog {
namespace {

HWY_EXPORT(FilterRow);

}  // namespace

void View::add(int plane, const float* row, const float* column) {
  if (groups.empty() || groups.back().plane != plane || groups.back().count == kGroup) groups.push_back({plane, 0});
  ++groups.back().count;
  rows.insert(rows.end(), row, row + kTaps);
  columns.insert(columns.end(), column, column + kTaps);
}

void filter_row(const View& view, const float* features, int64_t stride, int columns, float* const sums[kTaps]) {
  HWY_DYNAMIC_DISPATCH(FilterRow)(view, features, stride, columns, sums);
}

}  // namespace visavis::fhog
#endif  // HWY_ONCE
