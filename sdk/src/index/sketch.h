// Sketches: a template in 34 bytes, enough for a lower bound of its distance to any probe. How they are laid out.
#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>

namespace visavis {

// Floats at an address that vectors of any width are loaded from. Memory that nothing was written to is not touched.
using AlignedFloats = hwy::AlignedFreeUniquePtr<float[]>;
AlignedFloats aligned_floats(size_t count);  // not zeroed; throws std::bad_alloc

// The distance of two embeddings in memory, in floats: `length` and zeros up to a whole number of the widest vectors.
inline size_t stride_of(size_t length) { return (length + 15) / 16 * 16; }

// Coordinates along the leading directions of the data, four bits each: 32 in the coarse sketch, 28 more in the fine
// one.
inline constexpr size_t kCoarseDims = 32, kFineDims = 28, kSketchDims = kCoarseDims + kFineDims;
inline constexpr size_t kBlockRows = 32;

// The coarse sketches of 32 rows, as they are read from beginning to end by every search. In words[k][row] coordinate
// 8k + 2t is at bit 4t and coordinate 8k + 2t + 1 at bit 16 + 4t: as 16-bit numbers, masks and shifts take four pairs
// out.
struct alignas(64) CoarseBlock {
  uint32_t words[kCoarseDims / 8][kBlockRows];
  uint16_t terms[kBlockRows];  // T of the bound: the upper half of a float, rounded down
};

// What is looked at only where the coarse sketch does not decide. In words[j] coordinate 32 + 7t + j is at bit 4t.
struct alignas(16) FineSketch {
  uint16_t words[kFineDims / 4];
  uint16_t term;  // U of the bound
};

// What turns an embedding into a sketch: coordinate i is centre[i] + (code − 7.5) · step[i].
struct SketchFrame {
  size_t length = 0;  // numbers in an embedding
  // By columns: rotation_of(j) is what the j-th value of an embedding adds to each of 64 coordinates, of which the last
  // four are zero.
  AlignedFloats rotation;
  float* rotation_of(size_t j) { return rotation.get() + 64 * j; }
  const float* rotation_of(size_t j) const { return rotation.get() + 64 * j; }
  alignas(64) float centre[64] = {}, step[64] = {}, inverse_step[64] = {};
  float noise = 0;  // see "Rounding" in sketcher.cc: error of a coordinate vector = noise · (|x| + noise_size)
  float noise_size = 0;
  float alpha = 0;        // α of the bound
  float offset_gain = 0;  // G of the bound
  float lowest_term = 0;  // a row whose T would be below this is never left out: T is −infinity
};

// A probe, ready to be compared with the sketches of one frame.
struct SketchProbe {
  int32_t coarse_weights[kCoarseDims / 8][4];  // two 16-bit weights each
  alignas(16) int16_t fine_weights[4][8];
  float coarse_scale, coarse_base;  // coarse bound = T + base − scale · Σ weight · code
  float fine_scale, fine_base;      // fine bound = coarse bound + U + base − scale · Σ weight · code
};

}  // namespace visavis
