// SQLite's locking protocol for the main file (its os_unix.c describes it), for each open file alone. lock_shm.cc has
// the shared memory of the write-ahead log. All other calls go on to SQLite's own layer.
#include "gallery/locks/lock_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>

#include "gallery/locks/file_locks.h"
#include "gallery/locks/lock_shm.h"
#include "gallery/locks/open_files.h"
#include "gallery/locks/side_file.h"
#include "gallery/store/sqlite_error.h"

namespace visavis {
namespace {

sqlite3_vfs* below = nullptr;
sqlite3_vfs vfs;

// SQLite gives the memory for it. The file of the layer below lies right behind.
struct DbFile {
  sqlite3_file base{};
  sqlite3_file* inner = nullptr;
  const char* path = nullptr;  // SQLite's, for as long as the file is open
  int level = SQLITE_LOCK_NONE;
  uint64_t device = 0, inode = 0;
  LockDescriptors locks = {};
  LockShm shm = {};
};
constexpr size_t kAhead = (sizeof(DbFile) + 15) / 16 * 16;

DbFile& of(sqlite3_file* file) { return *reinterpret_cast<DbFile*>(file); }
sqlite3_file* inner(sqlite3_file* file) { return of(file).inner; }

int code_of(int error) {
  switch (error) {
    case 0:
      return SQLITE_OK;
    case EAGAIN:
    case EBUSY:
    case ETIMEDOUT:
      return SQLITE_BUSY;
    case ENOLCK:
      return kNoLocks;
    default:
      errno = error;
      return error == ENOMEM ? SQLITE_IOERR_NOMEM : error == EPERM ? SQLITE_PERM : SQLITE_IOERR_LOCK;
  }
}

// A number for the name by which a file was opened, the same in every process: the log lies beside that name. Takes no
// memory.
uint64_t number_of_name(const char* path) {
  uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
  const auto add = [&hash](const void* bytes, size_t count) {
    for (size_t i = 0; i < count; ++i) hash = (hash ^ static_cast<const uint8_t*>(bytes)[i]) * 0x100'0000'01B3;
  };
  const char* slash = std::strrchr(path, '/');
  const size_t before = slash ? size_t(slash - path) : 0;
  char folder[PATH_MAX] = "/";
  struct stat where {};
  if (before > 0 && before < sizeof folder) std::memcpy(folder, path, before), folder[before] = '\0';
  if (::stat(folder, &where) == 0) add(&where.st_dev, sizeof where.st_dev), add(&where.st_ino, sizeof where.st_ino);
  const char* name = slash ? slash + 1 : path;
  add(name, std::strlen(name));
  return hash;
}

int set(DbFile& file, FileLock lock, int64_t first, int64_t count = 1) {
  return code_of(set_file_lock(file.locks.file, lock, first, count));
}

// Whether the path still leads to this file. If not, the log beside it is another file's.
bool in_place(const DbFile& file) {
  struct stat now {};
  return ::stat(file.path, &now) == 0 && now.st_dev == file.device && now.st_ino == file.inode;
}

int lock_shared(DbFile& file) {
  // Whoever waits until all readers are gone holds the pending byte, and so keeps new ones out.
  int code = set(file, FileLock::shared, kPendingByte);
  if (code != SQLITE_OK) return code;
  code = set(file, FileLock::shared, kSharedFirst, kSharedSize);
  set(file, FileLock::none, kPendingByte);
  if (code != SQLITE_OK) return code;
  if (!in_place(file)) {  // exchanged since it was opened: whoever tries again opens the new one
    set(file, FileLock::none, kSharedFirst, kSharedSize);
    return SQLITE_READONLY_DBMOVED;
  }
  file.level = SQLITE_LOCK_SHARED;
  return SQLITE_OK;
}

int lock(sqlite3_file* f, int level) {
  DbFile& file = of(f);
  if (file.level >= level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) return lock_shared(file);
  if (level == SQLITE_LOCK_RESERVED) {
    const int code = set(file, FileLock::exclusive, kReservedByte);
    if (code == SQLITE_OK) file.level = level;
    return code;
  }
  if (file.level < SQLITE_LOCK_PENDING) {
    if (const int code = set(file, FileLock::exclusive, kPendingByte); code != SQLITE_OK) return code;
    file.level = SQLITE_LOCK_PENDING;
  }
  // The last one to close moves the log into the file and removes it: so it must know all of the log.
  int code = file.shm.check(file.locks, file.path);
  if (code == SQLITE_OK) code = set(file, FileLock::exclusive, kSharedFirst, kSharedSize);
  if (code == SQLITE_OK) file.level = SQLITE_LOCK_EXCLUSIVE;
  return code;
}

int unlock(sqlite3_file* f, int level) {
  DbFile& file = of(f);
  if (file.level <= level) return SQLITE_OK;
  int code = SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (file.level == SQLITE_LOCK_EXCLUSIVE) code = set(file, FileLock::shared, kSharedFirst, kSharedSize);
    if (code == SQLITE_OK) code = set(file, FileLock::none, kPendingByte, 2);
  } else {
    code = set(file, FileLock::none, kPendingByte, kSharedFirst + kSharedSize - kPendingByte);
  }
  if (code != SQLITE_OK) return SQLITE_IOERR_UNLOCK;
  file.level = level;
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* f, int* out) {
  DbFile& file = of(f);
  FileLock held = FileLock::none;
  *out = file.level > SQLITE_LOCK_SHARED;
  if (*out) return SQLITE_OK;
  const int error = other_file_lock(file.locks.file, held, kReservedByte, 1);
  if (error != 0) return error == ENOLCK ? kNoLocks : SQLITE_IOERR_CHECKRESERVEDLOCK;
  *out = held != FileLock::none;
  return SQLITE_OK;
}

int close(sqlite3_file* f) {
  DbFile& file = of(f);
  file.shm.close(file.locks, file.path, false);
  if (file.locks.file >= 0) {
    set_file_lock(file.locks.file, FileLock::none, 0, 0);
    close_locked_file(std::exchange(file.locks.file, -1));
  }
  const int code = file.inner->pMethods ? file.inner->pMethods->xClose(file.inner) : SQLITE_OK;
  file.~DbFile();
  return code;
}

// SQLite would call a read that failed once damage of the file. But the next try may succeed: so it becomes a read
// error.
int read_code(int code) { return code == SQLITE_IOERR_CORRUPTFS ? SQLITE_IOERR_READ : code; }

int read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
  return read_code(inner(f)->pMethods->xRead(inner(f), to, size, at));
}
int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
  return inner(f)->pMethods->xWrite(inner(f), from, size, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) { return inner(f)->pMethods->xTruncate(inner(f), size); }
