// An index that compares the probe with every template: exact by construction.
#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/vectors.h"
#include "gallery/index.h"

namespace visavis {
namespace {

bool nearer(const Candidate& a, const Candidate& b) {
  return a.distance != b.distance ? a.distance < b.distance : a.template_id < b.template_id;
}

class ScanIndex : public Index {
 public:
  void add(int64_t template_id, int64_t person, const Embedding& embedding, float) override {
    const uint32_t slot = slot_of(person);
    const auto [place, is_new] = row_of_template_.try_emplace(template_id, rows_.size());
    if (!is_new) {
      Row& row = rows_[place->second];
      ++slots_[slot].templates;
      release(row.slot);
      row.slot = slot;
      embeddings_[place->second] = embedding;
      return;
    }
    try {
      embeddings_.push_back(embedding);
      rows_.push_back({template_id, slot});
    } catch (...) {
      embeddings_.resize(rows_.size());
      row_of_template_.erase(place);
      if (slots_[slot].templates == 0) free_slot(slot);
      throw;
    }
    ++slots_[slot].templates;
  }

  void remove(int64_t template_id) override {
    const auto found = row_of_template_.find(template_id);
    if (found == row_of_template_.end()) return;
    const size_t row = found->second;
    release(rows_[row].slot);
    row_of_template_.erase(found);
    if (row + 1 != rows_.size()) {  // the last row fills the gap
      rows_[row] = rows_.back();
      embeddings_[row] = embeddings_.back();
      row_of_template_.find(rows_[row].template_id)->second = row;
    }
    embeddings_.back().fill(0);  // a removed face is not kept in memory that is merely unused
    embeddings_.pop_back();
    rows_.pop_back();
  }

  void reserve(size_t templates) override {
    embeddings_.reserve(templates);
    rows_.reserve(templates);
    row_of_template_.reserve(templates);
  }

  size_t size() const override { return rows_.size(); }

  std::vector<int64_t> template_ids() const override {
    std::vector<int64_t> ids;
    ids.reserve(rows_.size());
    for (const Row& row : rows_) ids.push_back(row.template_id);
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  std::vector<Candidate> search(const Embedding& probe, const IndexQuery& query) const override {
    // The nearest templates of every person, then the nearest of those: no bound to get wrong.
    std::vector<std::vector<Candidate>> best(slots_.size());
    const auto m = static_cast<size_t>(query.best_of);
    for (size_t i = 0; i < rows_.size(); ++i) {
      const Candidate found{slots_[rows_[i].slot].person, rows_[i].template_id,
                            euclidean_distance(probe.data(), embeddings_[i].data(), probe.size())};
      auto& so_far = best[rows_[i].slot];
      so_far.insert(std::upper_bound(so_far.begin(), so_far.end(), found, nearer), found);
      if (so_far.size() > m) so_far.pop_back();
    }
    std::vector<Candidate> candidates;
    for (const auto& nearest : best) {
      if (nearest.empty()) continue;
      Candidate one = nearest.front();
      if (query.persons && !std::binary_search(query.persons->begin(), query.persons->end(), one.person)) continue;
      double sum = 0;
      for (const Candidate& each : nearest) sum += double{each.distance};
      one.distance = static_cast<float>(sum / static_cast<double>(nearest.size()));
      if (one.distance <= query.reach) candidates.push_back(one);
    }
    const size_t count = std::min(query.count, candidates.size());
    std::partial_sort(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(count), candidates.end(), nearer);
    candidates.resize(count);
    return candidates;
  }

 private:
  struct Row {
    int64_t template_id;
    uint32_t slot;  // into slots_
  };
  // Persons are numbered densely, so that a search keeps its best per person in an array.
  struct Slot {
    int64_t person = 0;
    size_t templates = 0;  // 0 = free
  };

  uint32_t slot_of(int64_t person) {
    if (const auto found = slot_of_person_.find(person); found != slot_of_person_.end()) return found->second;
    if (free_slots_.empty()) {
      slots_.emplace_back();
      free_slots_.reserve(slots_.capacity());  // room to free every slot is made now: freeing must not fail
      free_slots_.push_back(static_cast<uint32_t>(slots_.size() - 1));
    }
    const uint32_t slot = free_slots_.back();
    slot_of_person_.emplace(person, slot);
    free_slots_.pop_back();
    slots_[slot] = {person, 0};
    return slot;
  }

  void release(uint32_t slot) {
    if (--slots_[slot].templates == 0) free_slot(slot);
  }

  void free_slot(uint32_t slot) {
    slot_of_person_.erase(slots_[slot].person);
    slots_[slot] = {};
    free_slots_.push_back(slot);
  }

  std::vector<Embedding> embeddings_;  // one after the other in memory, in step with rows_
  std::vector<Row> rows_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  std::unordered_map<int64_t, size_t> row_of_template_;
  std::unordered_map<int64_t, uint32_t> slot_of_person_;
};

}  // namespace

std::unique_ptr<Index> make_scan_index() { return std::make_unique<ScanIndex>(); }

}  // namespace visavis
