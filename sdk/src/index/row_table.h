// From a key to row numbers: a hash table that keeps the rows alone, since a row knows its key. Four bytes a cell.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace visavis {

// Open addressing in 256 parts, each growing by itself: no insertion has to move more than a 256th of the whole.
// `key_of(row)` gives a row's key; one row for each key.
class RowTable {
 public:
  template <class KeyOf>
  std::optional<uint32_t> find(int64_t key, const KeyOf& key_of) const {
    const uint64_t hash = mix(key);
    const Part& part = parts_[hash >> 56];
    if (part.cells.empty()) return std::nullopt;
    for (size_t i = hash & part.mask();; i = (i + 1) & part.mask()) {
      if (part.cells[i] == 0) return std::nullopt;
      if (key_of(part.cells[i] - 1) == key) return part.cells[i] - 1;
    }
  }

  // Room for one more row with this key; insert() then cannot fail.
  template <class KeyOf>
  void make_room(int64_t key, const KeyOf& key_of) {
    Part& part = parts_[mix(key) >> 56];
    if (4 * (part.used + 1) > 3 * part.cells.size()) grow(part, 2 * part.cells.size(), key_of);
  }

  template <class KeyOf>
  void reserve(size_t rows, const KeyOf& key_of) {
    for (Part& part : parts_) {
      size_t cells = 8;
      while (3 * cells < 4 * (rows / parts_.size() + 1)) cells *= 2;
      if (cells > part.cells.size()) grow(part, cells, key_of);
    }
  }

  void insert(int64_t key, uint32_t row) {
    const uint64_t hash = mix(key);
    Part& part = parts_[hash >> 56];
    size_t i = hash & part.mask();
    while (part.cells[i] != 0) i = (i + 1) & part.mask();
    part.cells[i] = row + 1;
    ++part.used;
  }

  // The row of a key becomes another.
  void replace(int64_t key, uint32_t row, uint32_t with) {
    const uint64_t hash = mix(key);
    Part& part = parts_[hash >> 56];
    size_t i = hash & part.mask();
    while (part.cells[i] != row + 1) i = (i + 1) & part.mask();
    part.cells[i] = with + 1;
  }

  template <class KeyOf>
  void erase(int64_t key, uint32_t row, const KeyOf& key_of) {
    const uint64_t hash = mix(key);
    Part& part = parts_[hash >> 56];
    const size_t mask = part.mask();
    size_t gap = hash & mask;
    while (part.cells[gap] != row + 1) gap = (gap + 1) & mask;
    // What follows moves up, unless it would come before its own place.
    for (size_t i = (gap + 1) & mask; part.cells[i] != 0; i = (i + 1) & mask) {
      const size_t home = mix(key_of(part.cells[i] - 1)) & mask;
      if (((i - home) & mask) < ((i - gap) & mask)) continue;
      part.cells[gap] = part.cells[i];
      gap = i;
    }
    part.cells[gap] = 0;
    --part.used;
  }

 private:
  struct Part {
    std::vector<uint32_t> cells;  // row + 1; 0 = empty. A power of two of them, at most three quarters used
    size_t used = 0;
    size_t mask() const { return cells.size() - 1; }
  };

  static uint64_t mix(int64_t key) {  // the finaliser of splitmix64: keys that count up are spread evenly
    auto x = uint64_t(key) + 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }

  template <class KeyOf>
  static void grow(Part& part, size_t cells, const KeyOf& key_of) {
    std::vector<uint32_t> old(cells < 8 ? 8 : cells);
    old.swap(part.cells);
    for (const uint32_t cell : old) {
      if (cell == 0) continue;
      size_t i = mix(key_of(cell - 1)) & part.mask();
      while (part.cells[i] != 0) i = (i + 1) & part.mask();
      part.cells[i] = cell;
    }
  }

  std::array<Part, 256> parts_;
};

}  // namespace visavis
