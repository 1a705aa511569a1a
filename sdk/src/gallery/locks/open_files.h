// Open galleries at a fork: the child may open them again, but it never uses or closes what it inherited.
#pragma once

#include <cstdint>
#include <string>

namespace visavis {

// Descriptors that hold locks, or -1. A lock lives as long as any process has its descriptor open. So the child of a
// fork closes its copies at once: otherwise a lock would outlive the process that took it.
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

// Closes the descriptor. While other code of this process holds locks on the file that closing would take away, it is
// kept open and closed by a later call.
void close_locked_file(int fd);

// From now on each fork waits, for at most a second, until no thread is inside SQLite's process-wide mutexes. Then
// SQLite can be used in the child.
void watch_forks();

// A number that differs in the child of a fork: what was made under an earlier number belongs to the parent.
uint32_t forks();

// Error WRONG_STATE in the child of a fork that waited and did not succeed: SQLite could wait there for ever.
void require_usable_sqlite(const std::string& path);

}  // namespace visavis
