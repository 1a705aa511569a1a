// The only way to stdout and stderr. What could not be written is a failure, and texts that are not of the program's
// own making (names, paths, messages) cannot act on a terminal.
#pragma once

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace visavis::cli {

// stdout could not be written: no picture's fault, so it is no Failure that a loop over pictures goes on after.
class OutputFailure : public std::runtime_error {
 public:
  OutputFailure(const std::string& message, bool reader_gone)
      : std::runtime_error(message), reader_gone_(reader_gone) {}
  // Like `… | head`: nobody wants more.
  bool reader_gone() const { return reader_gone_; }

 private:
  bool reader_gone_;
};

// Gathers text and writes it when flushed, or when there is much of it; messages at the end of each line. Ctrl-C while
// a reader stalls gives Interrupted.
class Writer {
 public:
  // With `must` (results), what cannot be written is an OutputFailure, once; else (messages) it is let go.
  Writer(int descriptor, bool must) : descriptor_(descriptor), must_(must) {}

  // Literals as they are; all other texts printable (printable.h). An array of a struct is to be made a string first.
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
  // printf, for widths and decimals. Texts of others do not belong here: they could begin a line.
  [[gnu::format(printf, 2, 3)]] Writer& print(const char* format, ...);
  Writer& raw(std::string_view text);
  void flush();
  // What can be written without waiting for a reader, for the end after Ctrl-C; the rest is let go.
  void flush_what_is_taken();

 private:
  int descriptor_;
  bool must_;
  bool failed_ = false;
  std::string pending_;
};

Writer& out();
Writer& err();

// A closed stdin, stdout or stderr would become the first file that is opened, a gallery say: they are filled. What
// then goes to a stdout that was closed is an OutputFailure.
void guard_standard_streams();

// Flushes and closes stdout: some disks say only then that they are full.
void finish_output();

}  // namespace visavis::cli
