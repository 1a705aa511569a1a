// From a distance to a decision at a threshold.
#pragma once

#include <cstdint>

namespace visavis {

enum class Decision : int32_t { not_evaluated = 0, match = 1, unknown = 2, inactive = 3 };

// Error INVALID_ARGUMENT for a number that cannot be a threshold (types/threshold.h).
void require_threshold(float threshold);

// The threshold to use. 0 means the gallery's own, and if that is 0, the usual one. Error INVALID_ARGUMENT, also when all
// are 0.
float resolve_threshold(float asked, float of_gallery, float usual);

// MATCH when the distance is at most the threshold.
Decision decide(float distance, float threshold);

}  // namespace visavis
