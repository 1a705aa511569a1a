// POSIX files: made with O_EXCL, locked while they are in the making, synced, then renamed into place, and the folder
// synced.
#include "base/new_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium/randombytes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/own_place.h"
#include "base/sha256.h"
#include "base/system_error.h"

namespace visavis {
namespace {

constexpr size_t kBuffer = 1 << 20;
constexpr char kEnd[] = ".partial-";
constexpr size_t kRandom = 8, kProof = 8;  // hexadecimal digits behind it
constexpr mode_t kUnreadable = 0200, kOwner = 0600;

// Also when memory is out: by then the file itself is gone.
void remove_with_logs(const std::string& path) noexcept {
  ::unlink(path.c_str());
  try {
    for (const char* end : {"-wal", "-shm", "-journal"}) ::unlink((path + end).c_str());
  } catch (const std::bad_alloc&) {
  }
}

// Digits computed from the rest of the name. A file that somebody else has named has other digits.
std::string proof(const std::string& name) {
  const std::string text = "a file in the making of Visavis: " + name;
  return sha256_hex({reinterpret_cast<const uint8_t*>(text.data()), text.size()}).substr(0, kProof);
}

std::string temporary_name(const std::string& path) {
  uint8_t bytes[kRandom / 2];
  randombytes_buf(bytes, sizeof bytes);
  std::string digits;
  for (const uint8_t byte : bytes) digits += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  const std::string name = std::filesystem::path(path).filename().string() + kEnd + digits;
  return path + kEnd + digits + proof(name);
}

bool is_left_over(int file) {
  struct stat info {};
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1 || info.st_uid != ::geteuid())
    return false;
  const mode_t mode = info.st_mode & 07777;
  return (mode == kUnreadable || mode == kOwner) && ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

// Removes what killed programs have left of the same file. A program that is still writing holds a lock.
void sweep(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path place(path);
  const std::string prefix = place.filename().string() + kEnd;
  // Not std::filesystem: its iterator ends the process when memory is out.
  const auto close = [](DIR* folder) { ::closedir(folder); };
  const std::unique_ptr<DIR, decltype(close)> folder(::opendir(place.parent_path().c_str()), close);
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    const std::string name = entry->d_name;
    if (name.size() != prefix.size() + kRandom + kProof || !name.starts_with(prefix)) continue;
    if (!name.ends_with(proof(name.substr(0, name.size() - kProof)))) continue;
    const std::string left = (place.parent_path() / name).string();
    const int file = ::open(left.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) continue;
    if (is_left_over(file)) remove_with_logs(left);
    ::close(file);
  }
}

}  // namespace

NewFile::NewFile(const std::string& path, bool overwrite, Readers readers)
    : path_(path), overwrite_(overwrite), readers_(readers) {
  require_own_place(path_);
  struct stat there {};
  if (!overwrite_ && ::lstat(path_.c_str(), &there) == 0)
    fail("exists already; say so if it is to be replaced", EEXIST);
  sweep(path_);
  make();
}

void NewFile::make() {
  for (;;) {
    temporary_ = temporary_name(path_);
    file_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   readers_ == Readers::as_usual ? 0666 : kUnreadable);
    if (file_ < 0 && errno == EEXIST) continue;
    if (file_ < 0) fail("cannot be made", errno);
    struct stat info {};
    mode_ = kOwner;
    if (readers_ == Readers::as_usual && ::fstat(file_, &info) == 0) mode_ = info.st_mode & 0777;
    // Another process may just have removed it as a remainder: then it is not ours any more.
    if (::flock(file_, LOCK_EX | LOCK_NB) == 0 && ::fstat(file_, &info) == 0 && info.st_nlink == 1) break;
    if (errno != EWOULDBLOCK && errno != EINTR && info.st_nlink == 1) break;  // a file system without such locks
    ::unlink(temporary_.c_str());
    ::close(file_);
  }
  ::fchmod(file_, kUnreadable);
}

void NewFile::let_owner_read() {
  if (::fchmod(file_, kOwner) != 0) fail("cannot be made", errno);
}

NewFile::~NewFile() {
  ::explicit_bzero(buffer_.data(), buffer_.size());
  if (file_ < 0) return;
  remove_with_logs(temporary_);
  ::close(file_);
}

void NewFile::fail(const char* what, int error) const {
  throw Error(status_of_system_error(error), path_ + ": " + what + " (" + std::generic_category().message(error) + ")");
}

void NewFile::write(std::span<const uint8_t> bytes) {
  if (buffer_.capacity() < kBuffer) buffer_.reserve(kBuffer);
  if (buffer_.size() + bytes.size() > kBuffer) flush();  // so that it never grows, which would leave a copy behind
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (buffer_.size() >= kBuffer) flush();
}

void NewFile::flush() {
  for (size_t done = 0; done < buffer_.size();) {
    const ssize_t n = ::write(file_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("cannot be written", n < 0 ? errno : EIO);
    done += size_t(n);
  }
  ::explicit_bzero(buffer_.data(), buffer_.size());  // names and faces
  buffer_.clear();
}

void NewFile::put_into_place() {
  if (overwrite_) {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be put into place", errno);
    return;
  }
  // Neither way replaces what somebody else has put there meanwhile.
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS && errno != EPERM) fail("cannot be put into place", errno);
  if (::link(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be put into place", errno);
  ::unlink(temporary_.c_str());
}

void NewFile::finish() {
  flush();
  if (::fchmod(file_, mode_) != 0) fail("cannot be made", errno);
  if (::fsync(file_) != 0) fail("cannot be written", errno);
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const int to_sync = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  try {
    require_own_place(path_);
    put_into_place();
  } catch (...) {
    if (to_sync >= 0) ::close(to_sync);
    throw;
  }
  // It is there: from here on nothing may fail.
  ::close(file_);
  file_ = -1;
  if (to_sync < 0) return;
  ::fsync(to_sync);  // some file systems cannot; then the name is as safe as any
  ::close(to_sync);
}

void write_file_atomically(const std::string& path, std::span<const uint8_t> bytes) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) throw Error(status_of_system_error(error.value()), path + ": " + error.message());
  NewFile file(absolute.string(), true, NewFile::Readers::as_usual);
  file.write(bytes);
  file.finish();
}

}  // namespace visavis
