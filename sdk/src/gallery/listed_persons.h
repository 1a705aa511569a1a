// The persons of a list as a selection: a bit for each id where ids lie close together, else a binary search.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "index/index.h"

namespace visavis {

class ListedPersons : public PersonSelection {
 public:
  // In any order, and as often as you like.
  explicit ListedPersons(std::vector<int64_t> persons) : persons_(std::move(persons)) {
    std::sort(persons_.begin(), persons_.end());
    persons_.erase(std::unique(persons_.begin(), persons_.end()), persons_.end());
    if (persons_.empty()) return;
    first_ = persons_.front();
    const uint64_t span = place(persons_.back());
    if (span / 64 > 4 * persons_.size() + 1024) return;
    bits_.resize(span / 64 + 1);
    for (const int64_t person : persons_) bits_[place(person) / 64] |= uint64_t{1} << (place(person) % 64);
  }

  bool has(int64_t person) const override {
    if (bits_.empty()) return std::binary_search(persons_.begin(), persons_.end(), person);
    const uint64_t at = place(person);  // an id below the first wraps around, far beyond the end
    return at / 64 < bits_.size() && (bits_[at / 64] >> (at % 64) & 1) != 0;
  }
  const std::vector<int64_t>* listed() const override { return &persons_; }

 private:
  uint64_t place(int64_t person) const { return uint64_t(person) - uint64_t(first_); }

  std::vector<int64_t> persons_;
  int64_t first_ = 0;
  std::vector<uint64_t> bits_;
};

}  // namespace visavis
