// Which value belongs to which option: decided before the parser sees the line, which would take a word too many.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace visavis::cli {

// Stands before each value and each path, so that nothing takes it for an option, whatever it begins with; and so that a
// value that is empty is there.
inline constexpr char kMark = '\1';

inline std::string unmarked(const std::string& text) { return text.starts_with(kMark) ? text.substr(1) : text; }

// What is known of the command that the line has reached.
struct Grammar {
  enum class Kind { kUnknown, kSwitch, kValue };
  // Of "--name" or "-g".
  std::function<Kind(const std::string& name)> kind;
  // Whether the word is a command here; if so, that one is reached now.
  std::function<bool(const std::string& word)> enter;
  // WrongUse for a word that has no place: an option that nobody knows, or, where a command must stand, another word.
  std::function<void(const std::string& word)> refuse;
  std::function<bool()> needs_command;
  // The name of an option that its value can follow by "=".
  std::function<std::string(const std::string& name)> long_name;
};

// The words as a parser can take them one by one: commands, "--switch", "--name=" or "-g" with a marked value, marked
// paths. WrongUse when an option has no value: where nothing follows, and where another option does.
std::vector<std::string> tie_values(const std::vector<std::string>& line, const Grammar& grammar);

}  // namespace visavis::cli
