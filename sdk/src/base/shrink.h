// Shrinks a picture. OpenCV does it too, but on a pool of threads that it starts for the whole process and keeps.
#pragma once

#include <cstdint>

namespace visavis {

// Each pixel of `out` becomes the mean of the area of `in` that it covers, pixels on its edge counted by their share.
// Both are RGB, 8 bits; strides in bytes. `out` is not larger than `in` in either direction. Runs on up to `threads`
// threads, the caller's included.
void shrink(const uint8_t* in, int width, int height, int64_t stride, uint8_t* out, int out_width, int out_height,
            int64_t out_stride, int threads);

// A part of `out`: the columns [left, right) and the rows [top, bottom).
struct ShrunkPart {
  int left, top, right, bottom;
};

// The same, on the caller's thread, of that part alone. What else there is of `out` is not written.
void shrink_part(const uint8_t* in, int width, int height, int64_t stride, uint8_t* out, int out_width, int out_height,
                 int64_t out_stride, const ShrunkPart& part);

}  // namespace visavis
