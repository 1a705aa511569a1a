// The threshold's range and the comparison with it: the only place that turns a distance into yes or no.
#include "decide/decision.h"

#include <string>

#include "base/error.h"

namespace visavis {

float resolve_threshold(float asked) {
  constexpr float kHighest = 100;
  if (asked == 0) return kDefaultThreshold;
  if (!(asked > 0 && asked <= kHighest))  // NaN fails every comparison
    throw Error(VAV_E_INVALID_ARGUMENT, "threshold is " + std::to_string(asked) +
                                            ": give a distance above 0 and at most 100, or 0 for the default of 0.6");
  return asked;
}

Decision decide(float distance, float threshold) { return distance <= threshold ? Decision::match : Decision::unknown; }

}  // namespace visavis
