// eval/quality_curves: photos whose errors are known, ordered rightly and not at all.
#include "eval/quality_curves.h"

#include <gtest/gtest.h>

namespace visavis::cli {
namespace {

// 1,000 photos of 250 persons; the pairs of the 100 worst photos are missed, and no others.
struct Trial {
  std::vector<double> good, useless;
  std::vector<uint32_t> persons;
  std::vector<GenuinePair> pairs;
};

Trial trial() {
  Trial made;
  for (size_t i = 0; i < 1000; ++i) {
    made.persons.push_back(uint32_t(i / 4));
    const bool bad = i * 7919 % 1000 < 100;
    made.good.push_back(double(i * 7919 % 1000));
    made.useless.push_back(double(i * 104729 % 1000));
    for (size_t other = i / 4 * 4; other < i; ++other)
      made.pairs.push_back({other, i, bad || other * 7919 % 1000 < 100});
  }
  return made;
}

const std::vector<double> kShares = {0, 0.05, 0.1, 0.2};

TEST(QualityCurves, AMeasureThatKnowsTheErrorsLeavesNone) {
  const Trial t = trial();
  const auto rates = miss_rates(t.good, t.pairs, kShares);
  EXPECT_NEAR(rates[0], 0.19, 0.03);
  EXPECT_LT(rates[1], rates[0] - 0.05);
  EXPECT_EQ(rates[2], 0);
  EXPECT_EQ(rates[3], 0);
}

TEST(QualityCurves, AMeasureThatKnowsNothingChangesNothing) {
  const Trial t = trial();
  for (const auto& worth : {t.useless, std::vector<double>(1000, 50.0)}) {
    const auto rates = miss_rates(worth, t.pairs, kShares);
    for (const double rate : rates) EXPECT_NEAR(rate, rates[0], 0.04);
  }
}

TEST(QualityCurves, NoPhotosAndNoPairsGiveNoRate) {
  EXPECT_EQ(miss_rates({}, {}, kShares), std::vector<double>(4, 0.0));
  EXPECT_EQ(
      miss_rates(std::vector<double>{1, 2}, std::vector<GenuinePair>{{0, 1, true}}, std::vector<double>{0, 0.5, 1}),
      (std::vector<double>{1, 0, 0}));
}

TEST(QualityCurves, TheCombinationFindsTheMeasureThatKnows) {
  const Trial t = trial();
  const std::vector<std::vector<double>> measures = {t.useless, t.good, std::vector<double>(1000, 3.0)};
  const auto rates = miss_rates(combined_worth(measures, t.persons, t.pairs), t.pairs, kShares);
  EXPECT_LT(rates[2], 0.03);
  EXPECT_LT(rates[3], 0.005);
}

// Weights are never those of the persons that they are used for.
TEST(QualityCurves, TheCombinationIsFittedOnTheOtherHalf) {
  Trial t = trial();
  for (GenuinePair& pair : t.pairs)
    if (t.persons[pair.a] % 2 == 1) pair.missed = false;  // nothing to learn from these
  const auto worth = combined_worth(std::vector<std::vector<double>>{t.good}, t.persons, t.pairs);
  for (size_t photo = 0; photo < worth.size(); ++photo) {
    if (t.persons[photo] % 2 == 0) {
      EXPECT_NEAR(worth[photo], 0, 1e-3);
    }
  }
}

}  // namespace
}  // namespace visavis::cli
