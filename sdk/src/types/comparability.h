// Whether a face can be compared with others, and if not, why. The numbers are those of vav_comparability.
#pragma once

#include <cstdint>

namespace visavis {

enum class Comparability : int32_t {
  not_evaluated = 0,
  comparable = 1,
  landmarks = 2,
  cut = 3,
  too_small = 4,
  too_dark = 5,
  too_bright = 6,
  low_contrast = 7,
  blurred = 8,
  compressed = 9,
  noisy = 10
};

}  // namespace visavis
