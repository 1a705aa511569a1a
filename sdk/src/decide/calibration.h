// How often strangers are within a threshold: the tables of models/calibration, as counted with people whose names are
// known.
#pragma once

#include <cstdint>
#include <vector>

#include "types/calibration.h"
#include "types/recipe.h"

namespace visavis {

// All of them, made by the build from models/calibration: no JSON is read in the user's process.
const std::vector<Calibration>& calibrations();

// That of the user, `own`, if there is one and it holds for the recipe; else the library's. nullptr: nobody has measured it.
const Calibration* calibration_of(const Recipe& recipe, const Calibration* own = nullptr);

// The threshold for a rate, 0..1. Between two points the logarithm of the rate is taken to be straight. Beyond the last
// one it goes on as steeply as over the last power of ten: distances of strangers fall off faster than that, so the
// threshold is rather too low. A rate above the first point has the threshold of that point. None is above kHighestThreshold.
float threshold_at(const Calibration& calibration, double fmr);

// The other way, 0..1.
double rate_at(const Calibration& calibration, float threshold);

// Whether such a rate was counted, or is an extrapolation.
bool is_measured(const Calibration& calibration, double fmr);

// Of a search in which none of `comparisons` templates is of the person: how often one is within a threshold whose false
// match rate is `fmr`, taking comparisons to be independent of each other; and the other way. The templates of one person
// are alike, so the true rate is rather lower.
double rate_of_search(double fmr, int64_t comparisons);
double rate_of_comparison(double fpir, int64_t comparisons);

}  // namespace visavis
