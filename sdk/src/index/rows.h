// The templates of an index in memory: embeddings, ids and sketches in chunks that never move, and who has which.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "index/row_table.h"
#include "index/sketch.h"
#include "types/face.h"

namespace visavis {

inline constexpr size_t kChunkRows = 4096;

// Pages that no row has reached yet take no memory.
struct Chunk {
  explicit Chunk(size_t stride);  // not zeroed
  float* embedding(size_t row) { return embeddings.get() + row * stride; }
  const float* embedding(size_t row) const { return embeddings.get() + row * stride; }

  const size_t stride;       // floats from one embedding to the next
  AlignedFloats embeddings;  // behind each, zeros up to the stride
  int64_t template_ids[kChunkRows], persons[kChunkRows];
  float offsets[kChunkRows];
  uint32_t next[kChunkRows], previous[kChunkRows];  // the rows of a person, in a ring

  // Its sketches are made with this from now on; none are there yet. False: there is no memory for them.
  bool take(const std::shared_ptr<const SketchFrame>& frame);
  const uint16_t* fine_sketch(size_t row, size_t level) const {
    return fine.get() + (level * kChunkRows + row) * frame->layout.fine_words;
  }
  void wipe_sketch(size_t row);

  std::shared_ptr<const SketchFrame> frame;              // of the sketches; none yet: nullptr
  hwy::AlignedFreeUniquePtr<uint32_t[]> coarse, middle;  // blocks of sketches; no middle ones: nullptr
  hwy::AlignedFreeUniquePtr<uint16_t[]> fine;            // fine sketches, a level after the other
  size_t sketched = 0;                                   // so many rows, from the first, have sketches
};

class Rows {
 public:
  // `length`: numbers in an embedding.
  explicit Rows(size_t length) : length_(length) {}
  ~Rows();
  Rows(Rows&&) = default;
  Rows& operator=(Rows&&) = default;
  size_t length() const { return length_; }
  size_t size() const { return size_; }
  size_t chunks() const { return chunks_.size(); }
  Chunk& chunk(size_t i) { return *chunks_[i]; }
  const Chunk& chunk(size_t i) const { return *chunks_[i]; }
  size_t rows_in(size_t chunk) const { return std::min(kChunkRows, size_ - chunk * kChunkRows); }

  const float* embedding(size_t row) const { return chunk_of(row).embedding(row % kChunkRows); }
  int64_t template_id(size_t row) const { return chunk_of(row).template_ids[row % kChunkRows]; }
  int64_t person(size_t row) const { return chunk_of(row).persons[row % kChunkRows]; }
  float offset(size_t row) const { return *offset_at(row); }
  const float* offset_at(size_t row) const { return &chunk_of(row).offsets[row % kChunkRows]; }
  const uint16_t* fine_sketch(size_t row, size_t level) const {
    return chunk_of(row).fine_sketch(row % kChunkRows, level);
  }

  // The first row of a person, and the one after `row`, which comes back to the first in the end.
  std::optional<uint32_t> first_of(int64_t person) const;
  uint32_t next(size_t row) const { return chunk_of(row).next[row % kChunkRows]; }

  // See Index. What add() and remove() wrote has no sketch, or the old one: they return the row to be sketched anew.
  uint32_t add(int64_t template_id, int64_t person, const Embedding& embedding, float offset);
  std::optional<uint32_t> remove(int64_t template_id);
  void reserve(size_t rows);

 private:
  Chunk& chunk_of(size_t row) { return *chunks_[row / kChunkRows]; }
  const Chunk& chunk_of(size_t row) const { return *chunks_[row / kChunkRows]; }
  uint32_t& next_of(uint32_t row) { return chunk_of(row).next[row % kChunkRows]; }
  uint32_t& previous_of(uint32_t row) { return chunk_of(row).previous[row % kChunkRows]; }
  auto template_key() const {
    return [this](uint32_t row) { return template_id(row); };
  }
  auto person_key() const {
    return [this](uint32_t row) { return person(row); };
  }
  void write(uint32_t row, int64_t template_id, int64_t person, const float* embedding, float offset);
  void join_ring(uint32_t row);
  void leave_ring(uint32_t row);
  void wipe_last();

  size_t length_, size_ = 0;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  RowTable templates_, persons_;  // a person's cell is the first row of the ring
};

}  // namespace visavis