int sync(sqlite3_file* f, int flags) { return inner(f)->pMethods->xSync(inner(f), flags); }
int file_size(sqlite3_file* f, sqlite3_int64* size) { return inner(f)->pMethods->xFileSize(inner(f), size); }
int sector_size(sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
int characteristics(sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); }
int control(sqlite3_file* f, int operation, void* argument) {
  DbFile& file = of(f);
  if (operation == SQLITE_FCNTL_LOCKSTATE)
    *static_cast<int*>(argument) = file.level;
  else if (operation == kCheckWholeLog)
    *static_cast<int*>(argument) = file.shm.check_whole_log(file.locks, file.path);
  else if (operation == kCheckSharedMemory)
    *static_cast<int*>(argument) = file.shm.check_contents(file.locks, file.path);
  else
    return inner(f)->pMethods->xFileControl(inner(f), operation, argument);
  return SQLITE_OK;
}

int shm_map(sqlite3_file* f, int region, int size, int extend, void volatile** out) {
  return of(f).shm.map(of(f).locks, of(f).path, region, size, extend, out);
}
int shm_lock(sqlite3_file* f, int first, int count, int flags) {
  return of(f).shm.lock(of(f).locks, of(f).path, first, count, flags);
}
void shm_barrier(sqlite3_file*) { __sync_synchronize(); }
int shm_unmap(sqlite3_file* f, int remove) {
  of(f).shm.close(of(f).locks, of(f).path, remove);
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    2,         close,          read,    write,       truncate,        sync,    file_size, lock,
    unlock,    check_reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, nullptr,        nullptr};

