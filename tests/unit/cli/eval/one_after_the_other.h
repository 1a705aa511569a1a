// In the place of the threads that count rates: one call after the other.
#pragma once

#include <cstdint>
#include <functional>

namespace visavis::cli {

inline void one_after_the_other(int64_t count, const std::function<void(int64_t)>& each) {
  for (int64_t i = 0; i < count; ++i) each(i);
}

}  // namespace visavis::cli
