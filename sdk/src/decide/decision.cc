// The threshold's range.
#include "decide/decision.h"

#include <cstdio>
#include <string>

#include "base/error.h"
#include "types/threshold.h"

namespace visavis {

void require_threshold(float threshold) {
  if (is_threshold(threshold)) return;
  char shown[32];
  std::snprintf(shown, sizeof shown, "%g", double{threshold});
  throw Error(VAV_E_INVALID_ARGUMENT,
              "threshold is " + std::string(shown) +
                  ": give a distance from 0.000001 to 1.2 (more would take strangers for the same person), or "
                  "0 for the gallery's own or the one that keeps the usual error rate");
}

}  // namespace visavis
