// Bands of rows of a picture, so small that OpenCV does not start its process-wide thread pool for one: the caller decides
// how many threads run. And a band stays in the cache.
#pragma once

#include <algorithm>
#include <cstdint>

namespace visavis {

// Even, so that no band cuts through a row of halved chroma.
inline int32_t band_rows(int32_t width) { return std::max<int32_t>(2, 65'536 / std::max(width, 1) / 2 * 2); }

// Calls body(first_row, past_last_row).
template <class Body>
void in_bands(int32_t width, int32_t height, Body&& body) {
  const int32_t rows = band_rows(width);
  for (int32_t row = 0; row < height; row += rows) body(row, std::min(height, row + rows));
}

}  // namespace visavis
