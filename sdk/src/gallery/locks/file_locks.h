// Locks that belong to an open file instead of a process (F_OFD_SETLK), on the bytes which SQLite locks, so that they
// hold against every program with SQLite. Nothing else that this process does with the same file can undo them.
#pragma once

#include <cstdint>

namespace visavis {

// The bytes of the main file; SQLite's file format never uses them for data.
inline constexpr int64_t kPendingByte = 0x40000000, kReservedByte = kPendingByte + 1, kSharedFirst = kPendingByte + 2,
                         kSharedSize = 510;

// Bytes of our own, far beyond any data. Whoever has the file open as a gallery holds one byte of each range, shared,
// even while holding no other lock. In kNames the byte stands for the name by which the file was opened, in kMemories
// for the memory that it shares with others.
inline constexpr int64_t kNames = int64_t{1} << 61, kMemories = kNames + (int64_t{1} << 40), kRange = int64_t{1} << 40;

enum class FileLock : short { none, shared, exclusive };

// What to say of ENOLCK: a network file system whose server has no locks, or the system has none left.
inline constexpr char kNoLocksAdvice[] =
    "its file system gives no locks, without which a gallery is not safe; put the gallery on a local disk";

// Whether this system has such locks.
bool have_file_locks();

// Sets a lock on some bytes, or takes it away, and never waits. Returns 0, EAGAIN when somebody else has a lock that is
// in the way, or another errno.
int set_file_lock(int fd, FileLock lock, int64_t first, int64_t count);
// Sets `held` to the lock that somebody else has on these bytes. Returns 0 or errno.
int other_file_lock(int fd, FileLock& held, int64_t first, int64_t count);

// Takes a shared lock on the byte `number` of a range. Returns 0 when it is held; EAGAIN when somebody holds the whole
// range alone, EMLINK when somebody holds another byte of it, or another errno.
int share_byte(int fd, int64_t range, uint64_t number);

// Whether other code of this process seems to hold locks of the old kind on the file. Those belong to the process, and
// closing any descriptor of the file takes them away.
bool has_process_locks(int fd);

}  // namespace visavis
