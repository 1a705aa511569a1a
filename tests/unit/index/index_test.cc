// index/pruned_index and the plain scan: the same answer as sorting everything, through any order of adding and
// removing.
#include "index/index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "base/vectors.h"
#include "gallery/listed_persons.h"
#include "support/gallery_fixture.h"
#include "support/scan_index.h"

namespace visavis {
namespace {

struct Row {
  int64_t person;
  Embedding embedding;
};

class Listed : public PersonSelection {
 public:
  explicit Listed(std::vector<int64_t> persons) : persons_(std::move(persons)) {}
  bool has(int64_t person) const override { return std::ranges::find(persons_, person) != persons_.end(); }
  const std::vector<int64_t>* listed() const override { return &persons_; }

 private:
  const std::vector<int64_t> persons_;
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
      expect_equal(index.search(probe, {.count = count, .reach = reach}), by_sorting(rows, probe, count, reach));
}

class IndexTest : public testing::TestWithParam<std::unique_ptr<Index> (*)()> {};
std::unique_ptr<Index> make_pruned() { return make_pruned_index(kDlibEmbedding); }
INSTANTIATE_TEST_SUITE_P(Both, IndexTest, testing::Values(&make_scan_index, &make_pruned));

TEST_P(IndexTest, EqualsSortingEverythingWithTiesDuplicatesAndZeros) {
  const auto index = GetParam()();
  Rows rows;
  Embeddings embeddings(1);
  std::mt19937 random(2);
  std::vector<Embedding> known{at(0)};
  for (int64_t id = 1; id <= 4000; ++id) {
    // Every third is a copy of an earlier one: ties within a person and between persons.
    const Embedding e = random() % 3 ? embeddings.next() : known[random() % known.size()];
    known.push_back(e);
    const Row row{1 + static_cast<int64_t>(random() % 700), e};
    rows[id] = row;
    index->add(id, row.person, row.embedding);
  }
  index->settle(2);
  ASSERT_EQ(index->size(), rows.size());
  compare_on(*index, rows, at(0));
  for (int i = 0; i < 10; ++i) {
    compare_on(*index, rows, embeddings.next());
    compare_on(*index, rows, known[random() % known.size()]);
  }
}

TEST_P(IndexTest, StaysExactThroughChanges) {
  const auto index = GetParam()();
  Rows rows;
  Embeddings embeddings(3);
  std::mt19937 random(4);
  for (int step = 0; step < 6000; ++step) {
    const auto id = static_cast<int64_t>(random() % 300);
    if (random() % 2) {  // adds, or replaces, also with another person
      const Row row{static_cast<int64_t>(random() % 40), embeddings.next()};
      rows[id] = row;
      index->add(id, row.person, row.embedding);
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
  const Listed some({3, 4, 5, 1000}), none({1000});
  size_t of_some = 0;
  for (const auto& [id, row] : rows) of_some += some.has(row.person);
  EXPECT_EQ(index->size_among(nullptr), rows.size());
  EXPECT_EQ(index->size_among(&some), of_some);
  EXPECT_EQ(index->size_among(&none), 0u);
  for (const int64_t id : ids) index->remove(id);
  EXPECT_EQ(index->size(), 0u);
  EXPECT_TRUE(index->search(at(0), {.count = 5, .reach = kEverything}).empty());
}

TEST_P(IndexTest, HugeValuesAreFarAwayAndFound) {
  const auto index = GetParam()();
  index->add(1, 1, at(std::numeric_limits<float>::max()));
  index->add(2, 2, at(1));
  EXPECT_EQ(index->search(at(0), {.count = 5, .reach = kEverything}).size(), 2u);
  EXPECT_EQ(index->search(at(0), {.count = 5, .reach = 100}).size(), 1u);
}

TEST_P(IndexTest, TheStoredNumberIsAddedToTheSquareOfTheDistance) {
  const auto index = GetParam()();
  index->add(1, 1, at(3), 7);
  index->add(2, 2, at(1), -5);
  const auto found = index->search(at(0), {.count = 5, .reach = kEverything});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].person, 2);
  EXPECT_EQ(found[0].distance, 0);  // 1 − 5 is below 0
  EXPECT_EQ(found[1].distance, 4);
}

TEST_P(IndexTest, TheMeanOfTheBestTakesWhatThereIs) {
  const auto index = GetParam()();
  index->add(1, 1, at(1));
  index->add(2, 1, at(3));
  index->add(3, 1, at(11));
  index->add(4, 2, at(1.5f));
  const auto two = index->search(at(0), {.count = 5, .reach = kEverything, .best_of = 2});
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].person, 2);
  EXPECT_EQ(two[0].distance, 1.5f);
  EXPECT_EQ(two[1].template_id, 1);
  EXPECT_EQ(two[1].distance, 2);
  EXPECT_EQ(index->search(at(0), {.count = 5, .reach = kEverything, .best_of = 3})[1].distance, 5);
}

