// One source for all instruction sets: Highway includes this file once for each. What the numbers mean is in
// sketcher.cc.
#include "index/sketch_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "index/sketch_kernels.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace visavis {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The upper half of the greatest such float that is not above `value`.
HWY_INLINE uint16_t floor_to_half(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value < 0 && (bits & 0xFFFF) != 0) bits += 0x10000;
  return uint16_t(bits >> 16);
}

// To -edge..edge; to edge for NaN.
HWY_INLINE float clip(float value, float edge) {
  const float below = value < edge ? value : edge;
  return below > -edge ? below : -edge;
}

HWY_INLINE float from_half(uint16_t half) {
  const uint32_t bits = uint32_t{half} << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

#if HWY_TARGET == HWY_SCALAR  // which has no narrower lanes: the same sums in plain words

HWY_INLINE int32_t pair_sum(uint32_t codes, int32_t weights) {
  return int32_t(codes & 0xF) * int16_t(weights) + int32_t(codes >> 16 & 0xF) * int16_t(weights >> 16);
}

void CoarseBounds(const CoarseBlock* blocks, size_t count, const SketchProbe& probe, float unit, uint8_t* bounds) {
  for (size_t i = 0; i < count * kBlockRows; ++i) {
    const CoarseBlock& block = blocks[i / kBlockRows];
    int32_t dot = 0;
    for (size_t k = 0; k < kCoarseDims / 8; ++k)
      for (size_t t = 0; t < 4; ++t)
        dot += pair_sum(block.words[k][i % kBlockRows] >> (4 * t), probe.coarse_weights[k][t]);
    const float term = from_half(block.terms[i % kBlockRows]);
    const float bound = (term + (probe.coarse_base - probe.coarse_scale * float(dot))) * unit;
    bounds[i] = uint8_t(bound > 0 ? std::min(bound, 255.0f) : 0);
  }
}

size_t RowsWithin(const uint8_t* bounds, size_t count, uint8_t limit, uint16_t* rows) {
  size_t found = 0;
  for (size_t i = 0; i < count; ++i)
    if (bounds[i] <= limit) rows[found++] = uint16_t(i);
  return found;
}

size_t CountWithin(const uint8_t* bounds, size_t count, uint8_t limit) {
  return size_t(std::count_if(bounds, bounds + count, [&](uint8_t bound) { return bound <= limit; }));
}

HWY_INLINE int32_t fine_dot(const FineSketch& sketch, const SketchProbe& probe) {
  int32_t dot = 0;
  for (size_t t = 0; t < 4; ++t)
    for (size_t j = 0; j < 7; ++j) dot += (sketch.words[j] >> (4 * t) & 0xF) * probe.fine_weights[t][j];
  return dot;
}

#else

void CoarseBounds(const CoarseBlock* HWY_RESTRICT blocks, size_t count, const SketchProbe& probe, float unit,
                  uint8_t* HWY_RESTRICT bounds) {
  const hn::CappedTag<int32_t, 16> di;
  const hn::Repartition<int16_t, decltype(di)> d16;
  const hn::Repartition<uint16_t, decltype(di)> du16;
  const hn::RebindToUnsigned<decltype(di)> du;
  const hn::RebindToFloat<decltype(di)> df;
  const hn::Rebind<uint16_t, decltype(di)> dterm;
  const hn::Rebind<uint8_t, decltype(di)> dbyte;
  const size_t lanes = hn::Lanes(di);
  const SketchProbe p = probe;  // a copy that nothing written here can change
  const auto scale = hn::Set(df, -p.coarse_scale), base = hn::Set(df, p.coarse_base), units = hn::Set(df, unit);
  const auto least = hn::Zero(df), most = hn::Set(df, 255);
  const auto low = hn::Set(du16, 0xF);
  for (size_t b = 0; b < count; ++b) {
    const CoarseBlock& block = blocks[b];
    for (size_t lane = 0; lane < kBlockRows; lane += lanes) {
      auto sum0 = hn::Zero(di), sum1 = hn::Zero(di);
      const auto add = [&](auto codes, int32_t weights) HWY_ATTR {
        const auto pairs = hn::BitCast(d16, hn::Set(di, weights));
        sum0 = hn::ReorderWidenMulAccumulate(di, hn::BitCast(d16, codes), pairs, sum0, sum1);
      };
      for (size_t k = 0; k < kCoarseDims / 8; ++k) {
        const auto word = hn::BitCast(du16, hn::Load(du, block.words[k] + lane));
        add(hn::And(word, low), p.coarse_weights[k][0]);
        add(hn::And(hn::ShiftRight<4>(word), low), p.coarse_weights[k][1]);
        add(hn::And(hn::ShiftRight<8>(word), low), p.coarse_weights[k][2]);
        add(hn::ShiftRight<12>(word), p.coarse_weights[k][3]);
      }
      const auto dot = hn::ConvertTo(df, hn::RearrangeToOddPlusEven(sum0, sum1));
      const auto half = hn::PromoteTo(du, hn::Load(dterm, block.terms + lane));
      const auto term = hn::BitCast(df, hn::ShiftLeft<16>(half));
      const auto bound = hn::Mul(hn::Add(term, hn::MulAdd(dot, scale, base)), units);
      const auto inside = hn::Min(hn::Max(bound, least), most);
      hn::StoreU(hn::DemoteTo(dbyte, hn::ConvertTo(di, inside)), dbyte, bounds + b * kBlockRows + lane);
    }
  }
}

size_t RowsWithin(const uint8_t* HWY_RESTRICT bounds, size_t count, uint8_t limit, uint16_t* HWY_RESTRICT rows) {
  const hn::CappedTag<uint8_t, kBlockRows> d;
  const size_t lanes = hn::Lanes(d);
  const auto most = hn::Set(d, limit);
  size_t found = 0;
  for (size_t i = 0; i < count; i += lanes) {
    const auto within = hn::Eq(hn::Min(hn::LoadU(d, bounds + i), most), hn::LoadU(d, bounds + i));
    if (HWY_LIKELY(hn::AllFalse(d, within))) continue;
    uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, within, bytes);
    uint32_t bits = bytes[0] | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 | uint32_t{bytes[3]} << 24;
    for (; bits != 0; bits &= bits - 1) rows[found++] = uint16_t(i + std::countr_zero(bits));
  }
  return found;
}

