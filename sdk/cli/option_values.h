// Which value belongs to which option. This is decided before CLI11 sees the line, because CLI11 would take a word too
// many.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace visavis::cli {

// A mark before each value and each path. With it nothing takes them for an option, whatever they begin with, and an
// empty value is not lost.
inline constexpr char kMark = '\1';

inline std::string unmarked(const std::string& text) { return text.starts_with(kMark) ? text.substr(1) : text; }

// What the command that the line has reached knows.
struct Grammar {
  enum class Kind { kUnknown, kSwitch, kValue };
  // The kind of "--name" or "-g".
  std::function<Kind(const std::string& name)> kind;
  // Whether the word is a command here. If so, that command is reached now.
  std::function<bool(const std::string& word)> enter;
  // WrongUse for a word that is not allowed here: an unknown option, or another word where a command must stand.
  std::function<void(const std::string& word)> refuse;
  std::function<bool()> needs_command;
  // The form of the option's name after which "=" and the value can follow.
  std::function<std::string(const std::string& name)> long_name;
};

// The words, so that a parser can take them one by one: commands, "--switch", "--name=" or "-g" with a marked value,
// marked paths. WrongUse if an option has no value: if nothing follows it, or another option does.
std::vector<std::string> tie_values(const std::vector<std::string>& line, const Grammar& grammar);

}  // namespace visavis::cli
