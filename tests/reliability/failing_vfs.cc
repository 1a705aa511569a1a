// Every method passes its call on to the real VFS, unless it is this call's turn to fail.
#include "failing_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace visavis::reliability {
namespace {

std::atomic<int> chosen{-1}, countdown{0};
std::atomic<bool> for_ever{false}, has_failed{false};

sqlite3_vfs shim;
sqlite3_vfs* real = nullptr;

struct File {
  sqlite3_file base;
  sqlite3_file* inner;  // lies right behind
};
sqlite3_file* inner(sqlite3_file* file) { return reinterpret_cast<File*>(file)->inner; }

bool turn(Call call) {
  if (chosen != static_cast<int>(call)) return false;
  const int left = --countdown;
  if (left > 0 || (left < 0 && !for_ever)) return false;
  has_failed = true;
  errno = call == Call::write ? ENOSPC : EIO;
  return true;
}

int close(sqlite3_file* f) { return inner(f)->pMethods ? inner(f)->pMethods->xClose(inner(f)) : SQLITE_OK; }
int read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
  return turn(Call::read) ? SQLITE_IOERR_READ : inner(f)->pMethods->xRead(inner(f), to, size, at);
}
int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
  if (turn(Call::write)) return SQLITE_FULL;
  if (turn(Call::torn_write)) {  // the power goes in the middle
    inner(f)->pMethods->xWrite(inner(f), from, size / 2, at);
    return SQLITE_IOERR_WRITE;
  }
  return inner(f)->pMethods->xWrite(inner(f), from, size, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  return turn(Call::truncate) ? SQLITE_IOERR_TRUNCATE : inner(f)->pMethods->xTruncate(inner(f), size);
}
// Nobody takes the power away here, so that nothing needs to be on the disk.
int sync(sqlite3_file*, int) { return turn(Call::sync) ? SQLITE_IOERR_FSYNC : SQLITE_OK; }
int file_size(sqlite3_file* f, sqlite3_int64* size) {
  return turn(Call::size) ? SQLITE_IOERR_FSTAT : inner(f)->pMethods->xFileSize(inner(f), size);
}
int lock(sqlite3_file* f, int level) {
  return turn(Call::lock) ? SQLITE_IOERR_LOCK : inner(f)->pMethods->xLock(inner(f), level);
}
int unlock(sqlite3_file* f, int level) { return inner(f)->pMethods->xUnlock(inner(f), level); }
int check_reserved(sqlite3_file* f, int* out) { return inner(f)->pMethods->xCheckReservedLock(inner(f), out); }
int control(sqlite3_file* f, int op, void* arg) { return inner(f)->pMethods->xFileControl(inner(f), op, arg); }
int sector_size(sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
int characteristics(sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  if (turn(Call::shm_map)) {
    *out = nullptr;
    return SQLITE_IOERR_SHMMAP;
  }
  return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  if ((flags & SQLITE_SHM_LOCK) && turn(Call::shm_lock)) return SQLITE_IOERR_SHMLOCK;
  return inner(f)->pMethods->xShmLock(inner(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
int shm_unmap(sqlite3_file* f, int remove) { return inner(f)->pMethods->xShmUnmap(inner(f), remove); }

const sqlite3_io_methods kMethods = {
    2,         close,          read,    write,       truncate,        sync,    file_size, lock,
    unlock,    check_reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, nullptr,        nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out_flags) {
  auto* file = reinterpret_cast<File*>(f);
  file->base.pMethods = nullptr;
  if (turn(Call::open)) return SQLITE_CANTOPEN;
  file->inner = reinterpret_cast<sqlite3_file*>(file + 1);
  const int code = real->xOpen(real, name, file->inner, flags, out_flags);
  if (file->inner->pMethods) file->base.pMethods = &kMethods;
  return code;
}
int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  return turn(Call::remove) ? SQLITE_IOERR_DELETE : real->xDelete(real, name, sync_folder);
}
int access(sqlite3_vfs*, const char* name, int flags, int* out) {
  return turn(Call::access) ? SQLITE_IOERR_ACCESS : real->xAccess(real, name, flags, out);
}
int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  return real->xFullPathname(real, name, size, out);
}
int random(sqlite3_vfs*, int size, char* out) { return real->xRandomness(real, size, out); }
int sleep(sqlite3_vfs*, int us) { return real->xSleep(real, us); }
int time(sqlite3_vfs*, double* out) { return real->xCurrentTime(real, out); }
int time64(sqlite3_vfs*, sqlite3_int64* out) { return real->xCurrentTimeInt64(real, out); }
int last_error(sqlite3_vfs*, int size, char* out) { return real->xGetLastError(real, size, out); }

}  // namespace

const char* name_of(Call call) {
  constexpr const char* kNames[] = {"open", "read",   "write",  "torn write", "sync",          "truncate",
                                    "size", "access", "remove", "lock",       "shared memory", "shared lock"};
  return kNames[static_cast<int>(call)];
}

void install_failing_vfs() {
  real = sqlite3_vfs_find("visavis");  // the library's own, which it registers with the first gallery
  if (!real) real = sqlite3_vfs_find(nullptr);
  shim = *real;  // under the same name, so that the library finds this one first
  shim.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  shim.iVersion = 2;
  shim.pNext = nullptr;
  shim.xOpen = open;
  shim.xDelete = remove;
  shim.xAccess = access;
  shim.xFullPathname = full_name;
  shim.xRandomness = random;
  shim.xSleep = sleep;
  shim.xCurrentTime = time;
  shim.xCurrentTimeInt64 = time64;
  shim.xGetLastError = last_error;
  sqlite3_vfs_register(&shim, 0);
}

void fail(Call call, int nth, bool and_all_that_follow) {
  chosen = -1;
  countdown = nth;
  for_ever = and_all_that_follow;
  has_failed = false;
  chosen = static_cast<int>(call);
}

bool stop_failing() {
  chosen = -1;
  return has_failed;
}

}  // namespace visavis::reliability
