// Reads and writes JSON objects whose members are texts, numbers, true, false, null or lists of texts. Reading is
// bounded and makes no tree, whose copying or freeing could take memory or stack.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace visavis {

using FlatValue = std::variant<std::nullptr_t, bool, int64_t, double, std::string, std::vector<std::string>>;

// Throws std::invalid_argument for anything else, such as objects within it, and for a whole number beyond int64_t.
std::map<std::string, FlatValue> parse_flat_json(std::string_view text);

// How deep the objects and lists of a JSON text are nested; an object of plain values is 1. Throws
// std::invalid_argument when it is no JSON, or as soon as it is deeper than `most`.
int json_depth(std::string_view text, int most);

// A value as it is written: a view of the caller's.
class FlatView {
 public:
  FlatView(std::nullptr_t) {}
  FlatView(bool value) : value_(value) {}
  FlatView(int64_t value) : value_(value) {}
  FlatView(double value) : value_(value) {}
  FlatView(const std::string& value) : value_(std::string_view(value)) {}
  FlatView(const std::vector<std::string>& value) : value_(&value) {}
  template <class T>
  FlatView(const std::optional<T>& value) {
    if (value) *this = FlatView(*value);
  }

  const auto& value() const { return value_; }

 private:
  std::variant<std::nullptr_t, bool, int64_t, double, std::string_view, const std::vector<std::string>*> value_;
};

// One line. Texts must be UTF-8. Its memory is allocated once, so that wiping the line wipes all of it.
using FlatMember = std::pair<const char*, FlatView>;
std::string write_flat_json(std::span<const FlatMember> members);
inline std::string write_flat_json(std::initializer_list<FlatMember> members) {
  return write_flat_json(std::span(members.begin(), members.size()));
}

}  // namespace visavis
