// Writes everything, or says why it could not.
#include "writer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <utility>

#include "interrupt.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr size_t kMuch = 64 << 10;

[[noreturn]] void fail(int error) {
  throw OutputFailure(std::string("could not write the output: ") + std::strerror(error), error == EPIPE);
}

}  // namespace

Writer& Writer::operator<<(const std::string& text) { return raw(printable(text)); }

Writer& Writer::operator<<(double number) {
  char text[32];
  return raw(std::string_view(text, size_t(std::to_chars(text, text + sizeof text, number).ptr - text)));
}

Writer& Writer::print(const char* format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  std::string text(size_t(std::max(0, std::vsnprintf(nullptr, 0, format, arguments))), '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  va_end(arguments);
  return raw(printable_lines(text));
}

Writer& Writer::raw(std::string_view text) {
  if (failed_) return *this;
  pending_ += text;
  if (pending_.size() > kMuch || (!must_ && pending_.ends_with('\n'))) flush();
  return *this;
}

void Writer::flush() {
  const std::string text = std::exchange(pending_, std::string());
  for (size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(descriptor_, text.data() + done, text.size() - done);
    if (written >= 0) {
      done += size_t(written);
    } else if (errno == EINTR) {
      if (must_) stop_if_interrupted();
    } else {
      failed_ = true;
      if (must_) fail(errno);
      return;
    }
  }
}

void Writer::flush_what_is_taken() {
  constexpr size_t kPiece = 4096;  // a pipe that is ready takes this much at once
  const std::string text = std::exchange(pending_, std::string());
  for (size_t done = 0; !failed_ && done < text.size();) {
    pollfd ready = {descriptor_, POLLOUT, 0};
    if (poll(&ready, 1, 100) != 1 || (ready.revents & POLLOUT) == 0) return;
    const ssize_t written = ::write(descriptor_, text.data() + done, std::min(kPiece, text.size() - done));
    if (written < 0) return;
    done += size_t(written);
  }
}

Writer& out() {
  static Writer writer(STDOUT_FILENO, true);
  return writer;
}

Writer& err() {
  static Writer writer(STDERR_FILENO, false);
  return writer;
}

void guard_standard_streams() {
  signal(SIGPIPE, SIG_IGN);  // then write() gives EPIPE if the reader has ended, and the command can clean up
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // open() gives the lowest free number, which is this one. It is opened so that writing to it fails, as to a closed
    // one.
    const int mode = descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY;
    if (open("/dev/null", mode) != descriptor) continue;  // without /dev/null there is nothing to fill it with
  }
}

void finish_output() {
  out().flush();
  if (close(STDOUT_FILENO) != 0 && errno != EINTR) fail(errno);
}

}  // namespace visavis::cli
