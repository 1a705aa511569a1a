// POSIX files: made with O_EXCL and mode 0600, synced, then linked or renamed into place, and the folder synced.
#include "base/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/error.h"

namespace visavis {
namespace {

constexpr size_t kBuffer = 1 << 20;

}  // namespace

NewFile::NewFile(const std::string& path, bool overwrite) : path_(path), temporary_(path), overwrite_(overwrite) {
  struct stat there {};
  if (!overwrite_ && ::lstat(path_.c_str(), &there) == 0)
    fail("exists already; say so if it is to be replaced", EEXIST);
  temporary_ += ".partial-XXXXXX";
  file_ = ::mkostemp(temporary_.data(), O_CLOEXEC);  // mode 0600
  if (file_ < 0) fail("cannot be made", errno);
}

NewFile::~NewFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

void NewFile::fail(const char* what, int error) const {
  const vav_status status = error == EEXIST                                        ? VAV_E_ALREADY_EXISTS
                            : error == ENOSPC || error == EDQUOT || error == EFBIG ? VAV_E_DISK_FULL
                            : error == EACCES || error == EPERM || error == EROFS  ? VAV_E_PERMISSION
                            : error == ENOENT || error == ENOTDIR                  ? VAV_E_FILE_NOT_FOUND
                                                                                   : VAV_E_IO;
  throw Error(status, path_ + ": " + what + " (" + std::generic_category().message(error) + ")");
}

void NewFile::write(std::span<const uint8_t> bytes) {
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (buffer_.size() >= kBuffer) flush();
}

void NewFile::flush() {
  for (size_t done = 0; done < buffer_.size();) {
    const ssize_t n = ::write(file_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("cannot be written", n < 0 ? errno : EIO);
    done += static_cast<size_t>(n);
  }
  buffer_.clear();
}

void NewFile::finish() {
  flush();
  if (::fsync(file_) != 0) fail("cannot be written", errno);
  if (overwrite_) {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be put into place", errno);
  } else {
    // Unlike a rename, a link never replaces what somebody else has put there meanwhile.
    if (::link(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be put into place", errno);
    ::unlink(temporary_.c_str());
  }
  ::close(file_);
  file_ = -1;
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  if (const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); handle >= 0) {
    ::fsync(handle);  // some file systems cannot; then the name is as safe as any
    ::close(handle);
  }
}

}  // namespace visavis
