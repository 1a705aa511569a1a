// Whether a person is one of those asked for: a bit for each id where ids lie close together, else a binary search.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace visavis {

class PersonFilter {
 public:
  // `persons`: ascending ids, which must outlive this.
  explicit PersonFilter(const std::vector<int64_t>& persons) : persons_(persons) {
    if (persons.empty()) return;
    first_ = persons.front();
    const uint64_t span = static_cast<uint64_t>(persons.back()) - static_cast<uint64_t>(first_);
    if (span / 64 > 4 * persons.size() + 1024) return;
    bits_.resize(span / 64 + 1);
    for (const int64_t person : persons) {
      const uint64_t at = place(person);
      bits_[at / 64] |= uint64_t{1} << (at % 64);
    }
  }

  bool has(int64_t person) const {
    if (bits_.empty()) return std::binary_search(persons_.begin(), persons_.end(), person);
    const uint64_t at = place(person);  // an id below the first wraps around, far beyond the end
    return at / 64 < bits_.size() && (bits_[at / 64] >> (at % 64) & 1) != 0;
  }

 private:
  uint64_t place(int64_t person) const { return static_cast<uint64_t>(person) - static_cast<uint64_t>(first_); }

  const std::vector<int64_t>& persons_;
  int64_t first_ = 0;
  std::vector<uint64_t> bits_;
};

}  // namespace visavis
