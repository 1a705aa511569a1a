// decide/preset: what counts of several wishes, and what each decision is.
#include "decide/preset.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "decide/calibration.h"

namespace visavis {
namespace {

constexpr float kNobody = std::numeric_limits<float>::infinity();
const Recipe kDlib = make_recipe("");
const Recipe kBrought = {"", std::string(kOwnScoring) + "x" + kCosine};

Limits search(const Asked& asked, int64_t comparisons, float of_gallery = 0) {
  return limits_for(Against::anybody, asked, of_gallery, {kDlib, 0.6f}, comparisons);
}

TEST(Preset, TheThresholdIsThatOfTheRateForSoManyComparisons) {
  const Calibration& table = *calibration_of(kDlib);
  for (const int64_t n : {11, 100, 1000}) {
    EXPECT_FLOAT_EQ(search({}, n).match, threshold_at(table, rate_of_comparison(0.01, n))) << n;
    EXPECT_NEAR(search({}, n).rate, 0.01, 1e-4) << n;
    EXPECT_EQ(search({}, n).comparisons, n);
  }
  EXPECT_LT(search({}, 1000).match, search({}, 11).match);
  EXPECT_FLOAT_EQ(search({}, 2).match, threshold_at(table, 1e-3)) << "no search is laxer than a comparison";
  EXPECT_FLOAT_EQ(limits_for(Against::one, {}, 0, {kDlib, 0.6f}, 1).match, threshold_at(table, 1e-3));
  EXPECT_EQ(search({}, 1000).support, Support::measured);
  EXPECT_EQ(search({}, 1'000'000).support, Support::extrapolated);
  EXPECT_EQ(search({}, 0).match, search({}, 1).match);
}

TEST(Preset, TheThresholdCountsBeforeTheRateTheRateBeforeThePresetThePresetBeforeTheGallery) {
  EXPECT_EQ(search({.threshold = 0.3f, .rate = 0.1, .preset = Preset::door}, 5, 0.4f).match, 0.3f);
  EXPECT_NEAR(search({.rate = 0.1, .preset = Preset::door}, 50, 0.4f).rate, 0.1, 1e-4);
  EXPECT_NEAR(search({.preset = Preset::door}, 50, 0.4f).rate, 0.001, 1e-5);
  EXPECT_EQ(search({}, 50, 0.4f).match, 0.4f);
  EXPECT_NEAR(search({}, 50).rate, 0.01, 1e-4);
  EXPECT_EQ(search({.preset = Preset::compat}, 100'000, 0.4f).match, 0.6f);
  EXPECT_GT(search({.preset = Preset::compat}, 1000).rate, 0.9);
}

TEST(Preset, AModelThatNobodyMeasuredHasItsOwnThresholdOrNone) {
  const auto own = [](const Asked& asked, float of_gallery, float of_model) {
    return limits_for(Against::anybody, asked, of_gallery, {kBrought, of_model}, 10);
  };
  EXPECT_EQ(own({}, 0, 0.9f).match, 0.9f);
  EXPECT_EQ(own({}, 0, 0.9f).support, Support::not_evaluated);
  EXPECT_EQ(own({}, 0.8f, 0.9f).match, 0.8f);
  EXPECT_EQ(own({.threshold = 0.7f}, 0, 0).match, 0.7f);
  EXPECT_EQ(own({.preset = Preset::compat}, 0, 0.9f).match, 0.9f);
  EXPECT_THROW(own({}, 0, 0), Error);
  EXPECT_THROW(own({.rate = 0.01}, 0, 0.9f), Error);
  EXPECT_THROW(own({.preset = Preset::door}, 0, 0.9f), Error);
}

TEST(Preset, RatesAndThresholdsThatMakeNoSenseAreRefused) {
  for (const double bad : {-0.1, 0.51, 1.0, double(std::numeric_limits<double>::quiet_NaN())})
    EXPECT_THROW(search({.rate = bad}, 5), Error) << bad;
  EXPECT_THROW(search({.threshold = 60}, 5), Error);
  EXPECT_TRUE(is_preset(0) && is_preset(4));
  EXPECT_FALSE(is_preset(5) || is_preset(-1));
}

TEST(Preset, WithinIsMatchUpToReviewIsReviewAndBeyondIsUnknown) {
  const Limits limits{.match = 0.4f, .review = 0.5f};
  EXPECT_EQ(decide(0, kNobody, limits), Decision::match);
  EXPECT_EQ(decide(0.4f, 0.4f, limits), Decision::match) << "no margin is asked for";
  EXPECT_EQ(decide(std::nextafter(0.4f, 1.0f), kNobody, limits), Decision::review);
  EXPECT_EQ(decide(0.5f, kNobody, limits), Decision::review);
  EXPECT_EQ(decide(std::nextafter(0.5f, 1.0f), kNobody, limits), Decision::unknown);
  EXPECT_EQ(decide(kNobody, kNobody, limits), Decision::unknown);
  EXPECT_EQ(decide(std::nanf(""), kNobody, limits), Decision::unknown);
}

TEST(Preset, WhoIsNoNearerThanTheNextByTheMarginIsAmbiguous) {
  const Limits limits{.match = 0.4f, .review = 0.5f, .margin = 0.02f};
  EXPECT_EQ(decide(0.3f, 0.3f, limits), Decision::ambiguous);
  EXPECT_EQ(decide(0.3f, 0.319f, limits), Decision::ambiguous);
  EXPECT_EQ(decide(0.3f, 0.33f, limits), Decision::match);
  EXPECT_EQ(decide(0.3f, kNobody, limits), Decision::match);
  EXPECT_EQ(decide(0.45f, 0.45f, limits), Decision::review);
}

TEST(Preset, StricterPresetsHaveLowerThresholds) {
  for (const int64_t n : {1, 100, 1'000'000}) {
    EXPECT_LT(search({.preset = Preset::door}, n).match, search({.preset = Preset::standard}, n).match) << n;
    EXPECT_LT(search({.preset = Preset::standard}, n).match, search({.preset = Preset::photos}, n).match) << n;
    const Limits door = search({.preset = Preset::door}, n);
    EXPECT_LT(door.match, door.review) << n;
    EXPECT_GT(door.margin, 0) << n;
  }
}

}  // namespace
}  // namespace visavis