TEST_P(IndexTest, OnlyThePersonsAskedFor) {
  const auto index = GetParam()();
  for (int64_t id = 1; id <= 5000; ++id) index->add(id, id, at(static_cast<float>(id)));
  index->settle(1);
  std::vector<int64_t> odd;
  for (int64_t id = 3; id <= 5000; id += 2) odd.push_back(id);
  const ListedPersons half(odd), few({50, 7000, 40}), none({});
  const auto many = index->search(at(0), {.count = 2, .reach = kEverything, .among = &half});
  ASSERT_EQ(many.size(), 2u);
  EXPECT_EQ(many[0].person, 3);
  EXPECT_EQ(many[1].person, 5);
  const auto two = index->search(at(48), {.count = 9, .reach = kEverything, .among = &few});
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].person, 50);
  EXPECT_TRUE(index->search(at(0), {.count = 2, .reach = kEverything, .among = &none}).empty());
}

// Data of another kind than at first: the frame is learnt anew, a few chunks at a time, and nothing is missed
// meanwhile.
TEST_P(IndexTest, DriftCostsNoAnswer) {
  const auto index = GetParam()();
  Rows rows;
  Embeddings embeddings(9);
  for (int64_t id = 1; id <= 20000; ++id) {
    Embedding e = embeddings.next();
    if (id > 9000)
      for (size_t i = 0; i < e.size(); ++i) e[i] = 3 * e[(i + 17) % e.size()] + 1;
    rows[id] = {id, e};
    index->add(id, id, e);
    if (id % 1000 == 0) index->settle(2);
  }
  for (int i = 0; i < 4; ++i) {
    const Embedding probe = rows[1 + i * 6000].embedding;
    expect_equal(index->search(probe, {.count = 3, .reach = kEverything}), by_sorting(rows, probe, 3, kEverything));
  }
}

// As if the probe's number were that of each template.
TEST(PrunedIndexTest, AProbesOffsetIsAddedToEachSquaredDistance) {
  const auto index = make_pruned(), shifted = make_pruned();
  Embeddings embeddings(12);
  for (int64_t id = 1; id <= 5000; ++id) {
    const Embedding e = embeddings.next();
    index->add(id, id / 2, e, 0.25f);
    shifted->add(id, id / 2, e, 0.75f);
  }
  index->settle(1), shifted->settle(1);
  const std::vector<float> offsets = {0.5f, 0.0f, 0.5f};
  for (int i = 0; i < 30; ++i) {
    const std::vector<Embedding> probes = {embeddings.next(), embeddings.next(), embeddings.next()};
    for (const float reach : {0.5f, 1.4f, 1.8f, kEverything})
      for (const int best_of : {1, 2}) {
        const IndexQuery query{.count = 7, .reach = reach, .best_of = best_of, .offsets = offsets};
        const IndexQuery without{.count = 7, .reach = reach, .best_of = best_of};
        expect_equal(index->search(probes[0], query), shifted->search(probes[0], without));
        const auto batch = index->search_batch(probes, query);
        expect_equal(batch[0], shifted->search(probes[0], without));
        expect_equal(batch[1], index->search(probes[1], without));
        expect_equal(batch[2], shifted->search(probes[2], without));
      }
  }
}

