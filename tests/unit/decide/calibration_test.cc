// decide/calibration: between the points of a table and beyond them, and that the tables of the library make sense.
#include "decide/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "types/threshold.h"

namespace visavis {
namespace {

// A power of ten for each 0.1 down to 1e-4, then one for each 0.05.
const Calibration kTable = {"made up", "{}", {{1e-1, 0.7f}, {1e-2, 0.6f}, {1e-3, 0.5f}, {1e-4, 0.4f}, {1e-5, 0.35f}}};

TEST(Calibration, PointsAreThemselvesAndTheLogarithmIsStraightBetween) {
  EXPECT_FLOAT_EQ(threshold_at(kTable, 1e-3), 0.5f);
  EXPECT_FLOAT_EQ(threshold_at(kTable, std::pow(10, -2.5)), 0.55f);
  EXPECT_NEAR(rate_at(kTable, 0.5f), 1e-3, 1e-9);
  EXPECT_NEAR(rate_at(kTable, 0.55f), std::pow(10, -2.5), 1e-8);
}

TEST(Calibration, BeyondTheLastPointItGoesOnAsOverTheLastPowerOfTen) {
  EXPECT_NEAR(threshold_at(kTable, 1e-6), 0.30f, 1e-5);
  EXPECT_NEAR(threshold_at(kTable, 1e-7), 0.25f, 1e-5);
  EXPECT_NEAR(rate_at(kTable, 0.30f) / 1e-6, 1, 1e-4);
  EXPECT_EQ(threshold_at(kTable, 1e-100), kLowestThreshold);
  EXPECT_EQ(threshold_at(kTable, 0), kLowestThreshold);
  EXPECT_FALSE(is_measured(kTable, 1e-6));
  EXPECT_TRUE(is_measured(kTable, 1e-5));
}

TEST(Calibration, NoRateHasAThresholdAboveTheFirstPoint) {
  EXPECT_EQ(threshold_at(kTable, 0.5), 0.7f);
  EXPECT_EQ(rate_at(kTable, 0.8f), 1);
  EXPECT_FALSE(is_measured(kTable, rate_at(kTable, 0.8f)));
}

// What can be asked for by its number is also what a rate can give.
TEST(Calibration, NoThresholdIsAboveTheHighest) {
  const Calibration far = {"made up", "{}", {{1e-1, 1.3f}, {1e-2, 1.25f}, {1e-3, 1.1f}}};
  EXPECT_EQ(threshold_at(far, 0.5), kHighestThreshold);
  EXPECT_EQ(threshold_at(far, 1e-2), kHighestThreshold);
  EXPECT_LT(threshold_at(far, 2e-3), kHighestThreshold);
  EXPECT_LT(rate_at(far, kHighestThreshold), 1e-2);
}

TEST(Calibration, BothWaysAreInverseAndFall) {
  for (const Calibration& table : calibrations()) {
    float before = 2;
    for (double fmr = 0.09; fmr > 1e-9; fmr *= 0.8) {
      if (threshold_at(table, fmr) == kHighestThreshold) continue;
      const float threshold = threshold_at(table, fmr);
      EXPECT_LT(threshold, before) << table.set << " " << fmr;
      EXPECT_NEAR(rate_at(table, threshold) / fmr, 1, 0.002) << table.set << " " << fmr;
      before = threshold;
    }
  }
}

TEST(Calibration, EverySetOfTheLibraryHasATableThatReachesOneInAHundredThousand) {
  for (const Scoring& scoring : {kDlibScoring, kZooScoring}) {
    const Calibration* table = calibration_of(make_recipe("", kDlibEmbedding, scoring));
    ASSERT_TRUE(table) << scoring.set;
    EXPECT_EQ(table->set, scoring.set);
    EXPECT_TRUE(is_measured(*table, 1e-1 * 0.99));
    EXPECT_TRUE(is_measured(*table, 1e-5)) << scoring.set;
    EXPECT_NE(table->json.find("persons"), std::string::npos);
  }
  EXPECT_FALSE(calibration_of({"", std::string(kOwnScoring) + "x" + kCosine}));
  EXPECT_FALSE(calibration_of(make_recipe("", 512, kDlibScoring)));
}

TEST(Calibration, ManyComparisonsHaveAsManyChances) {
  EXPECT_NEAR(rate_of_search(1e-3, 1), 1e-3, 1e-12);
  EXPECT_NEAR(rate_of_search(1e-3, 100), 1 - std::pow(0.999, 100), 1e-9);
  EXPECT_NEAR(rate_of_search(1e-12, 1000), 1e-9, 1e-15);
  EXPECT_EQ(rate_of_search(1, 5), 1);
  for (const int64_t n : {int64_t{1}, int64_t{7}, int64_t{1'000'000}, int64_t{1} << 40})
    EXPECT_NEAR(rate_of_search(rate_of_comparison(0.01, n), n), 0.01, 1e-9) << n;
}

}  // namespace
}  // namespace visavis
