// Locks that belong to an open file instead of a process (F_OFD_SETLK), on the bytes which SQLite locks, so that they
// hold against every program with SQLite. Nothing else that this process does with the same file can undo them.
#pragma once

#include <cstdint>

namespace visavis {

// The bytes of the main file; SQLite's file format never uses them for data.
inline constexpr int64_t kPendingByte = 0x40000000, kReservedByte = kPendingByte + 1, kSharedFirst = kPendingByte + 2,
                         kSharedSize = 510;

// Bytes of our own, far beyond any data. Whoever has the file open as a gallery, be it without any other lock, holds
// one of each range, shared: one stands for the name it was opened by, one for the memory it shares with others.
inline constexpr int64_t kNames = int64_t{1} << 61, kMemories = kNames + (int64_t{1} << 40), kRange = int64_t{1} << 40;

enum class FileLock : short { none, shared, exclusive };

// What to say of ENOLCK: the server of a network file system has none, or the system's are used up.
inline constexpr char kNoLocksAdvice[] =
    "its file system gives no locks, without which a gallery is not safe; put the gallery on a local disk";

// Whether this system has such locks.
bool have_file_locks();

// 0, EAGAIN when somebody else is in the way (never waits), or another errno.
int set_file_lock(int fd, FileLock lock, int64_t first, int64_t count);
// 0 and what somebody else holds there, or errno.
int other_file_lock(int fd, FileLock& held, int64_t first, int64_t count);

// Holds the byte `number` of a range, shared. 0; EAGAIN when somebody holds the whole range alone, EMLINK when somebody
// holds another byte of it; or another errno. Held only when it is 0.
int share_byte(int fd, int64_t range, uint64_t number);

// Whether other code of this process is seen to hold locks of the old kind on the file, which belong to the process and
// go when any descriptor of the file is closed.
bool has_process_locks(int fd);

}  // namespace visavis
