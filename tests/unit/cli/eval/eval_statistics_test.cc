// The figures of `visavis eval` against lists small enough to count by hand.
#include "cli/eval/eval_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace visavis::cli {
namespace {

PairResult genuine(float distance, int fold = 0) { return {true, distance, fold}; }
PairResult impostor(float distance, int fold = 0) { return {false, distance, fold}; }
PairResult without_face(bool same, int fold = 0) { return {same, std::nullopt, fold}; }

TEST(Accuracy, CountsRightAnswersOfComparablePairs) {
  const std::vector<PairResult> pairs = {genuine(0.3f), genuine(0.7f), impostor(0.8f), impostor(0.5f),
                                         without_face(true)};
  EXPECT_DOUBLE_EQ(*accuracy_at(pairs, 0.6), 0.5);
  EXPECT_DOUBLE_EQ(*accuracy_at(pairs, 0.75), 0.75);
}

TEST(Accuracy, ADistanceEqualToTheThresholdIsAMatch) {
  const std::vector<PairResult> pairs = {genuine(0.5f)};
  EXPECT_DOUBLE_EQ(*accuracy_at(pairs, 0.5), 1.0);
  EXPECT_DOUBLE_EQ(*accuracy_at(pairs, std::nextafter(0.5, 0.0)), 0.0);
}

TEST(Accuracy, APairWithoutFaceCountsAsDifferent) {
  const std::vector<PairResult> pairs = {genuine(0.3f), impostor(0.8f), without_face(true), without_face(false)};
  EXPECT_DOUBLE_EQ(*accuracy_at(pairs, 0.6), 1.0);
  EXPECT_DOUBLE_EQ(*accuracy_fte_different(pairs, 0.6), 0.75);
}

TEST(Accuracy, NothingToCompareIsNoAnswer) {
  EXPECT_FALSE(accuracy_at({}, 0.6));
  EXPECT_FALSE(accuracy_fte_different({}, 0.6));
  EXPECT_FALSE(accuracy_at(std::vector<PairResult>{without_face(true)}, 0.6));
}

TEST(BestThreshold, LiesInTheMiddleOfTheGap) {
  EXPECT_DOUBLE_EQ(*best_threshold(std::vector<PairResult>{genuine(0.25f), impostor(0.75f)}), 0.5);
}

TEST(BestThreshold, PrefersTheSmallerOfEquallyGoodOnes) {
  // 0.375 and 0.875 both get three of four right.
  const std::vector<PairResult> pairs = {genuine(0.25f), impostor(0.5f), genuine(0.75f), impostor(1.0f)};
  EXPECT_DOUBLE_EQ(*best_threshold(pairs), 0.375);
}

TEST(BestThreshold, NeverSplitsEqualDistances) {
  const std::vector<PairResult> pairs = {genuine(0.5f), impostor(0.5f), impostor(0.5f), genuine(0.25f)};
  EXPECT_DOUBLE_EQ(*best_threshold(pairs), 0.375);
}

TEST(BestThreshold, StrangersOnlyGiveOneBelowAllOfThem) {
  const std::vector<PairResult> pairs = {impostor(0.5f), impostor(0.75f)};
  EXPECT_DOUBLE_EQ(*accuracy_at(pairs, *best_threshold(pairs)), 1.0);
}

TEST(BestThreshold, SeparatesNeighbouringFloats) {
  const float near = 0.5f;
  const float far = std::nextafter(near, 1.0f);
  const std::vector<PairResult> pairs = {genuine(near), impostor(far)};
  EXPECT_DOUBLE_EQ(*accuracy_at(pairs, *best_threshold(pairs)), 1.0);
}

TEST(CrossValidation, ChoosesTheThresholdOnTheOtherFolds) {
  // Fold 2 chooses 0.5 for fold 1, which gets all right; fold 1 chooses 0.8 for fold 2, which gets half right.
  const std::vector<PairResult> pairs = {genuine(0.4f, 1), impostor(1.2f, 1), genuine(0.3f, 2), impostor(0.7f, 2),
                                         without_face(true, 2)};
  const auto result = cross_validate(pairs);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->folds, 2);
  EXPECT_DOUBLE_EQ(result->mean, 0.75);
  EXPECT_NEAR(result->sd, std::sqrt(0.125), 1e-12);
}

