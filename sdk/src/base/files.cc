// Whole files through POSIX calls: the C++ streams cannot tell why they failed.
#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "base/system_error.h"

namespace visavis {
namespace {

[[noreturn]] void fail(int error, const std::string& doing, const std::string& path) {
  const vav_status status = status_of_system_error(error);
  const std::string reason =
      status == VAV_E_FILE_NOT_FOUND ? "there is no such file or folder" : std::generic_category().message(error);
  throw Error(status, doing + " " + path + ": " + reason);
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) {
    do fd_ = ::open(path.c_str(), flags | O_CLOEXEC);
    while (fd_ < 0 && errno == EINTR);
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

// Up to `size` bytes; fewer only at the end of the file.
size_t read_up_to(int fd, void* out, size_t size, const std::string& path) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd, static_cast<char*>(out) + done, size - done);
    if (n == 0) break;
    if (n > 0)
      done += size_t(n);
    else if (errno != EINTR)
      fail(errno, "cannot read", path);
  }
  return done;
}

}  // namespace

template <class Byte>
std::vector<Byte> read_file(const std::string& path, int64_t max_bytes, FileKinds kinds) {
  const Descriptor file(path, O_RDONLY | (kinds == FileKinds::ordinary ? O_NONBLOCK : 0));
  if (file.fd() < 0) fail(errno, "cannot open", path);
  struct stat info {};
  if (::fstat(file.fd(), &info) != 0) fail(errno, "cannot read", path);
  if (S_ISDIR(info.st_mode)) throw Error(VAV_E_IO, "cannot read " + path + ": it is a folder, not a file");
  if (kinds == FileKinds::ordinary && !S_ISREG(info.st_mode))
    throw Error(VAV_E_IO, "cannot read " + path + ": it is no ordinary file");
  const auto too_long = [&] {
    return Error(VAV_E_LIMIT_EXCEEDED,
                 path + " is longer than the " + std::to_string(max_bytes) + " bytes allowed here");
  };
  if (info.st_size > max_bytes) throw too_long();

  // Pipes and /proc say 0 and files may grow meanwhile: the size is only where to begin. The one byte more sees the
  // end.
  constexpr int64_t kFirst = 64 * 1024;
  std::vector<Byte> bytes(size_t(std::min(std::max<int64_t>(info.st_size, kFirst), max_bytes) + 1));
  size_t filled = 0;
  for (;;) {
    filled += read_up_to(file.fd(), bytes.data() + filled, bytes.size() - filled, path);
    if (filled < bytes.size()) break;
    if (int64_t(filled) > max_bytes) throw too_long();
    bytes.resize(size_t(std::min(int64_t(filled) * 2, max_bytes + 1)));
  }
  bytes.resize(filled);
  return bytes;
}

template std::vector<uint8_t> read_file(const std::string& path, int64_t max_bytes, FileKinds kinds);
template std::vector<char> read_file(const std::string& path, int64_t max_bytes, FileKinds kinds);

}  // namespace visavis
