// An index that compares the probe with every template: exact by construction, and as plain as can be.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/vectors.h"
#include "index/nearest.h"

namespace visavis {
namespace {

class ScanIndex : public Index {
 public:
  void add(int64_t template_id, int64_t person, const Embedding& embedding, float offset) override {
    rows_[template_id] = {person, offset, embedding};
  }

  void remove(int64_t template_id) override { rows_.erase(template_id); }
  void reserve(size_t) override {}
  void settle(int) override {}
  size_t size() const override { return rows_.size(); }
  size_t size_among(const PersonSelection* among) const override {
    if (!among || !among->listed()) return rows_.size();
    size_t count = 0;
    for (const auto& [id, row] : rows_) count += among->has(row.person);
    return count;
  }

  std::vector<int64_t> template_ids() const override {
    std::vector<int64_t> ids;
    for (const auto& [id, row] : rows_) ids.push_back(id);
    return ids;
  }

  std::vector<Candidate> search(const Embedding& probe, const IndexQuery& query) const override {
    return search_one(probe, query.offsets.empty() ? 0 : query.offsets[0], query);
  }

  std::vector<std::vector<Candidate>> search_batch(const std::vector<Embedding>& probes,
                                                   const IndexQuery& query) const override {
    std::vector<std::vector<Candidate>> answers;
    for (size_t i = 0; i < probes.size(); ++i)
      answers.push_back(search_one(probes[i], query.offsets.empty() ? 0 : query.offsets[i], query));
    return answers;
  }

 private:
  std::vector<Candidate> search_one(const Embedding& probe, float offset, const IndexQuery& query) const {
    struct Person {
      Candidate nearest;
      std::vector<float> distances;
    };
    std::unordered_map<int64_t, Person> persons;
    for (const auto& [id, row] : rows_) {
      if (query.among && !query.among->has(row.person)) continue;
      const float distance = euclidean_distance(probe.data(), row.embedding.data(), probe.size(), row.offset + offset);
      const Candidate one{row.person, id, distance};
      const auto [found, is_new] = persons.try_emplace(row.person, Person{one, {}});
      if (nearer(one, found->second.nearest)) found->second.nearest = one;
      found->second.distances.push_back(distance);
    }
    std::vector<Candidate> candidates;
    for (auto& [id, person] : persons) {
      person.nearest.distance = mean_of_best(person.distances, query.best_of);
      if (person.nearest.distance <= query.reach) candidates.push_back(person.nearest);
    }
    std::sort(candidates.begin(), candidates.end(), nearer);
    candidates.resize(std::min(query.count, candidates.size()));
    return candidates;
  }

  struct Row {
    int64_t person;
    float offset;
    Embedding embedding;
  };
  std::map<int64_t, Row> rows_;
};

}  // namespace

std::unique_ptr<Index> make_scan_index() { return std::make_unique<ScanIndex>(); }

}  // namespace visavis
