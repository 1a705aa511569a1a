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

HWY_INLINE const uint16_t* terms_of(const uint32_t* block, size_t words) {
  return reinterpret_cast<const uint16_t*>(block + words * kBlockRows);
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

template <size_t kWords>
HWY_INLINE void coarse_of(const uint32_t* blocks, size_t count, const CoarseProbe& probe, float unit, uint8_t* bounds) {
  for (size_t i = 0; i < count * kBlockRows; ++i) {
    const uint32_t* block = blocks + i / kBlockRows * (kWords * kBlockRows + kBlockRows / 2);
    int32_t dot = 0;
    for (size_t k = 0; k < kWords; ++k)
      for (size_t t = 0; t < 4; ++t)
        dot += pair_sum(block[k * kBlockRows + i % kBlockRows] >> (4 * t), probe.weights[k][t]);
    const float term = from_half(terms_of(block, kWords)[i % kBlockRows]);
    const float bound = (term + (probe.base - probe.scale * float(dot))) * unit;
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

template <size_t kWords>
HWY_INLINE int32_t fine_dot(const uint16_t* sketch, const FineProbe& probe) {
  int32_t dot = 0;
  for (size_t t = 0; t < 4; ++t)
    for (size_t j = 0; j + 1 < kWords; ++j) dot += (sketch[j] >> (4 * t) & 0xF) * probe.weights[t][j];
  return dot;
}

#else

template <size_t kWords>
HWY_INLINE void coarse_of(const uint32_t* HWY_RESTRICT blocks, size_t count, const CoarseProbe& probe, float unit,
                          uint8_t* HWY_RESTRICT bounds) {
  const hn::CappedTag<int32_t, 16> di;
  const hn::Repartition<int16_t, decltype(di)> d16;
  const hn::Repartition<uint16_t, decltype(di)> du16;
  const hn::RebindToUnsigned<decltype(di)> du;
  const hn::RebindToFloat<decltype(di)> df;
  const hn::Rebind<uint16_t, decltype(di)> dterm;
  const hn::Rebind<uint8_t, decltype(di)> dbyte;
  const size_t lanes = hn::Lanes(di);
  const CoarseProbe p = probe;  // a copy that nothing written here can change
  const auto scale = hn::Set(df, -p.scale), base = hn::Set(df, p.base), units = hn::Set(df, unit);
  const auto least = hn::Zero(df), most = hn::Set(df, 255);
  const auto low = hn::Set(du16, 0xF);
  constexpr size_t kBlockWords = kWords * kBlockRows + kBlockRows / 2, kBlocksAhead = 6;
  for (size_t b = 0; b < count; ++b) {
    const uint32_t* block = blocks + b * kBlockWords;
    const uint16_t* terms = terms_of(block, kWords);
    if (b + kBlocksAhead < count)
      for (size_t at = 0; at < kBlockWords; at += 16) hwy::Prefetch(block + kBlocksAhead * kBlockWords + at);
    for (size_t lane = 0; lane < kBlockRows; lane += lanes) {
      auto sum0 = hn::Zero(di), sum1 = hn::Zero(di);
      const auto add = [&](auto codes, int32_t weights) HWY_ATTR {
        const auto pairs = hn::BitCast(d16, hn::Set(di, weights));
        sum0 = hn::ReorderWidenMulAccumulate(di, hn::BitCast(d16, codes), pairs, sum0, sum1);
      };
      for (size_t k = 0; k < kWords; ++k) {
        const auto word = hn::BitCast(du16, hn::Load(du, block + k * kBlockRows + lane));
        add(hn::And(word, low), p.weights[k][0]);
        add(hn::And(hn::ShiftRight<4>(word), low), p.weights[k][1]);
        add(hn::And(hn::ShiftRight<8>(word), low), p.weights[k][2]);
        add(hn::ShiftRight<12>(word), p.weights[k][3]);
      }
      const auto dot = hn::ConvertTo(df, hn::RearrangeToOddPlusEven(sum0, sum1));
      const auto half = hn::PromoteTo(du, hn::Load(dterm, terms + lane));
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

template <size_t kWords>
HWY_INLINE int32_t fine_dot(const uint16_t* sketch, const FineProbe& probe) {
  const hn::CappedTag<int16_t, kWords> d16;
  const hn::RebindToUnsigned<decltype(d16)> du16;
  const hn::Repartition<int32_t, decltype(d16)> di;
  const size_t lanes = hn::Lanes(d16);
  const auto low = hn::Set(du16, 0xF);
  auto sum0 = hn::Zero(di), sum1 = hn::Zero(di);
  for (size_t lane = 0; lane < kWords; lane += lanes) {  // the last word is U, whose weights are zero
    const auto word = hn::Load(du16, sketch + lane);
    const auto add = [&](auto codes, size_t t) HWY_ATTR {
      const auto weights = hn::Load(d16, probe.weights[t] + lane);
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

void CoarseBounds(const uint32_t* blocks, size_t count, const SketchProbe& probe, float unit, uint8_t* bounds) {
  if (probe.layout.wide()) return coarse_of<kMostCoarse / 8>(blocks, count, probe.coarse, unit, bounds);
  coarse_of<4>(blocks, count, probe.coarse, unit, bounds);
}

template <size_t kWords>
HWY_INLINE void fine_of(const uint16_t* const* HWY_RESTRICT sketches, size_t count, const FineProbe& probe,
                        float* HWY_RESTRICT bounds) {
  constexpr size_t kAhead = 12;
  for (size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) hwy::Prefetch(sketches[i + kAhead]);
    const auto dot = float(fine_dot<kWords>(sketches[i], probe));
    bounds[i] = bounds[i] + from_half(sketches[i][kWords - 1]) + (probe.base - probe.scale * dot);
  }
}

void FineBounds(const uint16_t* const* sketches, size_t count, const SketchProbe& probe, size_t level, float* bounds) {
  if (probe.layout.wide()) return fine_of<kMostFineWords>(sketches, count, probe.fine[level], bounds);
  fine_of<8>(sketches, count, probe.fine[level], bounds);
}

void Project(const SketchFrame& frame, const float* HWY_RESTRICT embeddings, size_t count,
             float* HWY_RESTRICT coordinates) {
  const hn::CappedTag<float, 16> d;
  const size_t lanes = hn::Lanes(d), stride = stride_of(frame.length), columns = frame.layout.columns();
  for (size_t i = 0; i < count; i += 2) {
    const float* a = embeddings + i * stride;
    const float* b = i + 1 < count ? a + stride : a;
    float* to_a = coordinates + i * columns;
    float* to_b = i + 1 < count ? to_a + columns : to_a;
    for (size_t column = 0; column < columns; column += 4 * lanes) {
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

// What four bits keep of a part of the coordinates, a whole number of kLanes. Plain loops, which compilers vectorise.
struct Kept {
  float error = 0, size = 0;  // squares: of what rounding lost, of what is kept
};

HWY_INLINE Kept keep(const SketchFrame& frame, const float* HWY_RESTRICT coordinates, size_t from, size_t to,
                     uint32_t* HWY_RESTRICT codes) {
  float error[kLanes] = {}, size[kLanes] = {};
  for (size_t part = from; part < to; part += kLanes)
    for (size_t i = 0; i < kLanes; ++i) {
      const size_t c = part + i;
      const float edge = 8 * frame.step[c], shifted = clip(coordinates[c] - frame.centre[c], edge);
      const float at = shifted * frame.inverse_step[c] + 8;
      const auto code = int32_t(at < 15 ? at : 15);
      const float value = (float(code) - 7.5f) * frame.step[c], rest = shifted - value;
      codes[c - from] = uint32_t(code);
      error[i] += rest * rest;
      size[i] += value * value;
    }
  return {sum_of(error), sum_of(size)};
}

// One row; returns the squared error of its coarse sketch. `block` is its block, `fine` its first fine sketch.
HWY_INLINE float sketch_row(const SketchFrame& frame, const float* HWY_RESTRICT embedding, float offset,
                            const float* HWY_RESTRICT coordinates, uint32_t* block, size_t lane, uint16_t* fine,
                            size_t level_words) {
  const SketchLayout& layout = frame.layout;
  float norm[kLanes] = {};
  for (size_t j = 0; j < frame.length; j += kLanes)  // zeros follow
    for (size_t i = 0; i < kLanes; ++i) norm[i] += embedding[j + i] * embedding[j + i];
  const float noise = frame.noise * (std::sqrt(sum_of(norm)) + frame.noise_size);
  const auto term_of = [&](const Kept& kept) {
    const float whole = std::sqrt(kept.error) * (1 + 1e-5f) + noise;
    return kept.size - whole * whole / frame.alpha + frame.offset_gain * offset;
  };

  uint32_t codes[kMostCoarse];
  Kept kept = keep(frame, coordinates, 0, layout.coarse, codes);
  const float coarse_error = kept.error;
  for (size_t k = 0; k < layout.coarse / 8; ++k) {
    uint32_t word = 0;
    for (size_t t = 0; t < 4; ++t) word |= codes[8 * k + 2 * t] << (4 * t) | codes[8 * k + 2 * t + 1] << (16 + 4 * t);
    block[k * kBlockRows + lane] = word;
  }
  float term = term_of(kept);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  bool judged = term >= frame.lowest_term && term < kInfinity;  // and not NaN
  uint16_t& coarse_term = reinterpret_cast<uint16_t*>(block + layout.coarse / 8 * kBlockRows)[lane];
  coarse_term = floor_to_half(term);
  float stored = from_half(coarse_term);
  const size_t words = layout.fine_words, last = words - 1;
  for (size_t level = 0; level < layout.levels; ++level) {
    uint16_t* const sketch = fine + level * level_words;
    const size_t from = layout.coarse + level * 4 * words;
    const Kept more = keep(frame, coordinates, from, from + 4 * words, codes);
    kept.error += more.error, kept.size += more.size;
    for (size_t j = 0; j < last; ++j) {
      uint32_t word = 0;
      for (size_t t = 0; t < 4; ++t) word |= codes[last * t + j] << (4 * t);
      sketch[j] = uint16_t(word);
    }
    term = term_of(kept);
    judged = judged && term >= frame.lowest_term && term < kInfinity;
    sketch[last] = floor_to_half(term - stored);
    stored += from_half(sketch[last]);
  }
  if (!judged) {
    coarse_term = floor_to_half(-kInfinity);
    for (size_t level = 0; level < layout.levels; ++level) fine[level * level_words + last] = 0;
  }
  return coarse_error;
}

double MakeSketches(const SketchFrame& frame, const float* HWY_RESTRICT embeddings, const float* offsets, size_t first,
                    size_t count, uint32_t* blocks, uint16_t* fine, size_t rows) {
  constexpr size_t kBatch = 8;
  const SketchLayout& layout = frame.layout;
  const size_t stride = stride_of(frame.length), columns = layout.columns();
  float coordinates[kBatch * kMostColumns];
  double error = 0;
  for (size_t done = 0; done < count; done += kBatch) {
    const size_t batch = std::min(kBatch, count - done);
    Project(frame, embeddings + done * stride, batch, coordinates);
    for (size_t i = 0; i < batch; ++i) {
      const size_t row = first + done + i;
      const float square =
          sketch_row(frame, embeddings + (done + i) * stride, offsets[done + i], coordinates + columns * i,
                     blocks + row / kBlockRows * layout.block_words(), row % kBlockRows,
                     fine + row * layout.fine_words, rows * layout.fine_words);
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

void coarse_bounds(const uint32_t* blocks, size_t count, const SketchProbe& probe, float unit, uint8_t* bounds) {
  HWY_DYNAMIC_DISPATCH(CoarseBounds)(blocks, count, probe, unit, bounds);
}

size_t rows_within(const uint8_t* bounds, size_t count, uint8_t limit, uint16_t* rows) {
  return HWY_DYNAMIC_DISPATCH(RowsWithin)(bounds, count, limit, rows);
}

size_t count_within(const uint8_t* bounds, size_t count, uint8_t limit) {
  return HWY_DYNAMIC_DISPATCH(CountWithin)(bounds, count, limit);
}

void fine_bounds(const uint16_t* const* sketches, size_t count, const SketchProbe& probe, size_t level, float* bounds) {
  HWY_DYNAMIC_DISPATCH(FineBounds)(sketches, count, probe, level, bounds);
}

void project(const SketchFrame& frame, const float* embeddings, size_t count, float* coordinates) {
  HWY_DYNAMIC_DISPATCH(Project)(frame, embeddings, count, coordinates);
}

double make_sketches(const SketchFrame& frame, const float* embeddings, const float* offsets, size_t first,
                     size_t count, uint32_t* blocks, uint16_t* fine, size_t rows) {
  return HWY_DYNAMIC_DISPATCH(MakeSketches)(frame, embeddings, offsets, first, count, blocks, fine, rows);
}

}  // namespace visavis
#endif  // HWY_ONCE
