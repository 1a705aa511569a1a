// cluster/clustering: the same as joining the nearest two of all clusters, pair by pair; labels that last.
#include "cluster/clustering.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "types/recipe.h"

namespace visavis {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Average linkage by its definition: of all pairs of clusters the nearest, by all pairs of their faces.
std::vector<int64_t> by_definition(const std::vector<Embedding>& faces, const std::vector<float>& offsets,
                                   double reach) {
  std::vector<std::vector<size_t>> clusters;
  for (size_t i = 0; i < faces.size(); ++i) clusters.push_back({i});
  const auto squared = [&](size_t a, size_t b) {
    double sum = double{offsets[a]} + double{offsets[b]};
    for (size_t i = 0; i < faces[a].size(); ++i) sum += std::pow(double{faces[a][i]} - double{faces[b][i]}, 2);
    return sum;
  };
  for (;;) {
    double nearest = std::numeric_limits<double>::infinity();
    size_t one = 0, other = 0;
    for (size_t a = 0; a < clusters.size(); ++a)
      for (size_t b = a + 1; b < clusters.size(); ++b) {
        double sum = 0;
        for (const size_t i : clusters[a])
          for (const size_t j : clusters[b]) sum += squared(i, j);
        sum /= double(clusters[a].size() * clusters[b].size());
        if (sum < nearest) nearest = sum, one = a, other = b;
      }
    if (!(nearest <= reach * reach)) break;
    clusters[one].insert(clusters[one].end(), clusters[other].begin(), clusters[other].end());
    clusters.erase(clusters.begin() + ptrdiff_t(other));
  }
  std::vector<int64_t> first(faces.size());
  for (const auto& cluster : clusters)
    for (const size_t face : cluster) first[face] = int64_t(*std::ranges::min_element(cluster));
  return first;
}

std::vector<int64_t> clustered(const std::vector<Embedding>& faces, const std::vector<float>& offsets, float reach,
                               milliseconds piece = hours(1)) {
  Clustering clustering(faces, offsets, reach, 2);
  int64_t before = -1;
  while (!clustering.run(piece)) {
    EXPECT_GT(clustering.done(), before);
    EXPECT_LE(clustering.done(), clustering.total());
    before = clustering.done() - 1;  // a link of a chain is no progress yet
  }
  EXPECT_EQ(clustering.done(), clustering.total());
  return clustering.first_faces();
}

// People around points, some of them near to each other.
std::vector<Embedding> some_faces(std::mt19937& random, size_t count, size_t people, float spread) {
  std::normal_distribution<float> normal;
  std::vector<Embedding> centres(people, Embedding(kShortestEmbedding)), faces;
  for (Embedding& centre : centres)
    for (float& x : centre) x = normal(random) / 8;
  for (size_t i = 0; i < count; ++i) {
    Embedding face = centres[random() % people];
    for (float& x : face) x += normal(random) * spread / 8;
    faces.push_back(std::move(face));
  }
  return faces;
}

TEST(ClusteringTest, GivesWhatJoiningTheNearestTwoOfAllGives) {
  std::mt19937 random(1);
  size_t joined = 0, apart = 0;
  for (int round = 0; round < 60; ++round) {
    const auto faces = some_faces(random, 5 + random() % 40, 1 + random() % 12, 0.2f + 0.1f * float(random() % 12));
    std::vector<float> offsets(faces.size());
    if (round % 2 == 1)
      for (float& offset : offsets) offset = float(random() % 1000) / 2000;
    const float reach = 0.4f + 0.1f * float(random() % 12);
    const auto expected = by_definition(faces, offsets, double{reach});
    EXPECT_EQ(clustered(faces, offsets, reach), expected) << "round " << round;
    const size_t clusters = std::set(expected.begin(), expected.end()).size();
    joined += faces.size() - clusters, apart += clusters;
  }
  EXPECT_GT(joined, 300u);  // so the rounds try both
  EXPECT_GT(apart, 300u);
}

TEST(ClusteringTest, TheOrderOfFacesDecidesNothing) {
  std::mt19937 random(2);
  auto faces = some_faces(random, 1500, 90, 0.9f);  // so many that the index uses its sketches
  const std::vector<float> offsets(faces.size(), 0.1f);
  std::vector<size_t> order(faces.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto partition = [&](const std::vector<int64_t>& first) {
    std::map<int64_t, std::set<size_t>> members;
    for (size_t i = 0; i < first.size(); ++i) members[first[i]].insert(order[i]);
    std::set<std::set<size_t>> sets;
    for (auto& [_, one] : members) sets.insert(one);
    return sets;
  };
  const auto before = partition(clustered(faces, offsets, 1.35f));
  EXPECT_GT(before.size(), 20u);
  EXPECT_LT(before.size(), 1400u);
  std::ranges::shuffle(order, random);
  std::vector<Embedding> mixed;
  for (const size_t i : order) mixed.push_back(faces[i]);
  EXPECT_EQ(partition(clustered(mixed, offsets, 1.35f, milliseconds(0))), before);
}

TEST(ClusteringTest, EqualFacesAreOneAndNothingIsNothing) {
  const std::vector<Embedding> same(300, Embedding(128, 0.1f));
  EXPECT_EQ(clustered(same, std::vector<float>(300), 0.5f), std::vector<int64_t>(300, 0));
  EXPECT_EQ(clustered(same, std::vector<float>(300, 0.2f), 0.5f)[299], 299);  // √0.4 apart
  EXPECT_TRUE(clustered({}, {}, 0.5f).empty());
  EXPECT_EQ(clustered({Embedding(128, 0.1f)}, {0}, 0.5f), std::vector<int64_t>{0});
}

TEST(LabelsTest, ClustersAreNumberedByTheirFirstFaces) {
  EXPECT_EQ(labels_of(std::vector<int64_t>{0, 1, 0, 3, 1}, {}), (std::vector<int64_t>{1, 2, 1, 3, 2}));
  EXPECT_TRUE(labels_of({}, {}).empty());
}

TEST(LabelsTest, AClusterKeepsTheLabelOfMostOfItsFaces) {
  using Labels = std::vector<int64_t>;
  // New faces join an old cluster, and begin one.
  EXPECT_EQ(labels_of(Labels{0, 1, 1, 3}, Labels{0, 7, 7, 0}), (Labels{8, 7, 7, 9}));
  // Two that were one: the larger part keeps the label.
  EXPECT_EQ(labels_of(Labels{0, 1, 1}, Labels{5, 5, 5}), (Labels{6, 5, 5}));
  // One that was two: the label of more faces; the other is not used again.
  EXPECT_EQ(labels_of(Labels{0, 0, 0, 3}, Labels{2, 9, 9, 0}), (Labels{9, 9, 9, 10}));
  // As many of each: the lower one.
  EXPECT_EQ(labels_of(Labels{0, 0}, Labels{4, 3}), (Labels{3, 3}));
  // What another one keeps is not taken, but the next best is.
  EXPECT_EQ(labels_of(Labels{0, 0, 0, 3, 3, 3, 3}, Labels{1, 1, 2, 1, 1, 1, 0}), (Labels{2, 2, 2, 1, 1, 1, 1}));
}

}  // namespace
}  // namespace visavis
