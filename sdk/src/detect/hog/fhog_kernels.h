// The steps of Felzenszwalb's HOG features (FHOG) as dlib computes them with cells of 8 px, on rows of numbers. Arrays
// are padded: a kernel may read and write up to kPadding elements behind what it is asked for.
#pragma once

#include <cstdint>

namespace visavis::fhog {

inline constexpr int kCell = 8;           // px
inline constexpr int kOrientations = 18;  // of gradients; opposite ones are taken together in 9 more features
inline constexpr int kFeatures = 31;
inline constexpr int kPadding = 64;  // elements

struct PixelRows {  // one pointer for each plane, to pixel 0 of the row
  const uint8_t *above[3], *here[3], *below[3];
  int planes;
};

// The gradients of pixels begin..end-1: their lengths, and four times the number of their orientation. Of the colours
// the strongest gradient counts. Of equally strong ones it is the last, as in dlib's SIMD code, or with
// `first_of_equals` the first, as where dlib ends a row without SIMD.
void gradients(const PixelRows& rows, int begin, int end, bool first_of_equals, float* lengths, uint16_t* bins);

// Votes of a row of blocks of 8×8 px, each between the centres of four cells. `lengths` and `bins`: up to 8 rows,
// `stride` apart; the first is row `first_row` of the blocks. Result: votes[o × 4 × vote_stride + 4 × block + corner]
// is what the block's gradients of orientation o give to the cell at its upper left, upper right, lower left, lower
// right.
void vote(const float* lengths, const uint16_t* bins, int64_t stride, int first_row, int rows, int blocks,
          int64_t vote_stride, float* votes);

// Histograms of a row of cells, planes of kOrientations × stride: the sum of what the blocks above gave (`lower`) and
// what the blocks below give. Afterwards `lower` is what these blocks give to the next row. `scratch`: four rows of
// `stride`.
void histograms(const float* votes, int64_t vote_stride, int cells, int64_t stride, float* scratch, float* lower,
                float* histogram);

// The energy of each cell, over the nine directions.
void energies(const float* histogram, int64_t stride, int cells, float* energy);

// For each square of 2×2 cells: the bound at which histograms are cut, and the factor for them; cells - 1 of each.
void normalizers(const float* energy_above, const float* energy_below, int cells, float* bounds, float* factors);

// Features of the inner cells of a row (cells - 2), planes of `feature_stride`, from the normalizers above and below.
void features(const float* histogram, int64_t stride, int cells, const float* const bounds[2],
              const float* const factors[2], float* out, int64_t feature_stride);

}  // namespace visavis::fhog