size_t CountWithin(const uint8_t* HWY_RESTRICT bounds, size_t count, uint8_t limit) {
  const hn::CappedTag<uint8_t, kBlockRows> d;
  const size_t lanes = hn::Lanes(d);
  const auto most = hn::Set(d, limit);
  size_t found = 0;
  for (size_t i = 0; i < count; i += lanes) {
    const auto bound = hn::LoadU(d, bounds + i);
    found += hn::CountTrue(d, hn::Eq(hn::Min(bound, most), bound));
  }
  return found;
}

HWY_INLINE int32_t fine_dot(const FineSketch& sketch, const SketchProbe& probe) {
  const hn::CappedTag<int16_t, 8> d16;
  const hn::RebindToUnsigned<decltype(d16)> du16;
  const hn::Repartition<int32_t, decltype(d16)> di;
  const size_t lanes = hn::Lanes(d16);
  const auto low = hn::Set(du16, 0xF);
  auto sum0 = hn::Zero(di), sum1 = hn::Zero(di);
  const auto* words = reinterpret_cast<const uint16_t*>(&sketch);  // the eighth is U, whose weights are zero
  for (size_t lane = 0; lane < 8; lane += lanes) {
    const auto word = hn::Load(du16, words + lane);
    const auto add = [&](auto codes, size_t t) HWY_ATTR {
      const auto weights = hn::Load(d16, probe.fine_weights[t] + lane);
      sum0 = hn::ReorderWidenMulAccumulate(di, hn::BitCast(d16, codes), weights, sum0, sum1);
    };
    add(hn::And(word, low), 0);
    add(hn::And(hn::ShiftRight<4>(word), low), 1);
    add(hn::And(hn::ShiftRight<8>(word), low), 2);
    add(hn::ShiftRight<12>(word), 3);
  }
  return hn::GetLane(hn::SumOfLanes(di, hn::Add(sum0, sum1)));
}

#endif

