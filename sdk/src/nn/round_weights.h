// The weights of one output as bytes, for byte_kernels.h.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace visavis {

// Calls put(i, byte) for `count` weights that lie `apart` floats apart. Returns what a byte stands for, and the sum of all as
// they are then.
template <class Put>
std::pair<float, float> round_weights(const float* weights, size_t count, size_t apart, const Put& put) {
  float largest = 0;
  for (size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(weights[i * apart]));
  const float scale = largest / 127;
  int sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const auto rounded = int8_t(scale > 0 ? std::lround(weights[i * apart] / scale) : 0);
    put(i, rounded);
    sum += rounded;
  }
  return {scale, scale * float(sum)};
}

}  // namespace visavis
