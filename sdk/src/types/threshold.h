// Which numbers can be a threshold: bounds that fit the metric, Euclidean distances of faces, in every set of models.
#pragma once

namespace visavis {

// Above the highest are strangers: with dlib's models no two faces are farther apart, with embeddings of norm 1 the
// middle of all strangers is 1.41. Only equal embeddings are nearer than the lowest.
inline constexpr float kLowestThreshold = 1e-6f, kHighestThreshold = 1.2f;

inline bool is_threshold(float threshold) {  // NaN fails every comparison
  return threshold >= kLowestThreshold && threshold <= kHighestThreshold;
}

}  // namespace visavis
