// The inner loops over sketches, each compiled for several instruction sets and chosen when the program runs.
#pragma once

#include "index/sketch.h"

namespace visavis {

// The coarse bound of every row of the blocks as a byte: bound · unit rounded down, at least 0 and at most 255.
void coarse_bounds(const uint32_t* blocks, size_t count, const SketchProbe& probe, uint8_t* bounds);

// Where any of a block's bounds is not above `limit`, all its bounds become those of the middle sketches; 0 stays 0.
void middle_bounds(const uint32_t* blocks, size_t count, const SketchProbe& probe, uint8_t limit, uint8_t* bounds);

// Writes the places of bytes that are not above `limit`, and returns how many. `count`: a multiple of kBlockRows.
size_t rows_within(const uint8_t* bounds, size_t count, uint8_t limit, uint16_t* rows);

// How many that would be.
size_t count_within(const uint8_t* bounds, size_t count, uint8_t limit);

// bounds[i]: in, the bound of the row that sketches[i] belongs to before this level; out, with it.
void fine_bounds(const uint16_t* const* sketches, size_t count, const SketchProbe& probe, size_t level, float* bounds);

// coordinates[columns · i …] of `count` embeddings, which are stride_of(frame.length) floats apart.
void project(const SketchFrame& frame, const float* embeddings, size_t count, float* coordinates);

// Sketches of the rows first..first+count-1 of a chunk; the others stay as they are. Returns the sum over the rows of the
// coarse sketch's squared error.
double make_sketches(const SketchFrame& frame, const float* embeddings, const float* offsets, size_t first,
                     size_t count, const Sketches& to);

}  // namespace visavis
