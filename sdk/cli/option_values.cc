// Reads the line once, from left to right.
#include "option_values.h"

#include "failure.h"
#include "printable.h"

namespace visavis::cli {
namespace {

using Kind = Grammar::Kind;

class Line {
 public:
  Line(const std::vector<std::string>& line, const Grammar& grammar) : line_(line), grammar_(grammar) {}

  std::vector<std::string> words() && {
    for (; at_ < line_.size(); ++at_) {
      const std::string& word = line_[at_];
      if (word == "--") {
        if (grammar_.needs_command()) grammar_.refuse(word);
        while (++at_ < line_.size()) words_.push_back(kMark + line_[at_]);
      } else if (word.starts_with("--")) {
        take_long(word);
      } else if (word.size() > 1 && word[0] == '-') {
        take_short(word);
      } else if (grammar_.enter(word)) {
        words_.push_back(word);
      } else {
        if (grammar_.needs_command()) grammar_.refuse(word);
        words_.push_back(kMark + word);
      }
    }
    return std::move(words_);
  }

 private:
  void take_long(const std::string& word) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const Kind kind = grammar_.kind(name);
    if (kind == Kind::kUnknown) grammar_.refuse(name);
    if (kind == Kind::kSwitch) {
      if (equals != std::string::npos)
        throw WrongUse(name + " is a switch and takes no value: give it or leave it out");
      words_.push_back(name);
    } else {
      words_.push_back(name + '=' + kMark + (equals != std::string::npos ? word.substr(equals + 1) : next_value(name)));
    }
  }

  // "-q", "-g" FILE, "-gFILE", "-qg" FILE
  void take_short(const std::string& word) {
    for (size_t i = 1; i < word.size(); ++i) {
      const std::string name = {'-', word[i]};
      const Kind kind = grammar_.kind(name);
      if (kind == Kind::kUnknown) grammar_.refuse(word);
      if (kind == Kind::kSwitch) {
        words_.push_back(name);
        continue;
      }
      const std::string rest = word.substr(i + 1);
      if (rest.starts_with('='))
        throw WrongUse(name + " takes its value without '=': write " + name + " " + shortened(rest.substr(1)) + " or " +
                       grammar_.long_name(name) + shortened(rest));
      words_.push_back(name + kMark + (rest.empty() ? next_value(name) : rest));
      return;
    }
  }

  std::string next_value(const std::string& name) {
    if (at_ + 1 == line_.size()) throw WrongUse(name + " needs a value after it");
    const std::string& value = line_[at_ + 1];
    if (is_option(value))
      throw WrongUse(name + " needs a value, and '" + shortened(value) +
                     "' looks like an option: if it is meant, write " + grammar_.long_name(name) + '=' +
                     shortened(value));
    ++at_;
    return value;
  }

  bool is_option(const std::string& word) const {
    if (word.size() < 2 || word[0] != '-') return false;
    return word[1] == '-' || grammar_.kind(word.substr(0, 2)) != Kind::kUnknown;
  }

  const std::vector<std::string>& line_;
  const Grammar& grammar_;
  size_t at_ = 0;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> tie_values(const std::vector<std::string>& line, const Grammar& grammar) {
  return Line(line, grammar).words();
}

}  // namespace visavis::cli
