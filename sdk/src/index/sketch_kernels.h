// The inner loops over sketches, each compiled for several instruction sets and chosen when the program runs.
#pragma once

#include "index/sketch.h"

namespace visavis {

// The coarse bound of every row of the blocks as a byte: bound · unit rounded down, at least 0 and at most 255.
void coarse_bounds(const CoarseBlock* blocks, size_t count, const SketchProbe& probe, float unit, uint8_t* bounds);

// Writes the places of bytes that are not above `limit`, and returns how many. `count`: a multiple of kBlockRows.
size_t rows_within(const uint8_t* bounds, size_t count, uint8_t limit, uint16_t* rows);

// How many that would be.
size_t count_within(const uint8_t* bounds, size_t count, uint8_t limit);

// bounds[i]: in, the coarse bound of the row that codes[i] belongs to; out, the fine one.
void fine_bounds(const FineSketch* const* codes, size_t count, const SketchProbe& probe, float* bounds);

// coordinates[64 · i …] of `count` embeddings, which are stride_of(frame.length) floats apart.
void project(const SketchFrame& frame, const float* embeddings, size_t count, float* coordinates);

// Sketches of the rows first..first+count-1 of `blocks` and `fine`, from row 0 of these; the other rows stay as they
// are. Returns the sum over the rows of the coarse sketch's squared error.
double make_sketches(const SketchFrame& frame, const float* embeddings, const float* offsets, size_t first,
                     size_t count, CoarseBlock* blocks, FineSketch* fine);

}  // namespace visavis
