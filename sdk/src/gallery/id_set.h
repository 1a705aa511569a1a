// A set of ids that is changed one by one and asked often. Small if ids lie close together, correct if they do not.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace visavis {

class IdSet {
 public:
  // On an exception nothing has changed.
  void add(int64_t id) {
    uint64_t& word = blocks_[block_of(id)][word_of(id)];
    if (word & bit_of(id)) return;
    word |= bit_of(id);
    ++size_;
  }

  void remove(int64_t id) noexcept {
    const auto found = blocks_.find(block_of(id));
    if (found == blocks_.end() || !(found->second[word_of(id)] & bit_of(id))) return;
    found->second[word_of(id)] &= ~bit_of(id);
    --size_;
    for (const uint64_t word : found->second)
      if (word) return;
    blocks_.erase(found);
  }

  bool has(int64_t id) const noexcept {
    const auto found = blocks_.find(block_of(id));
    return found != blocks_.end() && (found->second[word_of(id)] & bit_of(id)) != 0;
  }

  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  void clear() noexcept { blocks_.clear(), size_ = 0; }

  // In no order.
  void append_to(std::vector<int64_t>& ids) const {
    for (const auto& [block, words] : blocks_)
      for (size_t i = 0; i < words.size(); ++i)
        for (uint64_t rest = words[i]; rest != 0; rest &= rest - 1)
          ids.push_back(block * kBlock + int64_t(64 * i) + std::countr_zero(rest));
  }

 private:
  static constexpr int64_t kBlock = 512;
  using Words = std::array<uint64_t, kBlock / 64>;
  static int64_t block_of(int64_t id) noexcept { return id >> 9; }
  static size_t word_of(int64_t id) noexcept { return size_t(id >> 6) % std::tuple_size_v<Words>; }
  static uint64_t bit_of(int64_t id) noexcept { return uint64_t{1} << (id & 63); }

  std::unordered_map<int64_t, Words> blocks_;
  size_t size_ = 0;
};

}  // namespace visavis
