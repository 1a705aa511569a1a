// fcntl(2) with F_OFD_SETLK.
#include "gallery/locks/file_locks.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace visavis {
namespace {

#ifdef F_OFD_SETLK
constexpr int kSet = F_OFD_SETLK, kGet = F_OFD_GETLK;
#else
constexpr int kSet = -1, kGet = -1;
#endif

struct flock request(FileLock lock, int64_t first, int64_t count) {
  struct flock request {};
  request.l_type = lock == FileLock::none ? F_UNLCK : lock == FileLock::shared ? F_RDLCK : F_WRLCK;
  request.l_whence = SEEK_SET;
  request.l_start = first;
  request.l_len = count;
  return request;
}

}  // namespace

bool have_file_locks() {
  static const bool have = [] {
    const int fd = kSet < 0 ? -1 : ::memfd_create("visavis-locks", MFD_CLOEXEC);
    if (fd < 0) return false;
    const int error = set_file_lock(fd, FileLock::exclusive, 0, 1);
    ::close(fd);
    return error == 0;
  }();
  return have;
}

int set_file_lock(int fd, FileLock lock, int64_t first, int64_t count) {
  struct flock wanted = request(lock, first, count);
  for (;;) {
    if (::fcntl(fd, kSet, &wanted) == 0) return 0;
    if (errno != EINTR) return errno == EACCES ? EAGAIN : errno;
  }
}

int other_file_lock(int fd, FileLock& held, int64_t first, int64_t count) {
  struct flock asked = request(FileLock::exclusive, first, count);
  if (::fcntl(fd, kGet, &asked) != 0) return errno;
  held = asked.l_type == F_UNLCK ? FileLock::none : asked.l_type == F_RDLCK ? FileLock::shared : FileLock::exclusive;
  return 0;
}

int share_byte(int fd, int64_t range, uint64_t number) {
  const int64_t at = range + int64_t(number % uint64_t(kRange)), end = range + kRange;
  if (const int error = set_file_lock(fd, FileLock::shared, at, 1); error != 0) return error;
  // First take the lock, then look: if two come at once with different numbers, at least one sees the other.
  FileLock before = FileLock::none, behind = FileLock::none;
  int error = at > range ? other_file_lock(fd, before, range, at - range) : 0;
  if (error == 0 && at + 1 < end) error = other_file_lock(fd, behind, at + 1, end - at - 1);
  if (error == 0 && before == FileLock::none && behind == FileLock::none) return 0;
  set_file_lock(fd, FileLock::none, at, 1);
  return error != 0 ? error : EMLINK;
}

bool has_process_locks(int fd) {
  for (int64_t first = 0;;) {
    struct flock lock = request(FileLock::exclusive, first, 0);
    if (::fcntl(fd, kGet, &lock) != 0 || lock.l_type == F_UNLCK) return false;
    if (lock.l_pid == ::getpid()) return true;
    if (lock.l_len == 0) return false;
    first = std::max<int64_t>(lock.l_start + lock.l_len, first + 1);
  }
}

}  // namespace visavis
