// The quality of faces in words and as JSON.
#pragma once

#include "output.h"
#include "visavis/quality.hpp"

namespace visavis::cli {

// The measures by name, each with "raw", "score", "approximate", "gap" and "advice".
Json quality_json(const Faces& faces, int32_t index);

// A line for each measure: its score, its native value, and what would make it better where the score is low.
void print_quality(const Faces& faces, int32_t index);

}  // namespace visavis::cli
