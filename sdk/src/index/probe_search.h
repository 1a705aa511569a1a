// One thread's share of the search for one probe: chunk by chunk the coarse bounds, then whatever they left.
#pragma once

#include <atomic>
#include <deque>
#include <unordered_set>
#include <vector>

#include "index/nearest.h"
#include "index/rows.h"
#include "index/sketcher.h"

namespace visavis {

// What the threads of a search share: nobody beyond the bound is in the answer.
class SharedBound {
 public:
  explicit SharedBound(float reach) : bound_(reach) {}
  float get() const { return bound_.load(std::memory_order_relaxed); }
  void lower(float to) {
    float now = get();
    while (to < now && !bound_.compare_exchange_weak(now, to, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<float> bound_;
};

class ProbeSearch {
 public:
  // All of these must outlive this.
  ProbeSearch(const Rows& rows, const Embedding& probe, float offset, const IndexQuery& query, SharedBound& shared);

  // Writes the coarse bounds of a chunk (room for kChunkRows), and compares with the rows that look nearest.
  void visit(size_t chunk, uint8_t* bounds);
  // Afterwards, the lower the bound is by then the better: keeps the rows that the coarse bounds do not rule out.
  void keep(size_t chunk, uint8_t* bounds);
  // In the end: compares with those of them that the fine bounds do not rule out.
  void finish();
  // Compares with all templates of a person.
  void compare_person(int64_t person);

  Nearest& nearest() { return nearest_; }

 private:
  struct Survivor {
    uint32_t row;
    float bound;
  };
  // The lowest bounds of rows that were compared at once: these are likely to be the nearest, and lower the bound
  // early.
  class Lowest {
   public:
    explicit Lowest(size_t count) : count_(count) {}
    bool take(float bound);
    size_t count() const { return count_; }
    bool full() const { return heap_.size() >= count_; }
    float highest() const { return !full() ? std::numeric_limits<float>::infinity() : heap_.front(); }

   private:
    const size_t count_;
    std::vector<float> heap_;
  };

  const ProbeBound& bound_for(const SketchFrame* frame);
  // How far a template may be, the probe's offset apart: that is the same for all, and the bounds know nothing of it.
  float reach() const { return without_offset(std::min(nearest_.bound(), shared_.get())); }
  float without_offset(float distance) const;
  float distance_to(size_t row) const;
  bool wanted(size_t row) const { return query_.among == nullptr || query_.among->has(rows_.person(row)); }
  void prefetch(size_t row) const;
  void compare(size_t row);
  void compare_ring(size_t row);
  void look_closer();
  void try_promising(size_t chunk, uint8_t* bounds);
  void try_promising_closer(size_t chunk, uint8_t* bounds);
  void survive(size_t chunk, size_t at, uint8_t byte);

  const Rows& rows_;
  const Embedding& probe_;
  const float offset_;  // of the probe
  const IndexQuery& query_;
  SharedBound& shared_;
  Nearest nearest_;
  Lowest coarse_lowest_, fine_lowest_;
  uint8_t promising_ = 255;          // for try_promising_closer()
  std::vector<Survivor> survivors_;  // of the coarse bounds
  std::vector<Survivor> left_;       // of all bounds
  std::deque<std::pair<const SketchFrame*, ProbeBound>> bounds_;
  std::unordered_set<int64_t> compared_;  // persons, where more than one template counts
  std::vector<float> distances_;
};

}  // namespace visavis
