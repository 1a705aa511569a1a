// Distance and finiteness, written so that a compiler vectorises them without being allowed to reorder sums.
#include "base/vectors.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace visavis {

float euclidean_distance(const float* a, const float* b, size_t size, float offset) {
  // Sixteen running sums, added up in a fixed order: fast, and the same on every call.
  constexpr size_t kLanes = 16;
  float sums[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= size; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const float difference = a[i + lane] - b[i + lane];
      sums[lane] += difference * difference;
    }
  for (; i < size; ++i) {
    const float difference = a[i] - b[i];
    sums[i % kLanes] += difference * difference;
  }
  for (size_t half = kLanes / 2; half > 0; half /= 2)
    for (size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
  return std::sqrt(std::max(sums[0] + offset, 0.0f));
}

bool all_finite(const float* values, size_t size) {
  for (size_t i = 0; i < size; ++i)
    if (!std::isfinite(values[i])) return false;
  return true;
}

void require_finite(const float* values, size_t size, const char* what) {
  for (size_t i = 0; i < size; ++i)
    if (!std::isfinite(values[i]))
      throw Error(VAV_E_INVALID_ARGUMENT, std::string(what) + "[" + std::to_string(i) + "] is " +
                                              (std::isnan(values[i]) ? "NaN" : "infinite") +
                                              ": an embedding holds finite numbers only");
}

}  // namespace visavis
