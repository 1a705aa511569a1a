// The threshold's range and the comparison with it: the only place that turns a distance into yes or no.
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
                  "0 for the gallery's own or that of the set of models");
}

float resolve_threshold(float asked, float of_gallery, float usual) {
  if (asked == 0) {
    if (of_gallery == 0 && usual == 0)
      throw Error(VAV_E_INVALID_ARGUMENT,
                  "nobody has measured a threshold for this model, so there is none to use: give a threshold, or set "
                  "the gallery's own (`visavis eval pairs` measures with photos of yours, `visavis gallery threshold` "
                  "sets it)");
    return of_gallery != 0 ? of_gallery : usual;
  }
  require_threshold(asked);
  return asked;
}

Decision decide(float distance, float threshold) { return distance <= threshold ? Decision::match : Decision::unknown; }

}  // namespace visavis