TEST(CrossValidation, NeedsTwoFoldsWithComparablePairs) {
  EXPECT_FALSE(cross_validate(std::vector<PairResult>{genuine(0.3f, 1), without_face(true, 2)}));
}

TEST(ErrorRates, TakesTheLargestThresholdThatKeepsTheRate) {
  std::vector<float> strangers;
  for (int i = 1; i <= 100; ++i) strangers.push_back(static_cast<float>(i) / 64);
  const ErrorRates rates({1.0f / 128, 10.5f / 64, 11.0f / 64, 2.0f}, strangers);
  // Ten of a hundred may match: every distance below the eleventh, 11/64.
  const ErrorRate rate = rates.at_one_in(10);
  EXPECT_DOUBLE_EQ(*rate.fnmr, 0.5);
  EXPECT_FLOAT_EQ(static_cast<float>(rate.threshold), 11.0f / 64);
  EXPECT_LT(rate.threshold, 11.0 / 64);
  // One of a hundred: below 2/64.
  EXPECT_DOUBLE_EQ(*rates.at_one_in(100).fnmr, 0.75);
}

TEST(ErrorRates, EqualDistancesMatchTogetherOrNotAtAll) {
  // One of ten may match, but the two nearest are equally near: neither may.
  const ErrorRates rates({0.4f, 0.5f}, {0.5f, 0.5f, 1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_DOUBLE_EQ(*rates.at_one_in(10).fnmr, 0.5);
}

TEST(ErrorRates, TooFewStrangersIsNoAnswer) {
  const ErrorRates rates({0.3f}, std::vector<float>(99, 1.0f));
  EXPECT_TRUE(rates.at_one_in(10).fnmr);
  EXPECT_FALSE(rates.at_one_in(100).fnmr);
}

TEST(ErrorRates, TheCurveGoesAsFarAsThePairsTell) {
  std::vector<float> impostor;
  for (int i = 1; i <= 1000; ++i) impostor.push_back(float(i) / 1000);
  const ErrorRates rates({0.0005f, 0.0015f, 0.05f, 0.4f}, impostor);
  const std::vector<ErrorRate> curve = rates.curve();
  ASSERT_GT(curve.size(), 15u);
  EXPECT_EQ(curve.front().one_in, 2);
  EXPECT_EQ(curve.back().one_in, 1000);
  for (size_t i = 1; i < curve.size(); ++i) {
    EXPECT_GT(curve[i].one_in, curve[i - 1].one_in);
    EXPECT_GE(*curve[i].fnmr, *curve[i - 1].fnmr);
    EXPECT_EQ(*curve[i].fnmr, *rates.at_one_in(curve[i].one_in).fnmr);
  }
  EXPECT_TRUE(ErrorRates({}, impostor).curve().empty());
  EXPECT_TRUE(ErrorRates({0.5f}, {}).curve().empty());
}

TEST(ErrorRates, NoGenuinePairIsNoAnswer) {
  EXPECT_FALSE(ErrorRates({}, std::vector<float>(1000, 1.0f)).at_one_in(10).fnmr);
}

TEST(ErrorRates, OfPairsLeavesOutThoseWithoutFace) {
  const ErrorRates rates = error_rates_of(
      std::vector<PairResult>{genuine(0.3f), impostor(0.8f), impostor(0.9f), without_face(true), without_face(false)});
  EXPECT_EQ(rates.genuine(), 1);
  EXPECT_EQ(rates.impostor(), 2);
}

}  // namespace
}  // namespace visavis::cli
