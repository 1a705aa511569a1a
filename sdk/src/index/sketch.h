// Sketches: a template in a few bytes, enough for a lower bound of its distance to any probe. How they are laid out.
#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>

#include "base/aligned_floats.h"

namespace visavis {

// The distance of two embeddings in memory, in floats: `length` and zeros up to a whole number of the widest vectors.
inline size_t stride_of(size_t length) { return (length + 15) / 16 * 16; }

inline constexpr size_t kBlockRows = 32;

// project() computes so many columns at once on the widest vectors, and would write beyond its place if there were fewer.
constexpr size_t whole_columns(size_t columns) { return (columns + 63) / 64 * 64; }

// How many coordinates along the leading directions of the data are kept, four bits each. Where few directions hold most
// of the variance: 32 in the coarse sketch and 28 in one fine sketch. Else (wide) 64 in the coarse one, 32 in a middle one,
// and as many fine sketches of 28 or 60 as it takes.
//
// The coarse sketches of 32 rows are a block of 32-bit words, read from beginning to end by every search: for each
// eight coordinates a word of each row, where coordinate 8k + 2t is at bit 4t and coordinate 8k + 2t + 1 at bit 16 + 4t
// of word k (as 16-bit numbers, masks and shifts take four pairs out); then of each row 16 bits, T of the bound: the upper
// half of a float, rounded down. Middle sketches are blocks likewise, with U of the bound, and are read where a row of the
// block is left.
//
// A fine sketch is 16-bit words, looked at only where nothing before it decides: word j has coordinate t·(words − 1) + j
// at bit 4t, and the last one is U of the bound.
struct SketchLayout {
  bool wide = false;
  size_t fine_words = 8;  // 8 or 16
  size_t levels = 1;      // fine sketches, at least one

  size_t coarse() const { return wide ? 64 : 32; }  // coordinates of each sketch
  size_t middle() const { return wide ? 32 : 0; }
  size_t fine() const { return 4 * (fine_words - 1); }
  size_t in_blocks() const { return coarse() + middle(); }
  size_t dims() const { return in_blocks() + levels * fine(); }
  // Rotated embeddings have a place for each coordinate and, behind those of each fine sketch, four of zeros; zeros at
  // the end make them a whole number of what project() computes at once.
  size_t fine_column(size_t level) const { return in_blocks() + level * 4 * fine_words; }
  size_t columns() const { return whole_columns(fine_column(levels)); }
  size_t column_of(size_t coordinate) const {
    return coordinate < in_blocks() ? coordinate : coordinate + (coordinate - in_blocks()) / fine() * 4;
  }
  bool operator==(const SketchLayout&) const = default;
};
inline constexpr size_t kMostCoarse = 64, kMiddle = 32, kMostFineWords = 16, kMostLevels = 8;
inline constexpr size_t kMostColumns = whole_columns(kMostCoarse + kMiddle + kMostLevels * 4 * kMostFineWords);

// The 32-bit words of a block of sketches of so many coordinates; the terms are the last of them.
constexpr size_t block_words(size_t coordinates) { return (coordinates / 8) * kBlockRows + kBlockRows / 2; }
inline uint16_t* terms_of(uint32_t* block, size_t coordinates) {
  return reinterpret_cast<uint16_t*>(block + coordinates / 8 * kBlockRows);
}
inline const uint16_t* terms_of(const uint32_t* block, size_t coordinates) {
  return reinterpret_cast<const uint16_t*>(block + coordinates / 8 * kBlockRows);
}

// Where the sketches of a chunk are: blocks, blocks (null unless wide), and fine sketches, `rows` for each level.
struct Sketches {
  uint32_t* coarse;
  uint32_t* middle;
  uint16_t* fine;
  size_t rows;
};

// What turns an embedding into a sketch: coordinate i is centre[i] + (code − 7.5) · step[i].
struct SketchFrame {
  size_t length = 0;  // numbers in an embedding
  SketchLayout layout;
  // By columns: rotation_of(j) is what the j-th value of an embedding adds to each place of a rotated one.
  AlignedFloats rotation;
  float* rotation_of(size_t j) { return rotation.get() + layout.columns() * j; }
  const float* rotation_of(size_t j) const { return rotation.get() + layout.columns() * j; }
  alignas(64) float centre[kMostColumns] = {}, step[kMostColumns] = {}, inverse_step[kMostColumns] = {};
  float noise = 0;  // see "Rounding" in sketcher.cc: error of a coordinate vector = noise · (|x| + noise_size)
  float noise_size = 0;
  float alpha = 0;        // α of the bound
  float offset_gain = 0;  // G of the bound
  float lowest_term = 0;  // a row whose T would be below this is never left out: T is −infinity
};

// A probe, ready to be compared with the sketches of one frame.
struct BlockProbe {
  int32_t weights[kMostCoarse / 8][4];  // two 16-bit weights each
  float scale, base;                    // bound = T + base − scale · Σ weight · code
};
struct FineProbe {
  alignas(32) int16_t weights[4][kMostFineWords];
  float scale, base;  // bound = the bound before + U + base − scale · Σ weight · code
};
struct SketchProbe {
  SketchLayout layout;
  float unit = 1;  // of bounds that are bytes
  BlockProbe coarse, middle;
  FineProbe fine[kMostLevels];
};

}  // namespace visavis
