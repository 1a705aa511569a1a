// Open galleries at a fork: the child may open them again, but never uses or ends what it inherited.
#pragma once

#include <cstdint>
#include <string>

namespace visavis {

// Descriptors that hold locks, or -1. A lock lives as long as any process has its descriptor, so the child of a fork
// closes its copies at once: else a lock would outlive the process that took it.
class LockDescriptors {
 public:
  LockDescriptors();
  ~LockDescriptors();
  LockDescriptors(const LockDescriptors&) = delete;
  LockDescriptors& operator=(const LockDescriptors&) = delete;

  int file = -1, shm = -1;  // of the main file; of the shared memory of its log

 private:
  friend struct AllLockDescriptors;
  LockDescriptors *before_ = nullptr, *after_ = nullptr;
};

// Closes it. While other code of this process holds locks on the file that this would take away, it is kept open until
// a later call.
void close_locked_file(int fd);

// From now on forks are watched: each waits, for at most a second, until no thread is inside SQLite's process-wide
// mutexes, so that SQLite can be used in the child.
void watch_forks();

// Another number in the child of a fork: what was made under an earlier number belongs to the parent.
uint32_t forks();

// Error WRONG_STATE in the child of a fork that waited in vain: SQLite could wait there for ever.
void require_usable_sqlite(const std::string& path);

}  // namespace visavis