void FineBounds(const FineSketch* const* HWY_RESTRICT sketches, size_t count, const SketchProbe& probe,
                float* HWY_RESTRICT bounds) {
  constexpr size_t kAhead = 12;
  for (size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) hwy::Prefetch(sketches[i + kAhead]);
    const auto dot = float(fine_dot(*sketches[i], probe));
    bounds[i] = bounds[i] + from_half(sketches[i]->term) + (probe.fine_base - probe.fine_scale * dot);
  }
}

void Project(const SketchFrame& frame, const float* HWY_RESTRICT embeddings, size_t count,
             float* HWY_RESTRICT coordinates) {
  const hn::CappedTag<float, 16> d;
  const size_t lanes = hn::Lanes(d), stride = stride_of(frame.length);
  for (size_t i = 0; i < count; i += 2) {
    const float* a = embeddings + i * stride;
    const float* b = i + 1 < count ? a + stride : a;
    float* to_a = coordinates + i * 64;
    float* to_b = i + 1 < count ? to_a + 64 : to_a;
    for (size_t column = 0; column < 64; column += 4 * lanes) {
      auto a0 = hn::Zero(d), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
      for (size_t j = 0; j < frame.length; ++j) {
        const float* from = frame.rotation_of(j) + column;
        const auto r0 = hn::Load(d, from), r1 = hn::Load(d, from + lanes), r2 = hn::Load(d, from + 2 * lanes),
                   r3 = hn::Load(d, from + 3 * lanes);
        const auto xa = hn::Set(d, a[j]), xb = hn::Set(d, b[j]);
        a0 = hn::MulAdd(xa, r0, a0), a1 = hn::MulAdd(xa, r1, a1), a2 = hn::MulAdd(xa, r2, a2);
        a3 = hn::MulAdd(xa, r3, a3);
        b0 = hn::MulAdd(xb, r0, b0), b1 = hn::MulAdd(xb, r1, b1), b2 = hn::MulAdd(xb, r2, b2);
        b3 = hn::MulAdd(xb, r3, b3);
      }
      hn::StoreU(a0, d, to_a + column), hn::StoreU(a1, d, to_a + column + lanes);
      hn::StoreU(a2, d, to_a + column + 2 * lanes), hn::StoreU(a3, d, to_a + column + 3 * lanes);
      hn::StoreU(b0, d, to_b + column), hn::StoreU(b1, d, to_b + column + lanes);
      hn::StoreU(b2, d, to_b + column + 2 * lanes), hn::StoreU(b3, d, to_b + column + 3 * lanes);
    }
  }
}

constexpr size_t kLanes = 16;

