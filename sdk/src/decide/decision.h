// What a distance means.
#pragma once

#include <cstdint>

namespace visavis {

enum class Decision : int32_t { not_evaluated = 0, match = 1, unknown = 2, inactive = 3, ambiguous = 4, review = 5 };

// What is known of the error rate of a threshold. The numbers are those of vav_support.
enum class Support : int32_t { not_evaluated = 0, measured = 1, extrapolated = 2 };

// Error INVALID_ARGUMENT for a number that cannot be a threshold (types/threshold.h).
void require_threshold(float threshold);

}  // namespace visavis
