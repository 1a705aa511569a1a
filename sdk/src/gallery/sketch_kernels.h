// The inner loops over sketches, each compiled for several instruction sets and chosen when the program runs.
#pragma once

#include "gallery/sketch.h"

namespace visavis {

// Appends the rows (counted from `first_row`) whose coarse bound is not above `limit`, and the bounds. Both arrays need
// room for every row of the blocks and kBlockRows more. Returns how many.
size_t coarse_survivors(const CoarseBlock* blocks, size_t count, const SketchProbe& probe, float limit,
                        uint32_t first_row, uint32_t* rows, float* bounds);

// bounds[i]: in, the coarse bound of the row that codes[i] belongs to; out, the fine one.
void fine_bounds(const FineSketch* const* codes, size_t count, const SketchProbe& probe, float* bounds);

// coordinates[64 · i …] of `count` embeddings, one after the other.
void project(const SketchFrame& frame, const float* embeddings, size_t count, float* coordinates);

// Sketches of the rows first..first+count-1 of `blocks` and `fine`, from row 0 of these; the other rows stay as they
// are. Returns the sum over the rows of the coarse sketch's squared error.
double make_sketches(const SketchFrame& frame, const float* embeddings, const float* offsets, size_t first,
                     size_t count, CoarseBlock* blocks, FineSketch* fine);

}  // namespace visavis
