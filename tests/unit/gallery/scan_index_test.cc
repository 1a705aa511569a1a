// gallery/scan_index: the same answer as sorting everything, through any order of adding and removing.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "base/vectors.h"
#include "gallery/index.h"
#include "unit/gallery/fixture.h"

namespace visavis {
namespace {

struct Row {
  int64_t person;
  Embedding embedding;
};
using Rows = std::map<int64_t, Row>;

// All templates in the order of the contract, then each person's first.
std::vector<Candidate> by_sorting(const Rows& rows, const Embedding& probe, size_t count, float reach) {
  std::vector<Candidate> all;
  for (const auto& [id, row] : rows)
    all.push_back({row.person, id, euclidean_distance(probe.data(), row.embedding.data(), probe.size())});
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.distance, a.template_id) < std::tie(b.distance, b.template_id);
  });
  std::vector<Candidate> nearest;
  std::set<int64_t> seen;
  for (const Candidate& c : all)
    if (nearest.size() < count && c.distance <= reach && seen.insert(c.person).second) nearest.push_back(c);
  return nearest;
}

void expect_equal(const std::vector<Candidate>& got, const std::vector<Candidate>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].person, expected[i].person) << i;
    EXPECT_EQ(got[i].template_id, expected[i].template_id) << i;
    EXPECT_EQ(got[i].distance, expected[i].distance) << i;
  }
}

void compare_on(const Index& index, const Rows& rows, const Embedding& probe) {
  for (const size_t count : {0u, 1u, 5u, 50u, 100'000u})
    for (const float reach : {0.0f, 0.9f, 1.3f, kEverything})
      expect_equal(index.search(probe, {count, reach}), by_sorting(rows, probe, count, reach));
}

TEST(ScanIndex, EqualsSortingEverythingWithTiesDuplicatesAndZeros) {
  const auto index = make_scan_index();
  Rows rows;
  Embeddings embeddings(1);
  std::mt19937 random(2);
  std::vector<Embedding> known{Embedding{}};
  for (int64_t id = 1; id <= 4000; ++id) {
    // Every third is a copy of an earlier one: ties within a person and between persons.
    const Embedding e = random() % 3 ? embeddings.next() : known[random() % known.size()];
    known.push_back(e);
    const Row row{1 + static_cast<int64_t>(random() % 700), e};
    rows[id] = row;
    index->add(id, row.person, row.embedding, 0);
  }
  ASSERT_EQ(index->size(), rows.size());
  compare_on(*index, rows, Embedding{});
  for (int i = 0; i < 10; ++i) {
    compare_on(*index, rows, embeddings.next());
    compare_on(*index, rows, known[random() % known.size()]);
  }
}

TEST(ScanIndex, StaysExactThroughChanges) {
  const auto index = make_scan_index();
  Rows rows;
  Embeddings embeddings(3);
  std::mt19937 random(4);
  for (int step = 0; step < 6000; ++step) {
    const auto id = static_cast<int64_t>(random() % 300);
    if (random() % 2) {  // adds, or replaces, also with another person
      const Row row{static_cast<int64_t>(random() % 40), embeddings.next()};
      rows[id] = row;
      index->add(id, row.person, row.embedding, 0);
    } else {
      rows.erase(id);
      index->remove(id);
    }
    ASSERT_EQ(index->size(), rows.size());
    if (step % 500 == 0) compare_on(*index, rows, embeddings.next());
  }
  std::vector<int64_t> ids;
  for (const auto& [id, row] : rows) ids.push_back(id);
  EXPECT_EQ(index->template_ids(), ids);
  for (const int64_t id : ids) index->remove(id);
  EXPECT_EQ(index->size(), 0u);
  EXPECT_TRUE(index->search(Embedding{}, {5, kEverything}).empty());
}

TEST(ScanIndex, HugeValuesAreFarAwayAndFound) {
  const auto index = make_scan_index();
  index->add(1, 1, at(std::numeric_limits<float>::max()), 0);
  index->add(2, 2, at(1), 0);
  EXPECT_EQ(index->search(at(0), {5, kEverything}).size(), 2u);
  EXPECT_EQ(index->search(at(0), {5, 100}).size(), 1u);
}

}  // namespace
}  // namespace visavis
