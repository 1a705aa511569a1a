// The memory that connections to one write-ahead log share (the -shm file), mapped and locked by each for itself.
#pragma once

namespace visavis {

class LockDescriptors;

// The methods are those of SQLite's sqlite3_io_methods: xShmMap, xShmLock and xShmUnmap. `path` is the main file's.
class LockShm {
 public:
  int map(LockDescriptors& locks, const char* path, int region, int size, bool extend, void volatile** out);
  int lock(LockDescriptors& locks, int first, int count, int flags);
  void close(LockDescriptors& locks, const char* path, bool remove);

 private:
  int begin(LockDescriptors& locks, const char* path);
  int enter(LockDescriptors& locks);
  int map_up_to(LockDescriptors& locks, int region, int size, bool extend);

  bool read_only_ = false;
  bool entered_ = false;      // the lock is held that keeps others from starting the memory anew
  void** regions_ = nullptr;  // one for each `size` bytes; those of one piece lie behind one another
  int count_ = 0, size_ = 0;
};

}  // namespace visavis
