// The rates of `visavis eval identify` against faces on a line, which can be counted by hand.
#include "cli/eval/identify_trials.h"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/cli/eval/one_after_the_other.h"

namespace visavis::cli {
namespace {

TrialFaces faces_on_a_line(std::vector<uint32_t> persons, std::vector<float> places) {
  TrialFaces faces;
  faces.persons = std::move(persons);
  faces.distances = [places](size_t face, std::span<const size_t> others) {
    std::vector<float> distances;
    for (const size_t other : others) distances.push_back(std::abs(places[face] - places[other]));
    return distances;
  };
  return faces;
}

// Four persons with two faces each, 0.1 apart; persons are 10 apart.
TrialFaces four_persons() {
  return faces_on_a_line({0, 0, 1, 1, 2, 2, 3, 3}, {0, 0.1f, 10, 10.1f, 20, 20.1f, 30, 30.1f});
}

TEST(IdentifyTrials, HalfOfThePersonsStayStrangers) {
  EXPECT_EQ(most_enrolled(four_persons(), 1), 2);
  EXPECT_EQ(most_enrolled(four_persons(), 2), 2);
  EXPECT_EQ(most_enrolled(four_persons(), 3), 0);
}

TEST(IdentifyTrials, CountsStrangersWhoAreNamedAndEnrolledWhoAreNot) {
  const TrialPlan plan{.gallery = 2, .photos = 1, .draws = 6, .thresholds = {0.05f, 0.2f, 100}};
  const TrialReport report = run_trials(four_persons(), plan, one_after_the_other);
  EXPECT_EQ(report.strangers, 6 * 4);
  EXPECT_EQ(report.enrolled, 6 * 2);
  ASSERT_EQ(report.rows.size(), 3u);
  EXPECT_EQ(report.rows[0].fpir.mean, 0);
  EXPECT_EQ(report.rows[0].fnir.mean, 1) << "their second faces are farther";
  EXPECT_EQ(report.rows[1].fpir.high, 0);
  EXPECT_EQ(report.rows[1].fnir.mean, 0);
  EXPECT_EQ(report.rows[2].fpir.mean, 1) << "everybody is within it";
  EXPECT_EQ(report.rows[2].fnir.mean, 0);
}

TEST(IdentifyTrials, TheWrongPersonIsNoAnswer) {
  // The second face of person 0 is that of person 1.
  const TrialFaces faces = faces_on_a_line({0, 0, 1, 2, 3}, {0, 10.1f, 10, 50, 60});
  const TrialPlan plan{.gallery = 2, .photos = 1, .draws = 40, .thresholds = {1}};
  const TrialReport report = run_trials(faces, plan, one_after_the_other);
  EXPECT_GT(report.enrolled, 0);
  EXPECT_EQ(report.rows[0].fnir.mean, 1);
}

TEST(IdentifyTrials, TheSameComesOutEachTime) {
  const TrialPlan plan{.gallery = 1, .photos = 1, .draws = 5, .thresholds = {10.05f}};
  const TrialReport first = run_trials(four_persons(), plan, one_after_the_other);
  const TrialReport second = run_trials(four_persons(), plan, one_after_the_other);
  EXPECT_EQ(first.rows[0].fpir.mean, second.rows[0].fpir.mean);
  EXPECT_LE(first.rows[0].fpir.low, first.rows[0].fpir.mean);
  EXPECT_GE(first.rows[0].fpir.high, first.rows[0].fpir.mean);
}

}  // namespace
}  // namespace visavis::cli
