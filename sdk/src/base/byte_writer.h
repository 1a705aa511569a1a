// Little-endian numbers and texts with their length, one after another: bytes that are hashed, encrypted or stored must
// not be ambiguous.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_memory.h"

namespace visavis {

class ByteWriter {
 public:
  template <class Unsigned>
  ByteWriter& number(Unsigned value) {
    std::array<uint8_t, sizeof value> bytes;
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(uint64_t{value} >> (8 * i));
    return append(bytes.data(), bytes.size());
  }
  ByteWriter& integer(int64_t value) { return number(uint64_t(value)); }
  ByteWriter& real(float value) { return number(std::bit_cast<uint32_t>(value)); }
  ByteWriter& bytes(std::span<const uint8_t> value) { return append(value.data(), value.size()); }
  ByteWriter& text(std::string_view value) { return number(uint32_t(value.size())).append(value.data(), value.size()); }
  std::vector<uint8_t> done() const { return {bytes_.begin(), bytes_.end()}; }

  ByteWriter() = default;
  ByteWriter(const ByteWriter&) = delete;
  ByteWriter& operator=(const ByteWriter&) = delete;
  ~ByteWriter() { wipe(bytes_); }

 private:
  ByteWriter& append(const void* from, size_t size) {
    if (size == 0) return *this;
    if (bytes_.capacity() - bytes_.size() < size) grow(size);
    bytes_.append(static_cast<const char*>(from), size);
    return *this;
  }
  // What it grows out of is overwritten: texts and keys pass through here.
  [[gnu::noinline]] void grow(size_t by) {
    std::string larger;
    larger.reserve(std::max<size_t>(256, 2 * (bytes_.size() + by)));
    larger.append(bytes_);
    bytes_.swap(larger);
    wipe(larger);
  }

  std::string bytes_;
};

// Reads what ByteWriter wrote. Beyond the end everything is zero and ok() false; nothing is read outside.
class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  template <class Unsigned>
  Unsigned number() {
    uint64_t value = 0;
    const auto from = bytes(sizeof(Unsigned));
    for (size_t i = 0; i < from.size(); ++i) value |= uint64_t{from[i]} << (8 * i);
    return static_cast<Unsigned>(value);
  }
  int64_t integer() { return int64_t(number<uint64_t>()); }
  float real() { return std::bit_cast<float>(number<uint32_t>()); }
  // Empty when there are fewer.
  std::span<const uint8_t> bytes(size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::string text(size_t most) {
    const size_t size = number<uint32_t>();
    if (size > most) ok_ = false;
    const auto taken = bytes(ok_ ? size : 0);
    return {taken.begin(), taken.end()};
  }
  bool ok() const { return ok_; }
  // True: everything was there and nothing is left.
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::span<const uint8_t> rest_;
  bool ok_ = true;
};

}  // namespace visavis
