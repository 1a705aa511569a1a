// The order of things: the lower the bound is early, the less is left for later. A row whose lower bound is lower than
// all before is compared at once; the others wait until the bound is as low as it gets.
#include "index/probe_search.h"

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

}  // namespace

ProbeSearch::ProbeSearch(const Rows& rows, const Embedding& probe, const IndexQuery& query, SharedBound& shared)
    : rows_(rows),
      probe_(probe),
      query_(query),
      shared_(shared),
      nearest_(query.count, query.reach),
      coarse_lowest_(query.count + kMore),
      fine_lowest_(query.count + kMore) {}

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
#if defined(__GNUC__)
  const float* embedding = rows_.embedding(row);
  for (size_t i = 0; i < probe_.size(); i += 16) __builtin_prefetch(embedding + i);
  __builtin_prefetch(rows_.offset_at(row));
#else
  (void)row;
#endif
}

const ProbeBound& ProbeSearch::bound_for(const SketchFrame* frame) {
  for (const auto& known : bounds_)
    if (known.first == frame) return known.second;
  return bounds_.emplace_back(frame, ProbeBound(*frame, probe_, query_.reach)).second;
}

void ProbeSearch::visit(size_t number, uint8_t* bounds) {
  const Chunk& chunk = rows_.chunk(number);
  const size_t first = number * kChunkRows;
  if (chunk.sketched > 0) {
    const ProbeBound& bound = bound_for(chunk.frame.get());
    const size_t blocks = (chunk.sketched + kBlockRows - 1) / kBlockRows;
    coarse_bounds(chunk.blocks, blocks, bound.probe(), bound.unit(), bounds);
    const size_t rows = blocks * kBlockRows;
    std::fill(bounds + chunk.sketched, bounds + rows, uint8_t{255});  // the last block may have places without a row
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
  for (size_t row = first + chunk.sketched; row < first + rows_.rows_in(number); ++row)
    if (wanted(row)) compare(row);
}

void ProbeSearch::keep(size_t number, const uint8_t* bounds) {
  const Chunk& chunk = rows_.chunk(number);
  if (chunk.sketched == 0) return;
  const ProbeBound& bound = bound_for(chunk.frame.get());
  uint16_t near[kChunkRows];
  const size_t found = rows_within(bounds, (chunk.sketched + kBlockRows - 1) / kBlockRows * kBlockRows,
                                   bound.coarse_limit(reach()), near);
  for (size_t i = 0; i < found; ++i) {
    const auto row = uint32_t(number * kChunkRows + near[i]);
    if (near[i] < chunk.sketched && wanted(row)) survivors_.push_back({row, bound.coarse_bound(bounds[near[i]])});
  }
}

// The survivors that the fine bound does not rule out either.
std::vector<ProbeSearch::Survivor> ProbeSearch::look_closer() {
  constexpr size_t kBatch = 128;
  std::vector<Survivor> left;
  uint32_t rows[kBatch];
  float bounds[kBatch];
  const FineSketch* sketches[kBatch];
  for (size_t next = 0; next < survivors_.size();) {
    const SketchFrame* const frame = rows_.chunk(survivors_[next].row / kChunkRows).frame.get();
    const ProbeBound& bound = bound_for(frame);
    size_t count = 0;
    for (; next < survivors_.size() && count < kBatch; ++next) {
      const Survivor& one = survivors_[next];
      if (rows_.chunk(one.row / kChunkRows).frame.get() != frame) break;
      rows[count] = one.row, bounds[count] = one.bound;
      sketches[count++] = &rows_.fine(one.row);
    }
    fine_bounds(sketches, count, bound.probe(), bounds);
    const float fine_limit = bound.fine_limit(reach());
    for (size_t i = 0; i < count; ++i) {
      if (bounds[i] > fine_limit) continue;
      if (fine_lowest_.take(bounds[i]))
        compare(rows[i]);
      else
        left.push_back({rows[i], bounds[i]});
    }
  }
  return left;
}

void ProbeSearch::finish() {
  const std::vector<Survivor> left = look_closer();
  const SketchFrame* frame = nullptr;
  const ProbeBound* bound = nullptr;
  for (size_t i = 0; i < left.size(); ++i) {
    if (i + kAhead < left.size()) prefetch(left[i + kAhead].row);
    const SketchFrame* const its = rows_.chunk(left[i].row / kChunkRows).frame.get();
    if (its != frame) frame = its, bound = &bound_for(its);
    if (left[i].bound <= bound->fine_limit(reach())) compare(left[i].row);
  }
}

void ProbeSearch::compare(size_t row) {
  if (query_.best_of > 1) return compare_ring(row);
  const float distance = euclidean_distance(probe_.data(), rows_.embedding(row), probe_.size(), rows_.offset(row));
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
    const Candidate one{best.person, rows_.template_id(row),
                        euclidean_distance(probe_.data(), rows_.embedding(row), probe_.size(), rows_.offset(row))};
    if (nearer(one, best)) best = one;
    distances_.push_back(one.distance);
    row = rows_.next(row);
  } while (row != first);
  best.distance = mean_of_best(distances_, query_.best_of);
  nearest_.offer(best);
  shared_.lower(nearest_.bound());
}

}  // namespace visavis
