// Boxes of the ISO base media format in untrusted bytes: read with bounds checked at each step, and written.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "image/modules/heif/heif_items.h"

namespace visavis::heif {

constexpr uint32_t name_of(std::string_view name) {
  return uint32_t(uint8_t(name[0])) << 24 | uint32_t(uint8_t(name[1])) << 16 | uint32_t(uint8_t(name[2])) << 8 |
         uint8_t(name[3]);
}

// Big-endian numbers one after the other.
class Cursor {
 public:
  explicit Cursor(std::span<const uint8_t> bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }
  std::span<const uint8_t> rest() const { return rest_; }
  std::span<const uint8_t> take(uint64_t count) {
    if (count > rest_.size()) fail("the data end too early");
    const auto taken = rest_.first(size_t(count));
    rest_ = rest_.subspan(size_t(count));
    return taken;
  }
  uint64_t number(int bytes) {
    uint64_t value = 0;
    for (const uint8_t byte : take(uint64_t(bytes))) value = value << 8 | byte;
    return value;
  }
  uint32_t u8() { return uint32_t(number(1)); }
  uint32_t u16() { return uint32_t(number(2)); }
  uint32_t u32() { return uint32_t(number(4)); }

 private:
  std::span<const uint8_t> rest_;
};

struct Box {
  uint32_t name = 0;
  std::span<const uint8_t> content;
};

inline Box next_box(Cursor& cursor) {
  uint64_t size = cursor.u32(), header = 8;
  Box box{cursor.u32(), {}};
  if (size == 1) size = cursor.number(8), header = 16;
  if (size == 0)
    size = header + cursor.rest().size();
  else if (size < header)
    fail("a box is smaller than its own header");
  box.content = cursor.take(size - header);
  return box;
}

// A full box begins with a version and flags.
struct Version {
  uint32_t version, flags;
};
inline Version version_of(Cursor& cursor) {
  const uint32_t both = cursor.u32();
  return {both >> 24, both & 0xFFFFFF};
}

inline void put(Bytes& to, uint64_t value, int bytes) {
  for (int i = bytes; i-- > 0;) to.push_back(uint8_t(value >> (8 * i)));
}
inline void put(Bytes& to, std::span<const uint8_t> bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// A box around content.
inline void put_box(Bytes& to, std::string_view name, std::span<const uint8_t> content) {
  put(to, 8 + content.size(), 4);
  put(to, name_of(name), 4);
  put(to, content);
}

}  // namespace visavis::heif
