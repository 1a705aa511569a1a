// decide/decision: which thresholds are taken, and on which side of one a distance falls.
#include "decide/decision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace visavis {
namespace {

TEST(Decision, ThresholdsOutsideTheRangeAreRefused) {
  EXPECT_EQ(resolve_threshold(0, 0, 0.6f), 0.6f);
  EXPECT_EQ(resolve_threshold(-0.0f, 0, 1.1f), 1.1f);
  EXPECT_EQ(resolve_threshold(0.45f, 0, 0.6f), 0.45f);
  EXPECT_EQ(resolve_threshold(1.2f, 0, 0.6f), 1.2f);
  EXPECT_EQ(resolve_threshold(0, 0.4f, 0.6f), 0.4f) << "the gallery's own";
  EXPECT_EQ(resolve_threshold(0.45f, 0.4f, 0.6f), 0.45f);
  for (const float bad : {-0.1f, 1.3f, 60.0f, 1e-7f, std::numeric_limits<float>::denorm_min(), std::nanf(""),
                          std::numeric_limits<float>::infinity()})
    EXPECT_THROW(resolve_threshold(bad, 0, 0.6f), Error) << bad;
}

TEST(Decision, AtTheThresholdIsWithinIt) {
  EXPECT_EQ(decide(0, 0.6f), Decision::match);
  EXPECT_EQ(decide(0.6f, 0.6f), Decision::match);
  EXPECT_EQ(decide(std::nextafter(0.6f, 1.0f), 0.6f), Decision::unknown);
  EXPECT_EQ(decide(std::numeric_limits<float>::infinity(), 100), Decision::unknown);
  EXPECT_EQ(decide(std::nanf(""), 100), Decision::unknown);
}

}  // namespace
}  // namespace visavis
