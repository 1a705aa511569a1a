// Uses the callbacks of nlohmann-json's parser. A tree would need memory even to be freed.
#include "base/flat_json.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace visavis {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const char* what) { throw std::invalid_argument(what); }

// Counts the depth and takes everything.
class Depth : public nlohmann::json_sax<Json> {
 public:
  explicit Depth(int most) : most_(most) {}
  int deepest() const { return deepest_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool key(string_t&) override { return true; }
  bool start_object(size_t) override { return deeper(); }
  bool end_object() override { return --now_, true; }
  bool start_array(size_t) override { return deeper(); }
  bool end_array() override { return --now_, true; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& e) override {
    throw std::invalid_argument(std::string("is no valid JSON: ") + e.what());
  }

 private:
  bool deeper() {
    deepest_ = std::max(deepest_, ++now_);
    if (now_ > most_) throw std::invalid_argument("is nested deeper than " + std::to_string(most_) + " levels");
    return true;
  }
  int most_, now_ = 0, deepest_ = 0;
};

class Flat : public nlohmann::json_sax<Json> {
 public:
  std::map<std::string, FlatValue> members;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(INT64_MAX)) refuse("has a number that is out of range");
    return put(int64_t(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override {
    if (!in_list_) return put(std::move(value));
    list_.push_back(std::move(value));
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& key) override {
    key_ = std::move(key);
    return true;
  }
  bool start_object(size_t) override {
    if (in_object_) refuse("has an object within it");
    return in_object_ = true;
  }
  bool end_object() override { return true; }
  bool start_array(size_t) override {
    if (!in_object_) refuse("is no object");
    if (in_list_) refuse("has a list within a list");
    return in_list_ = true;
  }
  bool end_array() override {
    in_list_ = false;
    return put(std::exchange(list_, {}));
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& e) override {
    throw std::invalid_argument(std::string("is no valid JSON: ") + e.what());
  }

 private:
  bool put(FlatValue value) {
    if (!in_object_) refuse("is no object");
    if (in_list_) refuse("has a list of something else than texts");
    members.insert_or_assign(key_, std::move(value));
    return true;
  }
  bool in_object_ = false, in_list_ = false;
  std::string key_;
  std::vector<std::string> list_;
};

// Passes on the document in ["xxx", document, "xxx"].
class Framed : public nlohmann::json_sax<Json> {
 public:
  explicit Framed(nlohmann::json_sax<Json>& reader) : reader_(reader) {}
  bool whole() const { return stage_ == Stage::end; }

  bool null() override { return value() && reader_.null(); }
  bool boolean(bool value_) override { return value() && reader_.boolean(value_); }
  bool number_integer(number_integer_t value_) override { return value() && reader_.number_integer(value_); }
  bool number_unsigned(number_unsigned_t value_) override { return value() && reader_.number_unsigned(value_); }
  bool number_float(number_float_t value_, const string_t& text) override {
    return value() && reader_.number_float(value_, text);
  }
  bool string(string_t& text) override {
    if (stage_ == Stage::first) return stage_ = Stage::document, true;
    if (stage_ == Stage::last) return stage_ = Stage::closing, true;
    return value() && reader_.string(text);
  }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& key) override { return stage_ == Stage::document && reader_.key(key); }
  bool start_object(size_t size) override { return deeper() && reader_.start_object(size); }
  bool end_object() override { return shallower() && reader_.end_object(); }
  bool start_array(size_t size) override {
    if (stage_ == Stage::begin) return stage_ = Stage::first, true;
    return deeper() && reader_.start_array(size);
  }
  bool end_array() override {
    if (stage_ == Stage::closing) return stage_ = Stage::end, true;
    return shallower() && reader_.end_array();
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  enum class Stage { begin, first, document, last, closing, end };
  bool value() {
    if (stage_ != Stage::document) return false;
    if (depth_ == 0) stage_ = Stage::last;
    return true;
  }
  bool deeper() {
    if (stage_ != Stage::document) return false;
    ++depth_;
    return true;
  }
  bool shallower() {
    if (stage_ != Stage::document || depth_ == 0) return false;
    if (--depth_ == 0) stage_ = Stage::last;
    return true;
  }

  nlohmann::json_sax<Json>& reader_;
  Stage stage_ = Stage::begin;
  int depth_ = 0;
};

// The parser keeps texts in buffers. It frees them, and the smaller ones that they grew from, without wiping; and the
// texts may be names. So a text of x that is longer than all others comes first: the buffers never grow later. Another
// one comes last and overwrites them.
void parse(std::string_view text, nlohmann::json_sax<Json>& reader) {
  const std::string x = '"' + std::string(text.size() + 1, 'x') + '"';
  std::string framed;
  framed.reserve(text.size() + 2 * x.size() + 8);
  framed.append("[").append(x).append(",").append(text).append(",").append(x).append("]");
  Framed frame(reader);
  bool whole = false;
  try {
    whole = Json::sax_parse(framed, &frame) && frame.whole();
  } catch (...) {
    explicit_bzero(framed.data(), framed.size());
    throw;
  }
  explicit_bzero(framed.data(), framed.size());
  if (whole) return;
  Depth why(INT_MAX);  // for the place of the mistake in the text as it was given
  Json::sax_parse(text, &why);
  refuse("is no valid JSON");
}

// What a text takes at most, and anything else.
constexpr size_t kEscaped = 6, kNumber = 32;
size_t written_size(std::string_view text) { return kEscaped * text.size() + 2; }
size_t written_size(const FlatView& value) {
  if (const auto* text = std::get_if<std::string_view>(&value.value())) return written_size(*text);
  const auto* list = std::get_if<const std::vector<std::string>*>(&value.value());
  if (!list) return kNumber;
  size_t size = 2;
  for (const std::string& text : **list) size += written_size(std::string_view(text)) + 1;
  return size;
}

void write(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}
void write(std::string& out, std::nullptr_t) { out += "null"; }
void write(std::string& out, bool value) { out += value ? "true" : "false"; }
template <class Number>
void write_number(std::string& out, Number value) {
  char digits[kNumber];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}
void write(std::string& out, int64_t value) { write_number(out, value); }
void write(std::string& out, double value) {
  if (std::isfinite(value))
    write_number(out, value);
  else
    out += "null";
}
void write(std::string& out, const std::vector<std::string>* list) {
  out += '[';
  for (const std::string& text : *list) {
    if (&text != list->data()) out += ',';
    write(out, std::string_view(text));
  }
  out += ']';
}

}  // namespace

std::map<std::string, FlatValue> parse_flat_json(std::string_view text) {
  Flat flat;
  parse(text, flat);
  return std::move(flat.members);
}

int json_depth(std::string_view text, int most) {
  Depth depth(most);
  parse(text, depth);
  return depth.deepest();
}

std::string write_flat_json(std::span<const FlatMember> members) {
  size_t most = 2;
  for (const auto& [name, value] : members) most += written_size(std::string_view(name)) + 2 + written_size(value);
  std::string text;
  text.reserve(most);
  text += '{';
  for (const auto& [name, value] : members) {
    if (text.size() > 1) text += ',';
    write(text, std::string_view(name));
    text += ':';
    std::visit([&](const auto& plain) { write(text, plain); }, value.value());
  }
  return text += '}';
}

}  // namespace visavis
