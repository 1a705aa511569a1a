// Protobuf's wire format: https://protobuf.dev/programming-guides/encoding
#include "nn/onnx/wire.h"

#include <bit>
#include <cstring>

namespace visavis::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "the format's floats are copied as they lie");

float real_at(const uint8_t* bytes) {
  float value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

void damaged(const std::string& what) { throw Error(VAV_E_MODEL_ALTERED, "this is not a sound ONNX model: " + what); }

bool WireReader::next() {
  if (rest_.empty()) return false;
  const uint64_t tag = varint();
  if (tag >> 3 == 0 || tag >> 32 != 0) damaged("a field has no valid number");
  field_ = uint32_t(tag >> 3);
  kind_ = Kind(tag & 7);
  switch (kind_) {
    case kVarint:
      number_ = varint();
      break;
    case kEight:
      bytes_ = take(8);
      break;
    case kLength:
      bytes_ = take(varint());
      break;
    case kFour:
      bytes_ = take(4);
      break;
    default:  // groups, which ONNX has none of, and what nobody has defined
      damaged("field " + std::to_string(field_) + " is of an unknown kind");
  }
  return true;
}

uint64_t WireReader::varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) damaged("it ends within a number");
    const uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    if (shift == 63 && byte > 1) break;
    value |= uint64_t(byte & 127) << shift;
    if (byte < 128) return value;
  }
  damaged("a number has more than 64 bits");
}

Bytes WireReader::take(uint64_t count) {
  if (count > rest_.size()) damaged("a length reaches beyond the end");
  const Bytes taken = rest_.first(size_t(count));
  rest_ = rest_.subspan(size_t(count));
  return taken;
}

void WireReader::need(Kind kind) const {
  if (kind_ != kind) damaged("field " + std::to_string(field_) + " is of another kind than ONNX has");
}

int64_t WireReader::integer() const {
  need(kVarint);
  return int64_t(number_);
}

float WireReader::real() const {
  need(kFour);
  return real_at(bytes_.data());
}

Bytes WireReader::bytes() const {
  need(kLength);
  return bytes_;
}

std::string_view WireReader::text() const {
  need(kLength);
  return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
}

void WireReader::add_integers(std::vector<int64_t>& list, size_t most) const {
  const auto add = [&](uint64_t value) {
    if (list.size() >= most) damaged("a list has more than " + std::to_string(most) + " numbers");
    list.push_back(int64_t(value));
  };
  if (kind_ == kVarint) return add(number_);
  for (WireReader packed(bytes()); !packed.rest_.empty();) add(packed.varint());
}

void WireReader::add_reals(std::vector<float>& list, size_t most) const {
  const Bytes packed = kind_ == kFour ? bytes_ : bytes();
  if (packed.size() % sizeof(float) != 0) damaged("a list of floats ends within one");
  const size_t count = packed.size() / sizeof(float);
  if (count > most || list.size() > most - count) damaged("a list has more than " + std::to_string(most) + " numbers");
  const size_t before = list.size();
  list.resize(before + count);
  if (count > 0) std::memcpy(list.data() + before, packed.data(), packed.size());
}

}  // namespace visavis::onnx
