// The locks of an SQLite connection that writes alone, held from beginning to end.
#include "gallery/locks/replaced_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/own_place.h"
#include "base/system_error.h"
#include "gallery/locks/file_locks.h"

namespace visavis {
namespace {

constexpr int64_t kAllLocks = kSharedFirst + kSharedSize - kPendingByte;

// Nothing when there is none.
std::string log_beside(const std::string& path) {
  for (const char* end : {"-wal", "-journal", "-shm"})
    if (struct stat log{}; ::lstat((path + end).c_str(), &log) == 0 && log.st_size > 0) return path + end;
  return {};
}

void require_no_log(const std::string& path) {
  if (const std::string log = log_beside(path); !log.empty())
    throw Error(VAV_E_GALLERY_BUSY,
                path + ": beside it lies " + log +
                    ", which would damage the new file or be damaged by it: if it is a gallery's, open that gallery " +
                    "for writing and close it first (`visavis gallery compact` does); else move it away");
}

}  // namespace

ReplacedFile::ReplacedFile(const std::string& path) : path_(path) {
  watch_forks();
  require_own_place(path);
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) {
    if (!S_ISREG(there.st_mode))
      throw Error(VAV_E_INVALID_ARGUMENT, path + ": is no ordinary file, and is not replaced; give another name");
    device_ = there.st_dev;
    inode_ = there.st_ino;
    locks_.file = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (locks_.file < 0) locks_.file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (locks_.file >= 0) try {
        lock(locks_.file);
      } catch (...) {
        close_locked_file(std::exchange(locks_.file, -1));
        throw;
      }
  }
  try {
    require_no_log(path_);
  } catch (...) {
    if (locks_.file >= 0) close_locked_file(std::exchange(locks_.file, -1));
    throw;
  }
}

ReplacedFile::~ReplacedFile() {
  if (locks_.file < 0) return;
  set_file_lock(locks_.file, FileLock::none, 0, 0);
  close_locked_file(std::exchange(locks_.file, -1));
}

void ReplacedFile::lock(int fd) const {
  for (const auto& [first, count] : {std::pair{kPendingByte, kAllLocks}, std::pair{kNames, kRange}}) {
    int error = set_file_lock(fd, FileLock::exclusive, first, count);
    if (error == EBADF) {  // may only be read: then at least see whether somebody has it open
      FileLock held = FileLock::none;
      error = other_file_lock(fd, held, first, count);
      if (error == 0 && held != FileLock::none) error = EAGAIN;
    }
    if (error == EAGAIN)
      throw Error(VAV_E_GALLERY_BUSY, path_ +
                                          ": a program has this gallery open: close it first, it cannot be replaced "
                                          "while it is used");
    if (error == ENOLCK) throw Error(VAV_E_IO, path_ + ": " + kNoLocksAdvice);
    if (error != 0 && have_file_locks())
      throw Error(status_of_system_error(error),
                  path_ + ": cannot be locked: " + std::generic_category().message(error));
  }
}

void ReplacedFile::require_unchanged() const {
  struct stat there {};
  const bool is_there = ::lstat(path_.c_str(), &there) == 0;
  if (is_there && !exists()) throw Error(VAV_E_ALREADY_EXISTS, path_ + ": was made by another program meanwhile");
  if (is_there != exists() || (is_there && (there.st_dev != device_ || there.st_ino != inode_)))
    throw Error(VAV_E_GALLERY_BUSY, path_ + ": another program has put a file there meanwhile; it was left as it is");
  require_no_log(path_);
  if (locks_.file >= 0) lock(locks_.file);  // once more: of a file that may only be read nothing is held
}

void refuse_log_without_gallery(const std::string& path) {
  const std::string log = log_beside(path);
  struct stat there {};
  if (log.empty() || ::lstat(path.c_str(), &there) == 0) return;  // another process has just made the gallery
  throw Error(VAV_E_GALLERY_BUSY, path + ": is not there, but " + log +
                                      " is, with what may be changes of a gallery "
                                      "that was: put the gallery back, or move that file away");
}

}  // namespace visavis
