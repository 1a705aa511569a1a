// The measures in words: their names, what helps, and what a value is called.
#pragma once

#include <string>

#include "types/quality.h"

namespace visavis {

// Short, such as "head_size"; "unknown" for a number that is no measure.
const char* name_of(QualityMeasure measure);

// One sentence: what would make a native value better. "" for a number that is no measure.
const char* advice_for(QualityMeasure measure, float raw);

// The same of a value that does not keep a limit.
std::string advice_for(QualityMeasure measure, float raw, float limit);

// "eyes 38 px apart, needs 70": a native value that is below or above a limit. Rounded so that it is never the limit.
std::string limit_told(QualityMeasure measure, float raw, float limit);

}  // namespace visavis
