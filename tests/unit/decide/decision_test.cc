// decide/decision: which thresholds are taken.
#include "decide/decision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace visavis {
namespace {

TEST(Decision, ThresholdsOutsideTheRangeAreRefused) {
  EXPECT_NO_THROW(require_threshold(1e-6f));
  EXPECT_NO_THROW(require_threshold(1.2f));
  for (const float bad : {-0.1f, 1.3f, 60.0f, 1e-7f, std::numeric_limits<float>::denorm_min(), std::nanf(""),
                          std::numeric_limits<float>::infinity()})
    EXPECT_THROW(require_threshold(bad), Error) << bad;
}

}  // namespace
}  // namespace visavis
