// Whole files through POSIX calls: the C++ streams cannot tell why they failed, nor sync.
#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/own_place.h"
#include "base/system_error.h"

namespace visavis {
namespace {

[[noreturn]] void fail(int error, const std::string& doing, const std::string& path) {
  const vav_status status = status_of_system_error(error);
  const std::string reason =
      status == VAV_E_FILE_NOT_FOUND ? "there is no such file or folder" : std::generic_category().message(error);
  const char* advice = status == VAV_E_DISK_FULL ? "; free some space and try again" : "";
  throw Error(status, doing + " " + path + ": " + reason + advice);
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) {
    do fd_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    while (fd_ < 0 && errno == EINTR);
  }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }
  // Network file systems report a lost write only here.
  int close() {
    const int result = fd_ < 0 ? 0 : ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_ = -1;
};

// Up to `size` bytes; fewer only at the end of the file.
size_t read_up_to(int fd, uint8_t* out, size_t size, const std::string& path) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd, out + done, size - done);
    if (n == 0) break;
    if (n > 0)
      done += static_cast<size_t>(n);
    else if (errno != EINTR)
      fail(errno, "cannot read", path);
  }
  return done;
}

void write_all(int fd, std::span<const uint8_t> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0)
      bytes = bytes.subspan(static_cast<size_t>(n));
    else if (errno != EINTR)
      fail(errno, "cannot write", path);
  }
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// Removes the temporary file unless it was renamed.
struct Temporary {
  std::string path;
  bool renamed = false;
  ~Temporary() {
    if (!renamed) ::unlink(path.c_str());
  }
};

// Not mkstemp: it makes files that only their owner may read, and the umask should decide that.
std::string temporary_name(const std::string& folder) {
  static std::atomic<uint32_t> counter{0};
  return folder + "/.visavis-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp";
}

void write_and_sync(Descriptor& file, std::span<const uint8_t> bytes, const std::string& path) {
  write_all(file.fd(), bytes, path);
  if (::fsync(file.fd()) != 0) fail(errno, "cannot write", path);
  if (file.close() != 0) fail(errno, "cannot write", path);
}

}  // namespace

std::vector<uint8_t> read_file(const std::string& path, int64_t max_bytes) {
  const Descriptor file(path, O_RDONLY);
  if (file.fd() < 0) fail(errno, "cannot open", path);
  struct stat info {};
  if (::fstat(file.fd(), &info) != 0) fail(errno, "cannot read", path);
  if (S_ISDIR(info.st_mode)) throw Error(VAV_E_IO, "cannot read " + path + ": it is a folder, not a file");
  const auto too_long = [&] {
    return Error(VAV_E_LIMIT_EXCEEDED,
                 path + " is longer than the " + std::to_string(max_bytes) + " bytes allowed here");
  };
  if (info.st_size > max_bytes) throw too_long();

  // Pipes and /proc say 0 and files may grow meanwhile: the size is only where to begin. The one byte more sees the
  // end.
  constexpr int64_t kFirst = 64 * 1024;
  std::vector<uint8_t> bytes(static_cast<size_t>(std::min(std::max<int64_t>(info.st_size, kFirst), max_bytes) + 1));
  size_t filled = 0;
  for (;;) {
    filled += read_up_to(file.fd(), bytes.data() + filled, bytes.size() - filled, path);
    if (filled < bytes.size()) break;
    if (static_cast<int64_t>(filled) > max_bytes) throw too_long();
    bytes.resize(static_cast<size_t>(std::min(static_cast<int64_t>(filled) * 2, max_bytes + 1)));
  }
  bytes.resize(filled);
  return bytes;
}

void write_file_atomically(const std::string& path, std::span<const uint8_t> bytes) {
  require_own_place(path);
  const std::string folder = folder_of(path);
  const Descriptor to_sync(folder, O_RDONLY | O_DIRECTORY);
  for (;;) {
    const std::string name = temporary_name(folder);
    Descriptor file(name, O_WRONLY | O_CREAT | O_EXCL);
    if (file.fd() < 0) {
      if (errno == EEXIST) continue;  // left behind by a crashed process which had our id
      fail(errno, "cannot create a file in the folder of", path);
    }
    Temporary temporary{name};
    write_and_sync(file, bytes, path);
    if (::rename(name.c_str(), path.c_str()) != 0) fail(errno, "cannot write", path);
    temporary.renamed = true;
    // So that the rename itself survives a power cut. It is done, and nothing that fails now may say that it is not.
    if (to_sync.fd() >= 0) ::fsync(to_sync.fd());
    return;
  }
}

}  // namespace visavis
