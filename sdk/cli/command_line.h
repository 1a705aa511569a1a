// The command line as the commands see it. Only command_line.cc knows CLI11: compiling it in the file of each command
// took most of the build.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace visavis::cli {

// An option, flag or path of a command. A handle: copies mean the same option.
class Option {
 public:
  // The values that a number may have, both ends included.
  struct Range {
    double least, most;
  };
  explicit Option(void* option, std::shared_ptr<Range> range = nullptr) : option_(option), range_(std::move(range)) {}
  Option required();
  // What stands for the value in the help.
  Option type_name(const char* text);
  // The same, without the "…" of a list.
  Option option_text(const char* text);
  Option group(const char* title);
  Option needs(const Option& other);
  Option excludes(const Option& other);
  // An empty text is allowed. Without this it is WrongUse.
  Option may_be_empty();
  // The range of a number; WrongUse outside it.
  Option range(double least, double most);

 private:
  void* option_;
  std::shared_ptr<Range> range_;
};

// A command, or the program itself. What an option writes into must live until the action has run.
class Command {
 public:
  Command(const std::string& what, const std::string& name);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Command* add_subcommand(const char* name, const std::string& help);
  Option add_option(const char* names, std::string& value, const std::string& help);
  Option add_option(const char* names, std::optional<std::string>& value, const std::string& help);
  Option add_option(const char* names, std::vector<std::string>& values, const std::string& help);
  Option add_option(const char* names, int32_t& value, const std::string& help);
  Option add_option(const char* names, int64_t& value, const std::string& help);
  Option add_option(const char* names, float& value, const std::string& help);
  Option add_option(const char* names, double& value, const std::string& help);
  // `take` gets the text and throws WrongUse when it makes no sense.
  Option add_option(const char* names, std::function<void(const std::string& text)> take, const std::string& help);
  // One of some words, each of which stands for a number.
  Option add_choice(const char* names, int32_t& value, std::vector<std::pair<std::string, int32_t>> words,
                    const std::string& help);
  Option add_flag(const char* names, bool& value, const std::string& help);
  void footer(const std::string& text);
  // Called when this command was given.
  void callback(std::function<void()> action);
  // The command does nothing by itself: one of its sub-commands must follow.
  void require_subcommand();

  // Only for the program. True if there is something to do. False if help or version were asked for; they are in
  // `answer`. WrongUse if the command line makes no sense.
  bool parse(int argc, char** argv, const std::string& version, std::string& answer);
  // After parse(): what was given for an option of the command; "" if nothing was, or if it has no such option.
  std::string given(const char* option) const;
  // What `COMMAND --help` prints. No words: the help of the program.
  std::string help(const std::vector<std::string>& words) const;

 private:
  struct State;
  explicit Command(std::unique_ptr<State> state);
  template <class Number>
  Option add_number(const char* names, Number& value, const std::string& help);
  std::unique_ptr<State> state_;
};

}  // namespace visavis::cli
