// From a distance to a decision at a threshold.
#pragma once

#include <cstdint>

namespace visavis {

enum class Decision : int32_t { not_evaluated = 0, match = 1, unknown = 2 };

// dlib's own: its model was trained so that two photos of one person are closer than this.
inline constexpr float kDefaultThreshold = 0.6f;

// The threshold to use for the one asked for: 0 is the default. Error INVALID_ARGUMENT below 0, above 100 and for NaN.
float resolve_threshold(float asked);

// MATCH when the distance is at most the threshold.
Decision decide(float distance, float threshold);

}  // namespace visavis
