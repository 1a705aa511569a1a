// The inner loops over rows of RGB pixels, each compiled for several instruction sets and chosen when the program runs.
#pragma once

#include <cstddef>
#include <cstdint>

namespace visavis {

// sums[i] += share · row[i]; with `first`, sums[i] = share · row[i].
void add_row(const uint8_t* row, size_t count, float share, bool first, float* sums);

// What one pixel of a smaller row covers of the larger: pixels [first, last], the two at its ends by these shares, all
// between whole.
struct PixelSpan {
  int first, last;
  float first_share, last_share;
};

// out[x] = the sum over spans[x], divided by `area` and rounded. `sums` has a float more than its pixels take.
void mean_row(const float* sums, const PixelSpan* spans, size_t pixels, float area, uint8_t* out);

// The three values of each pixel into a plane each.
void split_row(const uint8_t* row, size_t pixels, float* first, float* second, float* third);

}  // namespace visavis
