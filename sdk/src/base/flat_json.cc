// nlohmann-json's parser, which calls back, so that no tree is made: freeing one takes memory, which may be out.
#include "base/flat_json.h"

#include <nlohmann/json.hpp>
#include <algorithm>
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
    return put(static_cast<int64_t>(value));
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

}  // namespace

std::map<std::string, FlatValue> parse_flat_json(std::string_view text) {
  Flat flat;
  if (!Json::sax_parse(text, &flat)) refuse("is no valid JSON");
  return std::move(flat.members);
}

int json_depth(std::string_view text, int most) {
  Depth depth(most);
  if (!Json::sax_parse(text, &depth)) refuse("is no valid JSON");
  return depth.deepest();
}

std::string write_flat_json(std::initializer_list<std::pair<const char*, FlatValue>> members) {
  // A single value frees nothing that takes memory.
  const auto one = [](const auto& value) { return Json(value).dump(); };
  std::string text = "{";
  for (const auto& [name, value] : members) {
    if (text.size() > 1) text += ',';
    text += one(name) + ':';
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
      text += '[';
      for (const std::string& item : *list) text += (&item == list->data() ? "" : ",") + one(item);
      text += ']';
    } else if (const auto* words = std::get_if<std::string>(&value)) {
      text += one(*words);
    } else if (const auto* whole = std::get_if<int64_t>(&value)) {
      text += std::to_string(*whole);
    } else if (const auto* number = std::get_if<double>(&value)) {
      text += one(*number);
    } else if (const auto* truth = std::get_if<bool>(&value)) {
      text += *truth ? "true" : "false";
    } else {
      text += "null";
    }
  }
  return text + "}";
}

}  // namespace visavis
