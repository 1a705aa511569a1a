// The layer between SQLite and the disk: SQLite's own, with locks that belong to the open file (file_locks.h) and
// nothing shared between connections of a process. So a program that opens and closes the gallery's files by itself
// takes no lock away from us, and no connection depends on another's.
#pragma once

namespace visavis {

// The name to give to sqlite3_open_v2; null, which is SQLite's own layer, on a system without such locks.
const char* lock_vfs();

}  // namespace visavis