// Opens the main file a second time, for the locks; it must be the same file.
int open_for_locks(DbFile& file, bool may_write) {
  const int fd = ::open(file.path, (may_write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  if (fd < 0) return SQLITE_CANTOPEN;
  struct stat info {};
  int moved = 0;
  if (::fstat(fd, &info) != 0 ||
      file.inner->pMethods->xFileControl(file.inner, SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || moved) {
    ::close(fd);
    return SQLITE_READONLY_DBMOVED;
  }
  file.device = info.st_dev;
  file.inode = info.st_ino;
  file.locks.file = fd;
  if (!in_place(file)) return SQLITE_READONLY_DBMOVED;
  switch (share_byte(fd, kNames, number_of_name(file.path))) {
    case EAGAIN:
      return kBeingReplaced;
    case EMLINK:
      return kOpenUnderAnotherName;
    default:  // a file system without such locks refuses SQLite's as well
      return SQLITE_OK;
  }
}

// The log is a file of the layer below; only its reading goes through ours.
void read_as_ours(sqlite3_file* log) {
  static const sqlite3_io_methods* const theirs = log->pMethods;  // the same for every log
  static const sqlite3_io_methods ours = [] {
    sqlite3_io_methods methods = *theirs;
    methods.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
      return read_code(theirs->xRead(f, to, size, at));
    };
    return methods;
  }();
  if (log->pMethods == theirs) log->pMethods = &ours;
}

void share_rights_of(const char* name, const struct stat& main) {
  const int error = errno;
  const int fd = ::open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0) share_rights(fd, main);
  if (fd >= 0) ::close(fd);  // SQLite locks no bytes of a log
  errno = error;
}

// Looks at a log or a journal before it is opened: whoever may not write the gallery must not be able to change it by
// these files.
int check_side_file(const char* name) {
  struct stat side {
  }, main{};
  if (::lstat(name, &side) != 0) return SQLITE_OK;  // it is made, or its opening says why not
  if (::stat(sqlite3_filename_database(name), &main) != 0) return SQLITE_OK;
  if (S_ISREG(side.st_mode) && side.st_uid == ::geteuid()) share_rights_of(name, main);
  if (::lstat(name, &side) != 0 || is_trusted_beside(side, main)) return SQLITE_OK;
  return std::strcmp(name + std::strlen(name) - 4, "-wal") == 0 ? kForeignLog : kForeignJournal;
}

int open_side_file(const char* name, sqlite3_file* f, int flags, int* out_flags) {
  f->pMethods = nullptr;
  int code = check_side_file(name);
  if (code == SQLITE_OK) code = below->xOpen(below, name, f, flags, out_flags);
  if (code != SQLITE_OK || !(flags & SQLITE_OPEN_WAL)) return code;
  read_as_ours(f);
  if (struct stat main{}; ::stat(sqlite3_filename_database(name), &main) == 0) share_rights_of(name, main);
  sqlite3_file* main = sqlite3_database_file_object(name);
  if (main->pMethods == &kMethods) of(main).shm.set_log(f);  // and not of a layer above ours
  return code;
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out_flags) {
  // We keep no journal, but SQLite looks for one that a crash has left, and plays it back.
  if (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL) && name) return open_side_file(name, f, flags, out_flags);
  if (!(flags & SQLITE_OPEN_MAIN_DB) || !name) return below->xOpen(below, name, f, flags, out_flags);
  f->pMethods = nullptr;
  DbFile& file = *new (f) DbFile;
  file.inner = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(f) + kAhead);
  file.inner->pMethods = nullptr;
  file.path = name;
  int opened_as = flags;
  int code = below->xOpen(below, name, file.inner, flags, &opened_as);
  if (out_flags) *out_flags = opened_as;
  if (code == SQLITE_OK) code = open_for_locks(file, opened_as & SQLITE_OPEN_READWRITE);
  if (code == SQLITE_OK) {
    f->pMethods = &kMethods;
    return SQLITE_OK;
  }
  const int error = errno;
  if (file.locks.file >= 0) close_locked_file(std::exchange(file.locks.file, -1));
  if (file.inner->pMethods) file.inner->pMethods->xClose(file.inner);
  file.~DbFile();
  f->pMethods = nullptr;
  errno = error;
  return code;
}

// The entry in SQLite's list, removed when the library is unloaded.
struct Registration {
  Registration() {
    sqlite3_initialize();
    watch_forks();
    below = sqlite3_vfs_find("unix");
    if (!below || !have_file_locks()) return;
    vfs = *below;
    vfs.zName = "visavis";
    vfs.szOsFile = int(kAhead) + below->szOsFile;
    vfs.pNext = nullptr;
    vfs.xOpen = open;
    done = sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
  }
  ~Registration() {
    if (done) sqlite3_vfs_unregister(&vfs);
  }
  bool done = false;
};

}  // namespace

const char* lock_vfs() {
  static const Registration registration;
  return registration.done ? vfs.zName : nullptr;
}

}  // namespace visavis
