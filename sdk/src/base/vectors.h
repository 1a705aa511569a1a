// Vectors of floats: the distance everything is compared by, and the check for NaN and infinity.
#pragma once

#include <cstddef>

namespace visavis {

// Euclidean: √(squared distance + offset), 0 where that is below 0; the offset is a recipe's stored number of a template.
// One definition for the whole library: the same two vectors give the same bits wherever they are compared.
// Finite vectors never give NaN; infinity when the true distance is beyond a float.
float euclidean_distance(const float* a, const float* b, size_t size, float offset = 0);

bool all_finite(const float* values, size_t size);

// Error INVALID_ARGUMENT naming `what` and the first value that is NaN or infinite.
void require_finite(const float* values, size_t size, const char* what);

}  // namespace visavis
