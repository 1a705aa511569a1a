/* C++ layer: error rates and the thresholds that follow. */
#ifndef VISAVIS_RATES_HPP
#define VISAVIS_RATES_HPP

#include <cstdint>

#include "visavis/base.hpp"
#include "visavis/rates.h"

namespace visavis {
inline namespace cpp {

/** How distances are decided; see vav_limits. */
using Limits = Ready<vav_limits>;

/** What a threshold follows from: the first of these that is not 0; see vav_models_get_limits. */
struct Asked {
  float threshold = 0;   /* a distance, 0.000001..1.2 */
  float false_rate = 0;  /* how often a stranger may be a match, above 0 and up to 0.5 */
  vav_preset preset = 0; /* named rates */
};

/** How probable it is that two faces are of one person. */
struct Similarity {
  float probability;   /* above 0 and below 1; NaN if not evaluated */
  vav_support support; /* EXTRAPOLATED: beyond what was counted; it says what the last that was counted says */
};

}  // namespace cpp
}  // namespace visavis

#endif
