// Protobuf's wire format, as far as ONNX files use it. Read here and not by Google's library: that one makes objects of
// whatever a file claims before we can look at it, and would be one more library in every user's process.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace visavis::onnx {

using Bytes = std::span<const uint8_t>;

// Error MODEL_ALTERED: the file is not what it should be.
[[noreturn]] void damaged(const std::string& what);

// The fields of one message, in their order. Nothing is copied and nothing is read beyond the message: a length or a
// number that does not fit in it is an error. Messages within are bytes() of a field, read by another of these.
class WireReader {
 public:
  explicit WireReader(Bytes message) : rest_(message) {}

  // To the next field; false at the end of the message.
  bool next();
  uint32_t field() const { return field_; }

  // The value of the field, when it is of this kind; else an error.
  int64_t integer() const;
  float real() const;
  Bytes bytes() const;
  std::string_view text() const;
  // Adds the values of a repeated field: one of them, or many packed. At most `most` in the list.
  void add_integers(std::vector<int64_t>& list, size_t most) const;
  void add_reals(std::vector<float>& list, size_t most) const;

 private:
  enum Kind : uint32_t { kVarint = 0, kEight = 1, kLength = 2, kFour = 5 };

  uint64_t varint();
  Bytes take(uint64_t count);
  void need(Kind kind) const;

  Bytes rest_;
  uint32_t field_ = 0;
  Kind kind_ = kVarint;
  uint64_t number_ = 0;  // of a varint
  Bytes bytes_;          // of the other kinds
};

}  // namespace visavis::onnx
