// The only way to stdout and stderr. If something cannot be written, that is a failure. Texts from outside (names,
// paths, messages) cannot control the terminal.
#pragma once

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace visavis::cli {

// stdout could not be written. That is not the fault of a picture: so it is no Failure, after which a loop over
// pictures would go on.
class OutputFailure : public std::runtime_error {
 public:
  OutputFailure(const std::string& message, bool reader_gone)
      : std::runtime_error(message), reader_gone_(reader_gone) {}
  // As with `… | head`: the reader has ended.
  bool reader_gone() const { return reader_gone_; }

 private:
  bool reader_gone_;
};

// Collects text and writes it when it is flushed or when there is much of it; messages at the end of each line. Ctrl-C
// while a reader does not read gives Interrupted.
class Writer {
 public:
  // With `must` (for results), text that cannot be written is an OutputFailure, once. Without (for messages) it is
  // dropped.
  Writer(int descriptor, bool must) : descriptor_(descriptor), must_(must) {}

  // Writes literals as they are, and all other texts printable (printable.h). Make a string of a char array in a struct
  // first.
  template <size_t N>
  Writer& operator<<(const char (&literal)[N]) {
    return raw(std::string_view(literal, N - 1));
  }
  Writer& operator<<(const std::string& text);
  template <std::same_as<const char*> Text>
  Writer& operator<<(const Text& text) {
    return *this << std::string(text);
  }
  Writer& operator<<(char character) { return raw(std::string_view(&character, 1)); }
  Writer& operator<<(double number);
  template <std::integral Number>
  requires(!std::same_as<Number, char>) Writer& operator<<(Number number) { return raw(std::to_string(number)); }
  // As printf, for widths and decimals. Do not print texts from outside with it: they could begin a line.
  [[gnu::format(printf, 2, 3)]] Writer& print(const char* format, ...);
  Writer& raw(std::string_view text);
  void flush();
  // Writes what it can without waiting for a reader, and drops the rest. For the end after Ctrl-C.
  void flush_what_is_taken();

 private:
  int descriptor_;
  bool must_;
  bool failed_ = false;
  std::string pending_;
};

Writer& out();
Writer& err();

// If stdin, stdout or stderr is closed, the next file that is opened, such as a gallery, would take its place. So they
// are filled. What then goes to a stdout that was closed is an OutputFailure.
void guard_standard_streams();

// Flushes and closes stdout. Some disks say only then that they are full.
void finish_output();

}  // namespace visavis::cli
