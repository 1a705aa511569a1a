// Never sleeps in a call in which a signal could be missed.
#include "incoming.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "failure.h"
#include "interrupt.h"

namespace visavis::cli {
namespace {

class Incoming {
 public:
  explicit Incoming(const std::string& path)
      : own_(!is_stdin(path)), fd_(own_ ? open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC) : STDIN_FILENO) {}
  ~Incoming() {
    if (own_ && fd_ >= 0) close(fd_);
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  int fd() const { return fd_; }

 private:
  bool own_;
  int fd_;
};

void wait_for_bytes(int fd) {
  constexpr int kPiece = 50;  // ms
  pollfd waiting = {fd, POLLIN, 0};
  do {
    stop_if_interrupted();
  } while (poll(&waiting, 1, kPiece) <= 0);
}

}  // namespace

bool is_stream(const std::string& path) {
  struct stat found;
  if (is_stdin(path)) return true;
  return stat(path.c_str(), &found) == 0 && (S_ISFIFO(found.st_mode) || S_ISCHR(found.st_mode));
}

std::string read_stream(const std::string& path, size_t most) {
  const std::string name = is_stdin(path) ? "stdin" : path;
  const Incoming incoming(path);
  if (incoming.fd() < 0) throw Failure(name + ": cannot be read: " + std::strerror(errno), VAV_E_IO);
  std::string bytes;
  for (char piece[64 << 10];;) {
    wait_for_bytes(incoming.fd());
    const ssize_t got = read(incoming.fd(), piece, sizeof piece);
    if (got == 0) return bytes;
    if (got > 0) bytes.append(piece, size_t(got));
    if (got < 0 && errno != EINTR && errno != EAGAIN)
      throw Failure(name + ": cannot be read: " + std::strerror(errno), VAV_E_IO);
    if (bytes.size() > most)
      throw Failure(name + ": more than " +
                        (most < 1 << 20 ? std::to_string(most) + " bytes" : std::to_string(most >> 20) + " MB") +
                        " were given",
                    VAV_E_LIMIT_EXCEEDED);
  }
}

void require_file(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode))
    throw Failure(path + " is not a file" + (S_ISDIR(found.st_mode) ? " but a folder" : ""), VAV_E_IO);
}

}  // namespace visavis::cli
