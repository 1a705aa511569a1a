// How probable it is that two faces are one person's, by their distance.
#pragma once

#include <vector>

#include "decide/calibration.h"
#include "decide/decision.h"

namespace visavis {

// How much more often one person's faces are that far from each other than two persons', as a natural logarithm.
struct Evidence {
  float distance;
  double log_ratio;
};

// By rising distances, falling. Between the thresholds of the table both kinds of pairs are counted, and neighbours are
// taken together until each has ten of both kinds and none says less than one that is farther (isotonic regression). Empty where the
// table has too few pairs of one person.
std::vector<Evidence> evidence_of(const Calibration& calibration);

struct Similarity {
  float probability;  // above 0 and below 1; NaN if not evaluated
  Support
      support;  // extrapolated: nearer or farther than what was counted, so it says what the last that was counted says
};

// `prior`: how probable it is before the faces are looked at, above 0 and below 1. An infinite distance is of nothing, and
// not evaluated.
Similarity similarity_at(const std::vector<Evidence>& evidence, float distance, double prior);

}  // namespace visavis
