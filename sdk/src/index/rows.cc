// Adding and removing: the last row fills every gap, so that rows stay without holes, and nothing else moves.
#include "index/rows.h"

#include <sodium.h>

#include <limits>
#include <stdexcept>

#include "base/secret_memory.h"

namespace visavis {

Chunk::Chunk(size_t stride) : stride(stride), embeddings(aligned_floats(kChunkRows * stride)) {}

bool Chunk::take(const std::shared_ptr<const SketchFrame>& next_frame) {
  if (!frame || frame->layout != next_frame->layout) {
    const SketchLayout& layout = next_frame->layout;
    constexpr size_t kBlocks = kChunkRows / kBlockRows;
    auto next_coarse = hwy::AllocateAligned<uint32_t>(kBlocks * block_words(layout.coarse()));
    auto next_middle = layout.wide ? hwy::AllocateAligned<uint32_t>(kBlocks * block_words(kMiddle)) : nullptr;
    auto next_fine = hwy::AllocateAligned<uint16_t>(kChunkRows * layout.levels * layout.fine_words);
    if (!next_coarse || (layout.wide && !next_middle) || !next_fine) return false;
    coarse = std::move(next_coarse), middle = std::move(next_middle), fine = std::move(next_fine);
  }
  frame = next_frame;
  sketched = 0;
  return true;
}

void Chunk::wipe_sketch(size_t row) {
  const SketchLayout& layout = frame->layout;
  const size_t lane = row % kBlockRows;
  const auto wipe_in = [&](uint32_t* blocks, size_t coordinates) {
    uint32_t* const block = blocks + row / kBlockRows * block_words(coordinates);
    for (size_t k = 0; k < coordinates / 8; ++k) sodium_memzero(block + k * kBlockRows + lane, sizeof(uint32_t));
    sodium_memzero(terms_of(block, coordinates) + lane, sizeof(uint16_t));
  };
  wipe_in(coarse.get(), layout.coarse());
  if (layout.wide) wipe_in(middle.get(), kMiddle);
  for (size_t level = 0; level < layout.levels; ++level)
    sodium_memzero(fine.get() + (level * kChunkRows + row) * layout.fine_words, 2 * layout.fine_words);
}

std::optional<uint32_t> Rows::first_of(int64_t person) const { return persons_.find(person, person_key()); }

void Rows::reserve(size_t rows) {
  templates_.reserve(rows, template_key());
  persons_.reserve(rows, person_key());
  chunks_.reserve((rows + kChunkRows - 1) / kChunkRows);
}

uint32_t Rows::add(int64_t template_id, int64_t person, const Embedding& embedding, float offset) {
  if (embedding.size() != length_) throw std::length_error("an embedding of another length than the index holds");
  if (const auto known = templates_.find(template_id, template_key())) {
    persons_.make_room(person, person_key());
    leave_ring(*known);
    write(*known, template_id, person, embedding.data(), offset);
    join_ring(*known);
    return *known;
  }
  // Whatever can fail comes first.
  if (size_ >= std::numeric_limits<uint32_t>::max() - 1) throw std::length_error("an index holds 2^32 - 2 templates");
  templates_.make_room(template_id, template_key());
  persons_.make_room(person, person_key());
  if (size_ == chunks_.size() * kChunkRows) chunks_.push_back(std::make_unique<Chunk>(stride_of(length_)));

  const auto row = uint32_t(size_++);
  write(row, template_id, person, embedding.data(), offset);
  templates_.insert(template_id, row);
  join_ring(row);
  return row;
}

std::optional<uint32_t> Rows::remove(int64_t template_id) {
  const auto found = templates_.find(template_id, template_key());
  if (!found) return std::nullopt;
  const uint32_t gap = *found, last = uint32_t(size_ - 1);
  leave_ring(gap);
  templates_.erase(template_id, gap, template_key());
  if (gap != last) {
    leave_ring(last);
    write(gap, this->template_id(last), person(last), embedding(last), offset(last));
    templates_.replace(this->template_id(last), last, gap);
    join_ring(gap);
  }
  wipe_last();
  return gap;
}

void Rows::write(uint32_t row, int64_t template_id, int64_t person, const float* embedding, float offset) {
  Chunk& chunk = chunk_of(row);
  const size_t at = row % kChunkRows;
  float* const to = chunk.embedding(at);
  std::copy_n(embedding, length_, to);
  std::fill(to + length_, to + chunk.stride, 0.0f);
  chunk.template_ids[at] = template_id;
  chunk.persons[at] = person;
  chunk.offsets[at] = offset;
}

void Rows::join_ring(uint32_t row) {
  if (const auto first = persons_.find(person(row), person_key())) {
    const uint32_t second = next(*first);
    next_of(*first) = previous_of(second) = row;
    previous_of(row) = *first;
    next_of(row) = second;
  } else {
    next_of(row) = previous_of(row) = row;
    persons_.insert(person(row), row);
  }
}

void Rows::leave_ring(uint32_t row) {
  const uint32_t after = next(row), before = previous_of(row);
  if (after == row) {
    persons_.erase(person(row), row, person_key());
    return;
  }
  next_of(before) = after;
  previous_of(after) = before;
  if (*persons_.find(person(row), person_key()) == row) persons_.replace(person(row), row, after);
}

// A removed face is not kept in memory that is merely unused.
// What is freed is given out again, and may be looked at by whoever gets it.
Rows::~Rows() {
  for (size_t i = 0; i < chunks_.size(); ++i)
    wipe({reinterpret_cast<uint8_t*>(chunks_[i]->embedding(0)), rows_in(i) * chunks_[i]->stride * sizeof(float)});
}

void Rows::wipe_last() {
  const size_t at = --size_ % kChunkRows;
  Chunk& chunk = *chunks_.back();
  sodium_memzero(chunk.embedding(at), chunk.stride * sizeof(float));
  chunk.template_ids[at] = chunk.persons[at] = 0;
  chunk.offsets[at] = 0;
  chunk.next[at] = chunk.previous[at] = 0;
  if (at < chunk.sketched) {
    chunk.wipe_sketch(at);
    chunk.sketched = at;
  }
  if (at == 0) chunks_.pop_back();
}

}  // namespace visavis
