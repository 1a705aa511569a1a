// Locks that belong to an open file instead of a process (F_OFD_SETLK), on the bytes which SQLite locks, so that they
// hold against every program with SQLite. Nothing else that this process does with the same file can undo them.
#pragma once

#include <cstdint>

namespace visavis {

// The bytes of the main file; SQLite's file format never uses them for data.
inline constexpr int64_t kPendingByte = 0x40000000, kReservedByte = kPendingByte + 1, kSharedFirst = kPendingByte + 2,
                         kSharedSize = 510;

enum class FileLock : short { none, shared, exclusive };

// Whether this system has such locks.
bool have_file_locks();

// 0, EAGAIN when somebody else is in the way (never waits), or another errno.
int set_file_lock(int fd, FileLock lock, int64_t first, int64_t count);
// 0 and what somebody else holds there, or errno.
int other_file_lock(int fd, FileLock& held, int64_t first, int64_t count);

// Whether other code of this process is seen to hold locks of the old kind on the file, which belong to the process and
// go when any descriptor of the file is closed.
bool has_process_locks(int fd);

}  // namespace visavis
