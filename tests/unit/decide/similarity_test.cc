// decide/similarity: odds from counts, by a table whose numbers were worked out by hand, and by those of the library.
#include "decide/similarity.h"

#include <gtest/gtest.h>

#include <cmath>

namespace visavis {
namespace {

// Of 1,000 pairs of one person and 100,000 of two: far to near 100 and 90,000; 200 and 9,000; 700 and 1,000.
Calibration made_up() { return {"made up", "{}", {{0.1, 0.8f, 0.1}, {0.01, 0.6f, 0.3}}, 1000, 100'000}; }

TEST(Similarity, IsThePosteriorOfTheCounts) {
  const std::vector<Evidence> evidence = evidence_of(made_up());
  ASSERT_EQ(evidence.size(), 3u);
  EXPECT_FLOAT_EQ(evidence[0].distance, 0.5f);  // as wide as its neighbour
  EXPECT_NEAR(evidence[0].log_ratio, std::log(0.7 / 0.01), 1e-9);
  EXPECT_FLOAT_EQ(evidence[1].distance, 0.7f);
  EXPECT_NEAR(evidence[1].log_ratio, std::log(0.2 / 0.09), 1e-9);
  EXPECT_NEAR(evidence[2].log_ratio, std::log(0.1 / 0.9), 1e-9);
  EXPECT_NEAR(similarity_at(evidence, 0.7f, 0.5).probability, 0.2 / 0.29, 1e-5);
  EXPECT_NEAR(similarity_at(evidence, 0.7f, 0.1).probability, 0.02 / (0.02 + 0.9 * 0.09), 1e-5);
  const double between = std::sqrt(0.2 / 0.09 * 70);
  EXPECT_NEAR(similarity_at(evidence, 0.6f, 0.5).probability, between / (1 + between), 1e-4);
}

TEST(Similarity, BeyondTheCountsItStaysAndSaysSo) {
  const std::vector<Evidence> evidence = evidence_of(made_up());
  EXPECT_EQ(similarity_at(evidence, 0.5f, 0.5).support, Support::measured);
  EXPECT_EQ(similarity_at(evidence, 0, 0.5).support, Support::extrapolated);
  EXPECT_EQ(similarity_at(evidence, 0, 0.5).probability, similarity_at(evidence, 0.5f, 0.5).probability);
  EXPECT_EQ(similarity_at(evidence, 2, 0.5).support, Support::extrapolated);
  EXPECT_NEAR(similarity_at(evidence, 2, 0.5).probability, 0.1, 1e-6);
  EXPECT_TRUE(std::isnan(similarity_at(evidence, INFINITY, 0.5).probability));
  EXPECT_EQ(similarity_at(evidence, INFINITY, 0.5).support, Support::not_evaluated);
}

TEST(Similarity, IsNeverCertain) {
  const std::vector<Evidence> evidence = evidence_of(made_up());
  EXPECT_LT(similarity_at(evidence, 0, 1 - 1e-12).probability, 1);
  EXPECT_GT(similarity_at(evidence, 2, 1e-300).probability, 0);
}

// What is farther never says more, though by chance it did among the pairs that were counted.
TEST(Similarity, NeighboursThatContradictEachOtherOrAreFewAreTakenTogether) {
  Calibration table{"made up", "{}", {{0.5, 0.9f, 0.1}, {0.1, 0.8f, 0.11}, {0.01, 0.7f, 0.6}}, 1000, 100'000};
  for (const float nearer : {0.601f, 0.605f}) {  // one pair of one person, then five
    table.points.push_back({0.005, 0.6f, nearer});
    const std::vector<Evidence> evidence = evidence_of(table);
    ASSERT_GT(evidence.size(), 2u);
    for (size_t i = 1; i < evidence.size(); ++i) EXPECT_LT(evidence[i].log_ratio, evidence[i - 1].log_ratio);
    table.points.pop_back();
  }
}

TEST(Similarity, WithoutPairsOfOnePersonThereIsNone) {
  Calibration table = made_up();
  table.genuine = 0;
  EXPECT_TRUE(evidence_of(table).empty());
  table.genuine = 9;  // too few for two ranges
  EXPECT_TRUE(evidence_of(table).empty());
  EXPECT_TRUE(std::isnan(similarity_at({}, 0.5f, 0.5).probability));
}

TEST(Similarity, FallsWithTheDistanceForEverySetOfTheLibrary) {
  for (const Calibration& table : calibrations()) {
    const std::vector<Evidence> evidence = evidence_of(table);
    ASSERT_GT(evidence.size(), 5u) << table.set;
    EXPECT_GT(evidence.front().log_ratio, 9) << table.set;
    EXPECT_LT(evidence.back().log_ratio, -4) << table.set;
    float before = 1;
    for (float distance = 0; distance < 2; distance += 0.001f) {
      const float now = similarity_at(evidence, distance, 0.5).probability;
      EXPECT_LE(now, before) << table.set << " " << distance;
      before = now;
    }
  }
}

}  // namespace
}  // namespace visavis