HWY_INLINE float sum_of(const float* lanes) {
  float sum = 0;
  for (size_t i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

// One row; returns the squared error of its coarse sketch. Plain loops over 64 numbers, which compilers vectorise.
HWY_INLINE float sketch_row(const SketchFrame& frame, const float* HWY_RESTRICT embedding, float offset,
                            const float* HWY_RESTRICT coordinates, CoarseBlock& block, size_t lane, FineSketch& fine) {
  uint32_t codes[64];
  float error[2][kLanes] = {}, size[2][kLanes] = {}, norm[kLanes] = {};
  for (size_t part = 0; part < 4; ++part)
    for (size_t i = 0; i < kLanes; ++i) {
      const size_t c = kLanes * part + i;
      const float edge = 8 * frame.step[c], shifted = clip(coordinates[c] - frame.centre[c], edge);
      const float at = shifted * frame.inverse_step[c] + 8;
      const auto code = int32_t(at < 15 ? at : 15);
      const float value = (float(code) - 7.5f) * frame.step[c], rest = shifted - value;
      codes[c] = uint32_t(code);
      error[part / 2][i] += rest * rest;
      size[part / 2][i] += value * value;
    }
  for (size_t j = 0; j < frame.length; j += kLanes)  // zeros follow
    for (size_t i = 0; i < kLanes; ++i) norm[i] += embedding[j + i] * embedding[j + i];

  const float noise = frame.noise * (std::sqrt(sum_of(norm)) + frame.noise_size);
  const auto term_of = [&](float square, float values) {
    const float whole = std::sqrt(square) * (1 + 1e-5f) + noise;
    return values - whole * whole / frame.alpha + frame.offset_gain * offset;
  };
  const float coarse_square = sum_of(error[0]), coarse_values = sum_of(size[0]);
  const float coarse = term_of(coarse_square, coarse_values);
  const float both = term_of(coarse_square + sum_of(error[1]), coarse_values + sum_of(size[1]));
  constexpr float kNever = -std::numeric_limits<float>::infinity();
  if (coarse >= frame.lowest_term && both >= frame.lowest_term) {  // neither is NaN
    block.terms[lane] = floor_to_half(coarse);
    fine.term = floor_to_half(both - from_half(block.terms[lane]));
  } else {
    block.terms[lane] = floor_to_half(kNever);
    fine.term = 0;
  }

  for (size_t k = 0; k < kCoarseDims / 8; ++k) {
    uint32_t word = 0;
    for (size_t t = 0; t < 4; ++t) word |= codes[8 * k + 2 * t] << (4 * t) | codes[8 * k + 2 * t + 1] << (16 + 4 * t);
    block.words[k][lane] = word;
  }
  for (size_t j = 0; j < 7; ++j) {
    uint32_t word = 0;
    for (size_t t = 0; t < 4; ++t) word |= codes[kCoarseDims + 7 * t + j] << (4 * t);
    fine.words[j] = uint16_t(word);
  }
  return coarse_square;
}

double MakeSketches(const SketchFrame& frame, const float* HWY_RESTRICT embeddings, const float* offsets, size_t first,
                    size_t count, CoarseBlock* blocks, FineSketch* fine) {
  constexpr size_t kBatch = 32;
  const size_t stride = stride_of(frame.length);
  float coordinates[kBatch * 64];
  double error = 0;
  for (size_t done = 0; done < count; done += kBatch) {
    const size_t batch = std::min(kBatch, count - done);
    Project(frame, embeddings + done * stride, batch, coordinates);
    for (size_t i = 0; i < batch; ++i) {
      const size_t row = first + done + i;
      const float square = sketch_row(frame, embeddings + (done + i) * stride, offsets[done + i], coordinates + 64 * i,
                                      blocks[row / kBlockRows], row % kBlockRows, fine[row]);
      if (square < 1e6f) error += double(square);  // one wild row says nothing about the others
    }
  }
  return error;
}

}  // namespace HWY_NAMESPACE
}  // namespace visavis
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace visavis {

HWY_EXPORT(CoarseBounds);
HWY_EXPORT(RowsWithin);
HWY_EXPORT(CountWithin);
HWY_EXPORT(FineBounds);
HWY_EXPORT(Project);
HWY_EXPORT(MakeSketches);

void coarse_bounds(const CoarseBlock* blocks, size_t count, const SketchProbe& probe, float unit, uint8_t* bounds) {
  HWY_DYNAMIC_DISPATCH(CoarseBounds)(blocks, count, probe, unit, bounds);
}

size_t rows_within(const uint8_t* bounds, size_t count, uint8_t limit, uint16_t* rows) {
  return HWY_DYNAMIC_DISPATCH(RowsWithin)(bounds, count, limit, rows);
}

size_t count_within(const uint8_t* bounds, size_t count, uint8_t limit) {
  return HWY_DYNAMIC_DISPATCH(CountWithin)(bounds, count, limit);
}

void fine_bounds(const FineSketch* const* codes, size_t count, const SketchProbe& probe, float* bounds) {
  HWY_DYNAMIC_DISPATCH(FineBounds)(codes, count, probe, bounds);
}

void project(const SketchFrame& frame, const float* embeddings, size_t count, float* coordinates) {
  HWY_DYNAMIC_DISPATCH(Project)(frame, embeddings, count, coordinates);
}

double make_sketches(const SketchFrame& frame, const float* embeddings, const float* offsets, size_t first,
                     size_t count, CoarseBlock* blocks, FineSketch* fine) {
  return HWY_DYNAMIC_DISPATCH(MakeSketches)(frame, embeddings, offsets, first, count, blocks, fine);
}

}  // namespace visavis
#endif  // HWY_ONCE