// A stored number far below zero puts a row's bound below what a byte can say: that byte is 0, and no bound at all.
TEST(PrunedIndexTest, RowsBelowTheScaleAreCompared) {
  const auto index = make_pruned(), plain = make_scan_index();
  Embeddings embeddings(11);
  for (int64_t id = 1; id <= 3000; ++id) {
    const Embedding e = embeddings.next();
    const float offset = id % 30 == 0 ? -1.5f : 0;  // the square of the distance of two of these is some 1.6
    index->add(id, id, e, offset);
    plain->add(id, id, e, offset);
  }
  index->settle(1);
  for (int i = 0; i < 40; ++i) {
    const Embedding probe = embeddings.next();
    for (const size_t count : {1u, 20u}) {
      const IndexQuery query{.count = count, .reach = 0.5f};
      expect_equal(index->search(probe, query), plain->search(probe, query));
      expect_equal(index->search_batch({probe, probe}, query).front(), plain->search(probe, query));
    }
  }
}

// A row is as long as the index says, whatever comes: memory is never read or written beyond it.
TEST(PrunedIndexTest, AnotherLengthIsRefused) {
  const auto index = make_pruned_index(512);
  Embeddings right(12, 512), wrong(13, 128);
  index->add(1, 1, right.next());
  EXPECT_THROW(index->add(2, 2, wrong.next()), std::length_error);
  EXPECT_THROW(index->search(wrong.next(), {.count = 1}), std::length_error);
  EXPECT_THROW(index->search_batch({right.next(), wrong.next()}, {.count = 1}), std::length_error);
  EXPECT_EQ(index->size(), 1u);
}

// Of every length, also such that are no multiple of a vector's width.
TEST(PrunedIndexTest, EveryLengthIsSearchedExactly) {
  for (const size_t length : {kShortestEmbedding, size_t{100}, size_t{131}, size_t{512}, kLongestEmbedding}) {
    const auto index = make_pruned_index(length), plain = make_scan_index();
    Embeddings embeddings(14, length);
    for (int64_t id = 1; id <= 1500; ++id) {
      const Embedding e = embeddings.next();
      index->add(id, id, e);
      plain->add(id, id, e);
    }
    index->settle(2);
    for (int i = 0; i < 10; ++i) {
      const Embedding probe = embeddings.next();
      const IndexQuery query{.count = 3, .reach = kEverything};
      expect_equal(index->search(probe, query), plain->search(probe, query));
    }
  }
}

// Where no direction holds more than another: for long embeddings many are kept once there are enough of them.
TEST(PrunedIndexTest, FlatSpectraAreSearchedExactly) {
  for (const size_t length : {size_t{72}, kDlibEmbedding, size_t{300}}) {
    const auto index = make_pruned_index(length), plain = make_scan_index();
    Embeddings embeddings(15, length);
    std::vector<Embedding> known;
    for (int64_t id = 1; id <= 9000; ++id) {
      known.push_back(embeddings.next());
      index->add(id, id, known.back());
      plain->add(id, id, known.back());
      if (id == 8500) index->settle(2);
    }
    for (int64_t id = 1; id <= 9000; id += 7) {
      index->remove(id);
      plain->remove(id);
    }
    index->settle(2);
    std::vector<Embedding> probes;
    for (int i = 0; i < 12; ++i) {
      probes.push_back(i % 3 ? known[size_t(i) * 700] : embeddings.next());
      for (float& value : probes.back()) value += 0.02f * float(i % 4);
      for (const float reach : {0.3f, 1.6f, kEverything}) {
        const IndexQuery query{.count = size_t(1 + i % 2 * 9), .reach = reach, .threads = 1 + i % 2};
        expect_equal(index->search(probes.back(), query), plain->search(probes.back(), query));
      }
    }
    const IndexQuery query{.count = 2, .reach = 1.6f};
    const auto batch = index->search_batch(probes, query);
    for (size_t i = 0; i < probes.size(); ++i) expect_equal(batch[i], plain->search(probes[i], query));
  }
}

}  // namespace
}  // namespace visavis
