// Which numbers can be a threshold: bounds that fit the metric, Euclidean distances of faces.
#pragma once

namespace visavis {

// No two faces have been seen farther apart than the highest; only equal embeddings are nearer than the lowest.
inline constexpr float kLowestThreshold = 1e-6f, kHighestThreshold = 1.2f;

inline bool is_threshold(float threshold) {  // NaN fails every comparison
  return threshold >= kLowestThreshold && threshold <= kHighestThreshold;
}

}  // namespace visavis
