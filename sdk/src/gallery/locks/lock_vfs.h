// The layer between SQLite and the disk: SQLite's own, with locks that belong to the open file (file_locks.h) and
// nothing shared between connections of a process. So a program that opens and closes the gallery's files by itself
// takes no lock away from us, and no connection depends on another's.
#pragma once

namespace visavis {

// The name to give to sqlite3_open_v2. Null on a system without such locks, which means SQLite's own layer.
const char* lock_vfs();

// Questions for sqlite3_file_control. The answer goes into an int: SQLITE_OK or kSharedMemoryGone (sqlite_error.h).
// Takes no memory.
inline constexpr int kCheckSharedMemory = 0x7661'7601, kCheckWholeLog = 0x7661'7602;

}  // namespace visavis
