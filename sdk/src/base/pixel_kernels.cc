// One source for all instruction sets: Highway includes this file once for each. Products and sums stay apart, so that
// all of them give the same.
#include "base/pixel_kernels.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/pixel_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace visavis {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kChannels = 3;

HWY_INLINE uint8_t rounded(float value) { return uint8_t(std::clamp(value + 0.5f, 0.0f, 255.0f)); }

void AddRow(const uint8_t* HWY_RESTRICT row, size_t count, float share, bool first, float* HWY_RESTRICT sums) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<uint8_t, decltype(d)> bytes;
  const hn::RebindToSigned<decltype(d)> integers;
  const size_t lanes = hn::Lanes(d);
  const auto shares = hn::Set(d, share);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto values = hn::ConvertTo(d, hn::PromoteTo(integers, hn::LoadU(bytes, row + i)));
    const auto product = hn::Mul(shares, values);
    hn::StoreU(first ? product : hn::Add(hn::LoadU(d, sums + i), product), d, sums + i);
  }
  for (; i < count; ++i) sums[i] = (first ? 0 : sums[i]) + share * float(row[i]);
}

#if HWY_TARGET == HWY_SCALAR  // which has no vector of a pixel

void MeanRow(const float* sums, const PixelSpan* spans, size_t pixels, float area, uint8_t* out) {
  for (size_t i = 0; i < pixels; ++i)
    for (int channel = 0; channel < kChannels; ++channel) {
      const PixelSpan& span = spans[i];
      const float* from = sums + channel;
      float sum = span.first_share * from[span.first * kChannels];
      for (int x = span.first + 1; x < span.last; ++x) sum += from[x * kChannels];
      if (span.last > span.first) sum += span.last_share * from[span.last * kChannels];
      *out++ = rounded(sum / area);
    }
}

void SplitRow(const uint8_t* row, size_t pixels, float* first, float* second, float* third) {
  for (size_t x = 0; x < pixels; ++x, row += kChannels) first[x] = row[0], second[x] = row[1], third[x] = row[2];
}

#else

// A vector holds a pixel, and the first value of the next one.
void MeanRow(const float* HWY_RESTRICT sums, const PixelSpan* HWY_RESTRICT spans, size_t pixels, float area,
             uint8_t* HWY_RESTRICT out) {
  const hn::CappedTag<float, 4> d;
  const hn::RebindToSigned<decltype(d)> integers;
  const hn::Rebind<uint8_t, decltype(d)> bytes;
  const auto areas = hn::Set(d, area), half = hn::Set(d, 0.5f), most = hn::Set(d, 255), least = hn::Zero(d);
  for (size_t i = 0; i < pixels; ++i, out += kChannels) {
    const PixelSpan& span = spans[i];
    const float* from = sums + span.first * kChannels;
    auto sum = hn::Mul(hn::Set(d, span.first_share), hn::LoadU(d, from));
    for (int x = span.first + 1; x < span.last; ++x) sum = hn::Add(sum, hn::LoadU(d, from += kChannels));
    if (span.last > span.first)
      sum = hn::Add(sum, hn::Mul(hn::Set(d, span.last_share), hn::LoadU(d, from + kChannels)));
    const auto mean = hn::Min(hn::Max(hn::Add(hn::Div(sum, areas), half), least), most);
    uint8_t pixel[4];
    hn::StoreU(hn::DemoteTo(bytes, hn::ConvertTo(integers, mean)), bytes, pixel);
    std::memcpy(out, pixel, kChannels);
  }
}

void SplitRow(const uint8_t* HWY_RESTRICT row, size_t pixels, float* HWY_RESTRICT first, float* HWY_RESTRICT second,
              float* HWY_RESTRICT third) {
  const hn::CappedTag<float, 16> d;
  const hn::Rebind<uint8_t, decltype(d)> bytes;
  const hn::RebindToSigned<decltype(d)> integers;
  const size_t lanes = hn::Lanes(d);
  size_t x = 0;
  for (; x + lanes <= pixels; x += lanes) {
    hn::Vec<decltype(bytes)> a, b, c;
    hn::LoadInterleaved3(bytes, row + x * kChannels, a, b, c);
    hn::StoreU(hn::ConvertTo(d, hn::PromoteTo(integers, a)), d, first + x);
    hn::StoreU(hn::ConvertTo(d, hn::PromoteTo(integers, b)), d, second + x);
    hn::StoreU(hn::ConvertTo(d, hn::PromoteTo(integers, c)), d, third + x);
  }
  for (; x < pixels; ++x) {
    const uint8_t* pixel = row + x * kChannels;
    first[x] = pixel[0], second[x] = pixel[1], third[x] = pixel[2];
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace visavis
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace visavis {

HWY_EXPORT(AddRow);
HWY_EXPORT(MeanRow);
HWY_EXPORT(SplitRow);

void add_row(const uint8_t* row, size_t count, float share, bool first, float* sums) {
  HWY_DYNAMIC_DISPATCH(AddRow)(row, count, share, first, sums);
}

void mean_row(const float* sums, const PixelSpan* spans, size_t pixels, float area, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(MeanRow)(sums, spans, pixels, area, out);
}

void split_row(const uint8_t* row, size_t pixels, float* first, float* second, float* third) {
  HWY_DYNAMIC_DISPATCH(SplitRow)(row, pixels, first, second, third);
}

}  // namespace visavis
#endif  // HWY_ONCE
