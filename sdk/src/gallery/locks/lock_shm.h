// The memory that connections to one write-ahead log share (the -shm file), mapped and locked by each for itself.
#pragma once

#include <cstdint>

struct sqlite3_file;

namespace visavis {

class LockDescriptors;

// The methods are those of SQLite's sqlite3_io_methods: xShmMap, xShmLock and xShmUnmap. `path` is the main file's.
class LockShm {
 public:
  int map(LockDescriptors& locks, const char* path, int region, int size, bool extend, void volatile** out);
  int lock(LockDescriptors& locks, const char* path, int first, int count, int flags);
  void close(LockDescriptors& locks, const char* path, bool remove);
  // Whether the path still leads to this memory, and its file is as long as what is mapped. Else kSharedMemoryGone
  // (sqlite_error.h), now and from then on: the next process would make another memory, and two processes would write
  // one log without seeing each other. Memory without a file behind it would end the process.
  int check(const LockDescriptors& locks, const char* path);
  // The same, for a connection that may be writing: also whether the memory still holds what it held when the change
  // began. And whether the log still ends where the memory says: else kLogCut.
  int check_contents(const LockDescriptors& locks, const char* path);
  // Whether every page of the log is as it was written: else kLogCut. Reads all of it.
  int check_whole_log(const LockDescriptors& locks, const char* path);
  // The log that this memory is the index of, SQLite's own file; it stays open for as long as the memory is mapped.
  void set_log(sqlite3_file* log) { log_ = log; }

 private:
  int begin(LockDescriptors& locks, const char* path);
  int enter(LockDescriptors& locks, const char* path);
  int start(LockDescriptors& locks);
  int map_up_to(LockDescriptors& locks, int region, int size, bool extend);

  int check_log(const LockDescriptors& locks, uint32_t pages) const;
  void let_go();

  bool read_only_ = false;
  bool gone_ = false, writing_ = false;
  bool entered_ = false;      // the lock is held that keeps others from starting the memory anew
  void** regions_ = nullptr;  // one for each `size` bytes; those of one piece lie behind one another
  int count_ = 0, size_ = 0;
  sqlite3_file* log_ = nullptr;
};

}  // namespace visavis
