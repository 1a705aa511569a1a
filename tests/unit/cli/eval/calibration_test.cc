// The rates of `visavis calibrate` against lists small enough to count by hand, and their bounds against what is known.
#include "cli/eval/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "unit/cli/eval/one_after_the_other.h"

namespace visavis::cli {
namespace {

// Faces on a line: distances are differences.
KnownFaces on_a_line(std::vector<uint32_t> persons, std::vector<float> places) {
  KnownFaces faces;
  faces.persons = std::move(persons);
  faces.distances = [places](size_t face) {
    std::vector<float> distances;
    for (size_t i = face + 1; i < places.size(); ++i) distances.push_back(std::abs(places[i] - places[face]));
    return distances;
  };
  return faces;
}

TEST(Calibration, CountsPairsWithinEachThreshold) {
  // Genuine: 0.1 and 0.5. Impostors: 0.3, 0.8, 0.4, 0.7 of persons 0 and 1.
  const KnownFaces faces = on_a_line({0, 0, 1, 1}, {0, 0.1f, 0.4f, 0.9f});
  const PairCounts counts = count_pairs(faces);
  EXPECT_EQ(counts.persons, 2);
  EXPECT_EQ(counts.genuine, 2);
  EXPECT_EQ(counts.impostor, 4);
  const auto rows = rates_at(faces, std::vector{0.75f, 0.35f, 0.2f}, 0, one_after_the_other);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].false_matches, 2);
  EXPECT_EQ(rows[1].false_matches, 1);
  EXPECT_EQ(rows[2].false_matches, 0);
  EXPECT_DOUBLE_EQ(rows[0].fmr.value, 0.5);
  EXPECT_DOUBLE_EQ(rows[0].fnmr->value, 0);
  EXPECT_DOUBLE_EQ(rows[1].fnmr->value, 0.5);
}

TEST(Calibration, TheThresholdOfARateIsTheLargestThatKeepsIt) {
  const KnownFaces faces = on_a_line({0, 0, 1, 1}, {0, 0.1f, 0.4f, 0.9f});
  const auto thresholds = thresholds_at(faces, std::vector{1.0, 0.5, 0.25, 0.1}, one_after_the_other);
  EXPECT_GE(thresholds[0], 0.9f);
  EXPECT_NEAR(thresholds[1], 0.8f, 1e-4);
  EXPECT_LT(thresholds[1], 0.8f + 1e-4f);
  EXPECT_NEAR(thresholds[2], 0.4f, 1e-4);
  EXPECT_EQ(thresholds[3], 0) << "not one pair is allowed";
  const auto rows = rates_at(faces, thresholds, 0, one_after_the_other);
  EXPECT_LE(rows[1].fmr.value, 0.5);
  EXPECT_LE(rows[2].fmr.value, 0.25);
}

TEST(Calibration, WithoutGenuinePairsThereIsNoFnmr) {
  const auto rows = rates_at(on_a_line({0, 1}, {0, 1}), std::vector{0.5f}, 5, one_after_the_other);
  EXPECT_FALSE(rows[0].fnmr);
  EXPECT_EQ(rows[0].fmr.high, 0);
}

// Nobody was missed, of two persons: that is no proof that nobody ever is.
TEST(Calibration, WhatWasNeverSeenIsNotSaidToBeSure) {
  const KnownFaces two = on_a_line({0, 0, 1, 1, 2}, {0, 0.1f, 0.4f, 0.5f, 0.9f});
  const auto rows = rates_at(two, std::vector{0.2f, 0.01f}, 50, one_after_the_other);
  EXPECT_EQ(rows[0].fnmr->value, 0);
  EXPECT_NEAR(rows[0].fnmr->high, 1 - std::sqrt(0.05), 1e-9);
  EXPECT_EQ(rows[1].fnmr->value, 1);
  EXPECT_NEAR(rows[1].fnmr->low, std::sqrt(0.05), 1e-9);
}

// One person of a hundred looks like everybody: a sample without that one, or with two of them, differs much. Bounds by
// pairs would be far too narrow.
TEST(Calibration, BoundsAreThoseOfPersonsAndNotOfPairs) {
  std::mt19937 random(3);
  std::vector<uint32_t> persons;
  std::vector<float> places;
  for (uint32_t i = 0; i < 100; ++i) persons.push_back(i), places.push_back(i == 0 ? 0 : 10 + 100 * float(i));
  KnownFaces faces = on_a_line(persons, places);
  faces.distances = [](size_t face) {  // only the first one is near to all
    return std::vector<float>(99 - face, face == 0 ? 0.1f : 2.0f);
  };
  const auto row = rates_at(faces, std::vector{0.5f}, 500, one_after_the_other).front();
  EXPECT_EQ(row.false_matches, 99);
  EXPECT_NEAR(row.fmr.value, 0.02, 1e-9);
  EXPECT_EQ(row.fmr.low, 0);
  EXPECT_GT(row.fmr.high, 0.05);
  EXPECT_LT(row.fmr.high, 0.11);
}

}  // namespace
}  // namespace visavis::cli
