// The only table from SQLite's result codes to statuses, with advice for each.
#include "gallery/store/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <new>

#include "base/system_error.h"
#include "gallery/locks/file_locks.h"

namespace visavis {
namespace {

struct Meaning {
  vav_status status;
  const char* advice;
};

constexpr Meaning kPermission{VAV_E_PERMISSION,
                              "the operating system forbids it; check the rights of the file and of its folder"};
constexpr Meaning kDiskFull{VAV_E_DISK_FULL, "the disk is full; make room and try again, nothing was changed"};
constexpr Meaning kNotFound{VAV_E_FILE_NOT_FOUND, "the file or its folder does not exist"};
constexpr Meaning kIo{VAV_E_IO, "reading or writing failed; check the disk"};
constexpr Meaning kCorrupt{VAV_E_GALLERY_CORRUPT,
                           "the gallery is damaged; run `visavis gallery check` on it and restore a backup"};

Meaning of_system_error(int os_error) {
  if (os_error == EFBIG)
    return {VAV_E_DISK_FULL,
            "the file would be larger than this program or file system allows (ulimit -f); nothing was "
            "changed"};
  if (os_error == EMFILE || os_error == ENFILE)
    return {VAV_E_IO, "too many files are open (ulimit -n): close some, or raise the limit; nothing was changed"};
  switch (status_of_system_error(os_error)) {
    case VAV_E_PERMISSION:
      return kPermission;
    case VAV_E_FILE_NOT_FOUND:
      return kNotFound;
    case VAV_E_DISK_FULL:
      return kDiskFull;
    default:
      return kIo;
  }
}

// The file beside the gallery that an error is about, or "".
const char* side_file_of(int code) {
  return code == kForeignLog ? "-wal" : code == kForeignMemory ? "-shm" : code == kForeignJournal ? "-journal" : "";
}

Meaning meaning(int code, int os_error) {
  switch (code) {
    case SQLITE_READONLY_DBMOVED:
      return {VAV_E_GALLERY_BUSY, "another file was put into its place just now; try again"};
    case kBeingReplaced:
      return {VAV_E_GALLERY_BUSY, "a backup or an export is being put into its place; try again when that is done"};
    case kOpenUnderAnotherName:
      return {VAV_E_GALLERY_BUSY,
              "a program has the same file open under another name, with a log of its own: close it "
              "there first"};
    case kOtherSharedMemory:
      return {VAV_E_GALLERY_BUSY,
              "a program has it open whose -shm file somebody has deleted or replaced: close it in "
              "every program, then open it again"};
    case kSharedMemoryGone:
      return {VAV_E_IO, kSharedMemoryGoneAdvice};
    case kNoLocks:
      return {VAV_E_IO, kNoLocksAdvice};
    case kLogCut:
      return {VAV_E_IO, kLogCutAdvice};
    case kForeignLog:
    case kForeignMemory:
    case kForeignJournal:
      return {VAV_E_PERMISSION,
              "is no ordinary file, or somebody who may not write the gallery has made it or may write it, so nothing "
              "in it is believed: look at it; if it is yours, give it the gallery's owner and rights, else remove it"};
    case SQLITE_READONLY_CANTINIT:
    case SQLITE_READONLY_RECOVERY:
      return {VAV_E_GALLERY_BUSY, "another process is just coming or going; try again"};
    case kLogUnreadable:
      return {
          VAV_E_PERMISSION,
          "it was not closed properly, so its newest changes are in its -wal file; to read them a -shm file is made "
          "beside it, which is not allowed here: open it once where you may write, or make a copy there with its -wal"};
  }
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {VAV_E_GALLERY_BUSY,
              "another process, or a transaction of this one, is writing; try again, or give a longer busy_timeout_ms"};
    case SQLITE_FULL:
      return kDiskFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return kPermission;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return of_system_error(os_error);
    case SQLITE_INTERRUPT:
      return {VAV_E_CANCELLED, "stopped, as the caller's keep_going asked; what was not finished is undone"};
    case SQLITE_NOTADB:
      return {VAV_E_GALLERY_FORMAT, "the file is no gallery; it was left untouched"};
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    case SQLITE_TOOBIG:  // larger than anything we write
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:  // in a sound file no statement of ours breaks a rule, except where a caller's mistake
                             // is looked for
    case SQLITE_ERROR:       // our statements are right, so the tables are not as they should be
    case SQLITE_EMPTY:
    case SQLITE_SCHEMA:
    case SQLITE_INTERNAL:
      return kCorrupt;
    default:
      return {VAV_E_INTERNAL, "please report this with the message"};
  }
}

// Either SQLite says so itself, or the system has said it to SQLite.
bool is_want_of_memory(int code, int os_error) {
  const int kind = code & 0xFF;
  return kind == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM ||
         ((kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR) && os_error == ENOMEM);
}

}  // namespace

Error sqlite_error(int code, int os_error, const std::string& path, const std::string& detail) {
  if (is_want_of_memory(code, os_error)) throw std::bad_alloc();
  const Meaning m = meaning(code, os_error);
  return Error(m.status,
               path + side_file_of(code) + ": " + m.advice + " (SQLite " + std::to_string(code) + ": " + detail + ")");
}

}  // namespace visavis
