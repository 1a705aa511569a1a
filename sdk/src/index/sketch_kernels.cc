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

constexpr float kByteKept = 1 - 1e-6f;  // of a bound that is a byte: see ProbeBound::coarse_bound()

#if HWY_TARGET == HWY_SCALAR  // which has no narrower lanes: the same sums in plain words

HWY_INLINE int32_t pair_sum(uint32_t codes, int32_t weights) {
  return int32_t(codes & 0xF) * int16_t(weights) + int32_t(codes >> 16 & 0xF) * int16_t(weights >> 16);
}

template <size_t kDims, bool kFurther>
HWY_INLINE void block_bounds(const uint32_t* block, const BlockProbe& probe, float unit, uint8_t* bounds) {
  for (size_t i = 0; i < kBlockRows; ++i) {
    int32_t dot = 0;
    for (size_t k = 0; k < kDims / 8; ++k)
      for (size_t t = 0; t < 4; ++t) dot += pair_sum(block[k * kBlockRows + i] >> (4 * t), probe.weights[k][t]);
    const float term = from_half(terms_of(block, kDims)[i]);
    float bound = (term + (probe.base - probe.scale * float(dot))) * unit;
    if (kFurther) bound = bounds[i] == 0 ? 0 : bound + float(bounds[i]) * kByteKept;
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

// kFurther: what is in `bounds` is added.
template <size_t kDims, bool kFurther>
HWY_INLINE void block_bounds(const uint32_t* HWY_RESTRICT block, const BlockProbe& p, float unit,
                             uint8_t* HWY_RESTRICT bounds) {
  const hn::CappedTag<int32_t, 16> di;
  const hn::Repartition<int16_t, decltype(di)> d16;
  const hn::Repartition<uint16_t, decltype(di)> du16;
  const hn::RebindToUnsigned<decltype(di)> du;
  const hn::RebindToFloat<decltype(di)> df;
  const hn::Rebind<uint16_t, decltype(di)> dterm;
  const hn::Rebind<uint8_t, decltype(di)> dbyte;
  const size_t lanes = hn::Lanes(di);
  const auto scale = hn::Set(df, -p.scale), base = hn::Set(df, p.base), units = hn::Set(df, unit);
  const auto least = hn::Zero(df), most = hn::Set(df, 255);
  const auto low = hn::Set(du16, 0xF);
  const uint16_t* terms = terms_of(block, kDims);
  for (size_t lane = 0; lane < kBlockRows; lane += lanes) {
    auto sum0 = hn::Zero(di), sum1 = hn::Zero(di);
    const auto add = [&](auto codes, int32_t weights) HWY_ATTR {
      const auto pairs = hn::BitCast(d16, hn::Set(di, weights));
      sum0 = hn::ReorderWidenMulAccumulate(di, hn::BitCast(d16, codes), pairs, sum0, sum1);
    };
    for (size_t k = 0; k < kDims / 8; ++k) {
      const auto word = hn::BitCast(du16, hn::Load(du, block + k * kBlockRows + lane));
      add(hn::And(word, low), p.weights[k][0]);
      add(hn::And(hn::ShiftRight<4>(word), low), p.weights[k][1]);
      add(hn::And(hn::ShiftRight<8>(word), low), p.weights[k][2]);
      add(hn::ShiftRight<12>(word), p.weights[k][3]);
    }
    const auto dot = hn::ConvertTo(df, hn::RearrangeToOddPlusEven(sum0, sum1));
    const auto half = hn::PromoteTo(du, hn::Load(dterm, terms + lane));
    const auto term = hn::BitCast(df, hn::ShiftLeft<16>(half));
    auto bound = hn::Mul(hn::Add(term, hn::MulAdd(dot, scale, base)), units);
    if (kFurther) {
      const auto before = hn::ConvertTo(df, hn::PromoteTo(di, hn::LoadU(dbyte, bounds + lane)));
      bound = hn::IfThenZeroElse(hn::Eq(before, least), hn::MulAdd(before, hn::Set(df, kByteKept), bound));
    }
    const auto inside = hn::Min(hn::Max(bound, least), most);
    hn::StoreU(hn::DemoteTo(dbyte, hn::ConvertTo(di, inside)), dbyte, bounds + lane);
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

HWY_INLINE void prefetch_block(const uint32_t* block, size_t dims) {
  for (size_t at = 0; at < block_words(dims); at += 16) hwy::Prefetch(block + at);
}

template <size_t kDims>
HWY_INLINE void coarse_of(const uint32_t* HWY_RESTRICT blocks, size_t count, const SketchProbe& probe,
                          uint8_t* HWY_RESTRICT bounds) {
  constexpr size_t kAhead = 384 / kDims;  // some 6 KB: beyond what CPUs fetch by themselves
  const BlockProbe p = probe.coarse;      // a copy that nothing written here can change
  const float unit = probe.unit;
  for (size_t b = 0; b < count; ++b) {
    if (b + kAhead < count) prefetch_block(blocks + (b + kAhead) * block_words(kDims), kDims);
    block_bounds<kDims, false>(blocks + b * block_words(kDims), p, unit, bounds + b * kBlockRows);
  }
}

void CoarseBounds(const uint32_t* blocks, size_t count, const SketchProbe& probe, uint8_t* bounds) {
  if (probe.layout.wide) return coarse_of<64>(blocks, count, probe, bounds);
  coarse_of<32>(blocks, count, probe, bounds);
}

void MiddleBounds(const uint32_t* HWY_RESTRICT blocks, size_t count, const SketchProbe& probe, uint8_t limit,
                  uint8_t* HWY_RESTRICT bounds) {
  constexpr size_t kAhead = 8, kAtOnce = 128;
  const BlockProbe p = probe.middle;
  const float unit = probe.unit;
  uint32_t wanted[kAtOnce];
  for (size_t first = 0; first < count; first += kAtOnce) {
    size_t found = 0;
    for (size_t b = first; b < std::min(first + kAtOnce, count); ++b) {
      wanted[found] = uint32_t(b);
      found += CountWithin(bounds + b * kBlockRows, kBlockRows, limit) > 0;
    }
    for (size_t i = 0; i < std::min(found, kAhead); ++i)
      prefetch_block(blocks + wanted[i] * block_words(kMiddle), kMiddle);
    for (size_t i = 0; i < found; ++i) {
      if (i + kAhead < found) prefetch_block(blocks + wanted[i + kAhead] * block_words(kMiddle), kMiddle);
      block_bounds<kMiddle, true>(blocks + wanted[i] * block_words(kMiddle), p, unit, bounds + wanted[i] * kBlockRows);
    }
  }
}

template <size_t kWords>
HWY_INLINE void fine_of(const uint16_t* const* HWY_RESTRICT sketches, size_t count, const FineProbe& probe,
                        float* HWY_RESTRICT bounds) {
  constexpr size_t kAhead = 12;
  for (size_t i = 0; i < std::min(count, kAhead); ++i) hwy::Prefetch(sketches[i]);
  for (size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) hwy::Prefetch(sketches[i + kAhead]);
    const auto dot = float(fine_dot<kWords>(sketches[i], probe));
    bounds[i] = bounds[i] + from_half(sketches[i][kWords - 1]) + (probe.base - probe.scale * dot);
  }
}

void FineBounds(const uint16_t* const* sketches, size_t count, const SketchProbe& probe, size_t level, float* bounds) {
  if (probe.layout.fine_words > 8) return fine_of<kMostFineWords>(sketches, count, probe.fine[level], bounds);
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

// Keeps coordinates in a row's place of a block; returns where its term belongs.
HWY_INLINE uint16_t& keep_in_block(const uint32_t* codes, size_t dims, uint32_t* block, size_t lane) {
  for (size_t k = 0; k < dims / 8; ++k) {
    uint32_t word = 0;
    for (size_t t = 0; t < 4; ++t) word |= codes[8 * k + 2 * t] << (4 * t) | codes[8 * k + 2 * t + 1] << (16 + 4 * t);
    block[k * kBlockRows + lane] = word;
  }
  return terms_of(block, dims)[lane];
}

HWY_INLINE uint16_t& keep_in_words(const uint32_t* codes, size_t words, uint16_t* sketch) {
  const size_t last = words - 1;
  for (size_t j = 0; j < last; ++j) {
    uint32_t word = 0;
    for (size_t t = 0; t < 4; ++t) word |= codes[last * t + j] << (4 * t);
    sketch[j] = uint16_t(word);
  }
  return sketch[last];
}

// One row; returns the squared error of its coarse sketch.
HWY_INLINE float sketch_row(const SketchFrame& frame, const float* HWY_RESTRICT embedding, float offset,
                            const float* HWY_RESTRICT coordinates, size_t row, const Sketches& to) {
  const SketchLayout& layout = frame.layout;
  float norm[kLanes] = {};
  for (size_t j = 0; j < frame.length; j += kLanes)  // zeros follow
    for (size_t i = 0; i < kLanes; ++i) norm[i] += embedding[j + i] * embedding[j + i];
  const float noise = frame.noise * (std::sqrt(sum_of(norm)) + frame.noise_size);

  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Kept kept;
  float stored = 0;  // the sum of the terms so far, as they are stored
  bool judged = true;
  const auto term_of = [&](const Kept& more) {
    kept.error += more.error, kept.size += more.size;
    const float whole = std::sqrt(kept.error) * (1 + 1e-5f) + noise;
    const float term = kept.size - whole * whole / frame.alpha + frame.offset_gain * offset;
    judged = judged && term >= frame.lowest_term && term < kInfinity;  // and not NaN
    const uint16_t half = floor_to_half(term - stored);
    stored += from_half(half);
    return half;
  };

  uint32_t codes[kMostCoarse];
  const size_t block = row / kBlockRows, lane = row % kBlockRows, coarse = layout.coarse();
  const Kept first = keep(frame, coordinates, 0, coarse, codes);
  uint16_t& term = keep_in_block(codes, coarse, to.coarse + block * block_words(coarse), lane);
  term = term_of(first);
  if (layout.wide) {
    const Kept more = keep(frame, coordinates, coarse, coarse + kMiddle, codes);
    keep_in_block(codes, kMiddle, to.middle + block * block_words(kMiddle), lane) = term_of(more);
  }
  for (size_t level = 0; level < layout.levels; ++level) {
    const Kept more = keep(frame, coordinates, layout.fine_column(level), layout.fine_column(level + 1), codes);
    keep_in_words(codes, layout.fine_words, to.fine + (level * to.rows + row) * layout.fine_words) = term_of(more);
  }
  if (!judged) {  // the byte is 0, and nothing is added to that
    term = floor_to_half(-kInfinity);
    for (size_t level = 0; level < layout.levels; ++level)
      to.fine[(level * to.rows + row + 1) * layout.fine_words - 1] = 0;
  }
  return first.error;
}

double MakeSketches(const SketchFrame& frame, const float* HWY_RESTRICT embeddings, const float* offsets, size_t first,
                    size_t count, const Sketches& to) {
  constexpr size_t kBatch = 8;
  const size_t stride = stride_of(frame.length), columns = frame.layout.columns();
  float coordinates[kBatch * kMostColumns];
  double error = 0;
  for (size_t done = 0; done < count; done += kBatch) {
    const size_t batch = std::min(kBatch, count - done);
    Project(frame, embeddings + done * stride, batch, coordinates);
    for (size_t i = 0; i < batch; ++i) {
      const float square = sketch_row(frame, embeddings + (done + i) * stride, offsets[done + i],
                                      coordinates + columns * i, first + done + i, to);
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
HWY_EXPORT(MiddleBounds);
HWY_EXPORT(RowsWithin);
HWY_EXPORT(CountWithin);
HWY_EXPORT(FineBounds);
HWY_EXPORT(Project);
HWY_EXPORT(MakeSketches);

void coarse_bounds(const uint32_t* blocks, size_t count, const SketchProbe& probe, uint8_t* bounds) {
  HWY_DYNAMIC_DISPATCH(CoarseBounds)(blocks, count, probe, bounds);
}

void middle_bounds(const uint32_t* blocks, size_t count, const SketchProbe& probe, uint8_t limit, uint8_t* bounds) {
  HWY_DYNAMIC_DISPATCH(MiddleBounds)(blocks, count, probe, limit, bounds);
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
                     size_t count, const Sketches& to) {
  return HWY_DYNAMIC_DISPATCH(MakeSketches)(frame, embeddings, offsets, first, count, to);
}

}  // namespace visavis
#endif  // HWY_ONCE
