// The order of things: the lower the bound is early, the less is left for later. A row whose lower bound is lower than
// all before is compared at once; the others wait until the bound is as low as it gets.
#include "index/probe_search.h"

#include <cmath>

#include "base/vectors.h"
#include "index/sketch_kernels.h"

namespace visavis {
namespace {

constexpr size_t kMore = 7;   // what looks nearest is not always it: so many more are tried at once
constexpr size_t kAhead = 8;  // rows on their way from memory while one is compared

// The lowest byte that at least `wanted` bounds are not above, or `most` where there are fewer.
uint8_t lowest_with(const uint8_t* bounds, size_t rows, size_t wanted, uint8_t most) {
  uint8_t low = 0, high = most;
  while (low < high) {
    const auto middle = uint8_t((low + high) / 2);
    if (count_within(bounds, rows, middle) >= wanted)
      high = middle;
    else
      low = uint8_t(middle + 1);
  }
  return low;
}

void fetch([[maybe_unused]] const void* memory) {
#if defined(__GNUC__)
  __builtin_prefetch(memory);
#endif
}

}  // namespace

ProbeSearch::ProbeSearch(const Rows& rows, const Embedding& probe, float offset, const IndexQuery& query,
                         SharedBound& shared)
    : rows_(rows),
      probe_(probe),
      offset_(offset),
      query_(query),
      shared_(shared),
      nearest_(query.count, query.reach),
      coarse_lowest_(query.count + kMore),
      fine_lowest_(query.count + kMore) {}

// Rounded up by more than the additions in distance_to() can round down.
float ProbeSearch::without_offset(float distance) const {
  if (offset_ == 0 || !std::isfinite(distance)) return distance;
  constexpr double kRounding = 1e-6;
  const double squared = double{distance} * distance, rest = squared - offset_ + kRounding * (squared + offset_);
  return rest <= 0 ? 0 : float(std::sqrt(rest) * (1 + kRounding));
}

float ProbeSearch::distance_to(size_t row) const {
  return euclidean_distance(probe_.data(), rows_.embedding(row), probe_.size(), rows_.offset(row) + offset_);
}

bool ProbeSearch::Lowest::take(float bound) {
  if (heap_.size() < count_) {
    heap_.push_back(bound);
  } else {
    if (!(bound < heap_.front())) return false;
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.back() = bound;
  }
  std::push_heap(heap_.begin(), heap_.end());
  return true;
}

void ProbeSearch::prefetch(size_t row) const {
  const float* embedding = rows_.embedding(row);
  for (size_t i = 0; i < probe_.size(); i += 16) fetch(embedding + i);
  fetch(rows_.offset_at(row));
}

const ProbeBound& ProbeSearch::bound_for(const SketchFrame* frame) {
  for (const auto& known : bounds_)
    if (known.first == frame) return known.second;
  return bounds_.emplace_back(frame, ProbeBound(*frame, probe_, without_offset(query_.reach))).second;
}

void ProbeSearch::visit(size_t number, uint8_t* bounds) {
  const Chunk& chunk = rows_.chunk(number);
  const size_t first = number * kChunkRows;
  if (chunk.sketched > 0) {
    const ProbeBound& bound = bound_for(chunk.frame.get());
    const size_t blocks = (chunk.sketched + kBlockRows - 1) / kBlockRows;
    coarse_bounds(chunk.coarse.get(), blocks, bound.probe(), bounds);
    std::fill(bounds + chunk.sketched, bounds + blocks * kBlockRows, uint8_t{255});  // places without a row
    chunk.frame->layout.wide ? try_promising_closer(number, bounds) : try_promising(number, bounds);
  }
  for (size_t row = first + chunk.sketched; row < first + rows_.rows_in(number); ++row)
    if (wanted(row)) compare(row);
}

void ProbeSearch::try_promising(size_t number, uint8_t* bounds) {
  const Chunk& chunk = rows_.chunk(number);
  const size_t first = number * kChunkRows, rows = (chunk.sketched + kBlockRows - 1) / kBlockRows * kBlockRows;
  const ProbeBound& bound = bound_for(chunk.frame.get());
  uint16_t near[kChunkRows];
  auto promising = uint8_t(std::min({float(bound.coarse_limit(reach())), 254.0f, coarse_lowest_.highest()}));
  if (!coarse_lowest_.full()) promising = lowest_with(bounds, rows, coarse_lowest_.count(), promising);
  const size_t found = rows_within(bounds, rows, promising, near);
  for (size_t i = 0; i < std::min(found, kAhead); ++i) prefetch(first + near[i]);
  for (size_t i = 0; i < found; ++i) {
    if (i + kAhead < found) prefetch(first + near[i + kAhead]);
    const size_t at = near[i];
    if (!(bounds[at] < coarse_lowest_.highest()) || !wanted(first + at)) continue;
    coarse_lowest_.take(bounds[at]);
    compare(first + at);
    bounds[at] = 255;  // done
  }
}

// Where the coarse bounds of thousands are below that of the nearest, the lowest of each chunk are looked at closer.
void ProbeSearch::try_promising_closer(size_t number, uint8_t* bounds) {
  constexpr size_t kFew = 6, kMany = 12;  // rows of a chunk
  const Chunk& chunk = rows_.chunk(number);
  const size_t rows = (chunk.sketched + kBlockRows - 1) / kBlockRows * kBlockRows;
  const ProbeBound& bound = bound_for(chunk.frame.get());
  const uint8_t limit = std::min<uint8_t>(bound.coarse_limit(reach()), 254);
  if (promising_ == 255) promising_ = lowest_with(bounds, rows, kFew, limit);
  uint16_t near[kChunkRows];
  const size_t found = rows_within(bounds, rows, std::min(promising_, limit), near);
  if (found > kMany && promising_ > 0) --promising_;
  if (found < kFew && promising_ < 254) ++promising_;
  const uint32_t* const blocks = chunk.middle.get();
  for (size_t i = 0; i < std::min(found, kMany); ++i) {
    const uint32_t* block = blocks + near[i] / kBlockRows * block_words(kMiddle);
    for (size_t at = 0; at < block_words(kMiddle); at += 16) fetch(block + at);
    fetch(chunk.fine_sketch(near[i], 0));
  }
  uint8_t middle[kBlockRows];
  for (size_t i = 0, block = rows; i < found; ++i) {
    if (near[i] / kBlockRows != block) {
      block = near[i] / kBlockRows;
      std::copy_n(bounds + block * kBlockRows, kBlockRows, middle);
      middle_bounds(blocks + block * block_words(kMiddle), 1, bound.probe(), limit, middle);
    }
    survive(number, near[i], middle[near[i] % kBlockRows]);
    bounds[near[i]] = 255;  // done
  }
  look_closer();
}

void ProbeSearch::survive(size_t number, size_t at, uint8_t byte) {
  const auto row = uint32_t(number * kChunkRows + at);
  if (at < rows_.chunk(number).sketched && wanted(row))
    survivors_.push_back({row, bound_for(rows_.chunk(number).frame.get()).coarse_bound(byte)});
}

void ProbeSearch::keep(size_t number, uint8_t* bounds) {
  const Chunk& chunk = rows_.chunk(number);
  if (chunk.sketched == 0) return;
  const ProbeBound& bound = bound_for(chunk.frame.get());
  const size_t blocks = (chunk.sketched + kBlockRows - 1) / kBlockRows;
  const uint8_t limit = bound.coarse_limit(reach());
  if (chunk.frame->layout.wide) middle_bounds(chunk.middle.get(), blocks, bound.probe(), limit, bounds);
  uint16_t near[kChunkRows];
  const size_t found = rows_within(bounds, blocks * kBlockRows, limit, near);
  for (size_t i = 0; i < found; ++i) {
    const auto row = uint32_t(number * kChunkRows + near[i]);
    if (near[i] < chunk.sketched && wanted(row)) survivors_.push_back({row, bound.coarse_bound(bounds[near[i]])});
  }
  if (chunk.frame->layout.wide) look_closer();  // there are too many to put all aside
}

// Compares with those survivors that have the lowest fine bounds so far, and leaves the others that these do not rule out.
void ProbeSearch::look_closer() {
  constexpr size_t kBatch = 128;
  uint32_t rows[kBatch];
  float bounds[kBatch];
  for (size_t next = 0; next < survivors_.size();) {
    const SketchFrame* const frame = rows_.chunk(survivors_[next].row / kChunkRows).frame.get();
    const ProbeBound& bound = bound_for(frame);
    size_t count = 0;
    for (; next < survivors_.size() && count < kBatch; ++next) {
      const Survivor& one = survivors_[next];
      if (rows_.chunk(one.row / kChunkRows).frame.get() != frame) break;
      rows[count] = one.row, bounds[count++] = one.bound;
    }
    for (size_t level = 0; level < frame->layout.levels; ++level) {
      const uint16_t* sketches[kBatch];
      for (size_t i = 0; i < count; ++i) sketches[i] = rows_.fine_sketch(rows[i], level);
      fine_bounds(sketches, count, bound.probe(), level, bounds);
      const float limit = bound.fine_limit(reach());
      size_t within = 0;
      for (size_t i = 0; i < count; ++i) {
        rows[within] = rows[i], bounds[within] = bounds[i];
        within += !(bounds[i] > limit);
      }
      count = within;
    }
    for (size_t i = 0; i < count; ++i) {
      if (fine_lowest_.take(bounds[i]))
        compare(rows[i]);
      else
        left_.push_back({rows[i], bounds[i]});
    }
  }
  survivors_.clear();
}

void ProbeSearch::finish() {
  look_closer();
  const SketchFrame* frame = nullptr;
  const ProbeBound* bound = nullptr;
  for (size_t i = 0; i < left_.size(); ++i) {
    if (i + kAhead < left_.size()) prefetch(left_[i + kAhead].row);
    const SketchFrame* const its = rows_.chunk(left_[i].row / kChunkRows).frame.get();
    if (its != frame) frame = its, bound = &bound_for(its);
    if (!(left_[i].bound > bound->fine_limit(reach()))) compare(left_[i].row);
  }
}

void ProbeSearch::compare(size_t row) {
  if (query_.best_of > 1) return compare_ring(row);
  const float distance = distance_to(row);
  if (!(distance <= nearest_.bound())) return;  // its ids need not be fetched
  nearest_.offer({rows_.person(row), rows_.template_id(row), distance});
  shared_.lower(nearest_.bound());
}

void ProbeSearch::compare_person(int64_t person) {
  if (const auto row = rows_.first_of(person)) compare_ring(*row);
}

void ProbeSearch::compare_ring(size_t first) {
  if (query_.best_of > 1 && !compared_.insert(rows_.person(first)).second) return;
  Candidate best{rows_.person(first), rows_.template_id(first), std::numeric_limits<float>::infinity()};
  distances_.clear();
  size_t row = first;
  do {
    const Candidate one{best.person, rows_.template_id(row), distance_to(row)};
    if (nearer(one, best)) best = one;
    distances_.push_back(one.distance);
    row = rows_.next(row);
  } while (row != first);
  best.distance = mean_of_best(distances_, query_.best_of);
  nearest_.offer(best);
  shared_.lower(nearest_.bound());
}

}  // namespace visavis
