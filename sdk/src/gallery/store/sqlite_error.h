// What an SQLite result code means to a user of the gallery.
#pragma once

#include <sqlite3.h>

#include <string>

#include "base/error.h"

namespace visavis {

// Our own codes, which the layer below SQLite returns (lock_vfs.cc); SQLite passes them on.
inline constexpr int kOwnCode = 200 << 8;
inline constexpr int kBeingReplaced = SQLITE_BUSY | kOwnCode, kOpenUnderAnotherName = SQLITE_BUSY | (kOwnCode + 256),
                     kOtherSharedMemory = SQLITE_BUSY | (kOwnCode + 512), kSharedMemoryGone = SQLITE_IOERR | kOwnCode,
                     kNoLocks = SQLITE_IOERR | (kOwnCode + 256), kLogCut = SQLITE_IOERR | (kOwnCode + 512),
                     kLogUnreadable = SQLITE_CANTOPEN | kOwnCode, kForeignLog = SQLITE_CANTOPEN | (kOwnCode + 256),
                     kForeignMemory = SQLITE_CANTOPEN | (kOwnCode + 512),
                     kForeignJournal = SQLITE_CANTOPEN | (kOwnCode + 768);
inline constexpr char kUndoneAdvice[] =
    "the transaction was undone, for want of memory or because the disk failed: nothing since its beginning is in the "
    "file; roll it back, and begin again";
inline constexpr char kUnknownAdvice[] =
    "should the program or the machine stop before another change of this gallery succeeds, it may be in the file "
    "nevertheless";
inline constexpr char kSharedMemoryGoneAdvice[] =
    "its -shm file was moved, replaced, deleted or cut off while it was open; what was changed last may be lost. Close "
    "it everywhere and open it again";
inline constexpr char kLogCutAdvice[] =
    "its -wal file was cut or written over while it was open; what was changed last may be lost. Close it everywhere "
    "and open it again";

// `code` is an extended result code, `os_error` the errno behind it or 0, `detail` SQLite's own words. Throws
// std::bad_alloc if memory is short.
Error sqlite_error(int code, int os_error, const std::string& path, const std::string& detail);

}  // namespace visavis
