// Works as SQLite's os_unix.c and takes the same locks, byte for byte; but each connection has its own, where os_unix.c
// shares them within a process. sqlite.org/walformat.html describes what is in the memory and in the log.
#include "gallery/locks/lock_shm.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "gallery/locks/file_locks.h"
#include "gallery/locks/open_files.h"
#include "gallery/locks/side_file.h"
#include "gallery/store/sqlite_error.h"

namespace visavis {
namespace {

constexpr int64_t kFirstLock = (22 + SQLITE_SHM_NLOCK) * 4;  // 120
constexpr int64_t kInUse = kFirstLock + SQLITE_SHM_NLOCK;    // whoever has it mapped holds a shared lock on it

int code_of(int error) {
  if (error == 0) return SQLITE_OK;
  if (error == ENOLCK) return kNoLocks;
  return error == EAGAIN ? SQLITE_BUSY : error == ENOMEM ? SQLITE_IOERR_NOMEM : SQLITE_IOERR_SHMLOCK;
}

// How many regions are mapped at once: as many as fill a page of memory.
int regions_at_once(int size) { return std::max(1, int(::sysconf(_SC_PAGESIZE)) / size); }

// The first of the two copies at the beginning of the memory. Its numbers are in the order of the machine; the salts
// are as in the log.
struct IndexHeader {
  uint32_t version, unused, change;
  uint8_t is_set, big_endian;
  uint16_t page_size;
  uint32_t frames, pages, frame_checksum[2], salt[2], checksum[2];
};
static_assert(sizeof(IndexHeader) == 48);
constexpr uint32_t kVersion = 3'007'000;

// What stands before each page of the log.
struct FrameHeader {
  uint32_t page, pages, salt[2], checksum[2];  // big-endian
};
struct LogHeader {
  uint32_t magic, version, page_size, checkpoint, salt[2], checksum[2];  // big-endian
};
static_assert(sizeof(FrameHeader) == 24 && sizeof(LogHeader) == 32);

uint32_t from_big_endian(uint32_t number) {
  const auto* b = reinterpret_cast<const unsigned char*>(&number);
  return uint32_t{b[0]} << 24 | uint32_t{b[1]} << 16 | uint32_t{b[2]} << 8 | b[3];
}

// False while somebody is changing it, and if nobody has filled it yet.
bool read_header(int shm, IndexHeader& out) {
  IndexHeader copies[2];
  if (::pread(shm, copies, sizeof copies, 0) != sizeof copies) return false;
  out = copies[0];
  return std::memcmp(&copies[0], &copies[1], sizeof out) == 0 && out.is_set && out.version == kVersion;
}

int read_log(sqlite3_file* log, void* to, int size, int64_t at) { return log->pMethods->xRead(log, to, size, at); }

// The checksum of the log as SQLite calculates it: the byte order of its numbers is that which the log's first number
// tells.
struct LogChecksum {
  bool big_endian;
  uint32_t a = 0, b = 0;

  void add(const void* data, size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (size_t i = 0; i + 8 <= size; i += 8) {
      uint32_t pair[2];
      std::memcpy(pair, bytes + i, sizeof pair);
      // A log that began on a machine of the other byte order: turn the bytes round.
      if (big_endian != (std::endian::native == std::endian::big))
        pair[0] = __builtin_bswap32(pair[0]), pair[1] = __builtin_bswap32(pair[1]);
      a += pair[0] + b;
      b += pair[1] + a;
    }
  }
  bool is(const uint32_t stored[2]) const { return from_big_endian(stored[0]) == a && from_big_endian(stored[1]) == b; }
};
constexpr uint32_t kMagic = 0x377F'0682;  // 1 more if its checksums are of big-endian numbers

// Whether the log is as the memory says: its header, and what the memory says of its last page. With `pages`, also that
// many of its last pages themselves.
int compare_log(sqlite3_file* log, const IndexHeader& index, uint32_t pages) {
  if (index.frames == 0) return SQLITE_OK;  // nothing in the log counts
  constexpr int kMostPage = 65'536;
  const int page_size = (index.page_size & 0xFE00) | (index.page_size & 1) << 16;
  if (page_size < 512 || page_size > kMostPage) return kLogCut;
  LogHeader header{};
  FrameHeader last{};
  sqlite3_int64 size = 0;
  int code = log->pMethods->xFileSize(log, &size);
  const int64_t frame = page_size + int64_t{sizeof last}, end = sizeof header + index.frames * frame;
  if (code == SQLITE_OK && size < end) return kLogCut;
  if (code == SQLITE_OK) code = read_log(log, &header, sizeof header, 0);
  if (code == SQLITE_OK) code = read_log(log, &last, sizeof last, end - frame);
  if (code != SQLITE_OK) return code == SQLITE_IOERR_SHORT_READ ? kLogCut : code;
  LogChecksum sum{index.big_endian != 0};
  sum.add(&header, offsetof(LogHeader, checksum));
  if (from_big_endian(header.magic) != kMagic + index.big_endian || from_big_endian(header.version) != kVersion ||
      from_big_endian(header.page_size) != uint32_t(page_size) ||
      std::memcmp(header.salt, index.salt, sizeof index.salt) != 0 || !sum.is(header.checksum) ||
      std::memcmp(last.salt, index.salt, sizeof index.salt) != 0 ||
      from_big_endian(last.checksum[0]) != index.frame_checksum[0] ||
      from_big_endian(last.checksum[1]) != index.frame_checksum[1])
    return kLogCut;
  // The checksum of each page continues that of the page before.
  const uint32_t first = index.frames - std::min(pages, index.frames);
  if (first > 0) {
    FrameHeader before{};
    code = read_log(log, &before, sizeof before, sizeof header + int64_t{first - 1} * frame);
    sum.a = from_big_endian(before.checksum[0]), sum.b = from_big_endian(before.checksum[1]);
  }
  for (uint32_t i = first; code == SQLITE_OK && i < index.frames; ++i) {
    int64_t at = sizeof header + int64_t{i} * frame;
    FrameHeader of{};
    code = read_log(log, &of, sizeof of, at);
    sum.add(&of, offsetof(FrameHeader, salt));
    at += sizeof of;
    for (int left = page_size; code == SQLITE_OK && left > 0;) {
      unsigned char part[4096];
      const int n = std::min<int>(left, sizeof part);
      code = read_log(log, part, n, at);
      sum.add(part, size_t(n));
      at += n, left -= n;
    }
    if (code == SQLITE_OK && (!sum.is(of.checksum) || std::memcmp(of.salt, index.salt, sizeof of.salt) != 0))
      return kLogCut;
  }
  return code == SQLITE_IOERR_SHORT_READ ? kLogCut : code;
}

enum class Way { there, elsewhere, unknown };

// Takes no memory. If the path cannot be looked at just now, the file does not count as gone.
Way way_to(const char* path, const struct stat& file) {
  char name[PATH_MAX];
  struct stat there {};
  const int length = std::snprintf(name, sizeof name, "%s-shm", path);
  if (length <= 0 || length >= PATH_MAX) return Way::elsewhere;
  if (::lstat(name, &there) != 0) return errno == ENOENT || errno == ENOTDIR ? Way::elsewhere : Way::unknown;
  return there.st_dev == file.st_dev && there.st_ino == file.st_ino ? Way::there : Way::elsewhere;
}

}  // namespace

int LockShm::begin(LockDescriptors& locks, const char* path) try {
  const std::string name = std::string(path) + "-shm";
  struct stat main {};
  if (::fstat(locks.file, &main) != 0) return SQLITE_IOERR_FSTAT;
  // Only who may write the gallery makes one. For whoever can alter this memory can alter what others read from the
  // gallery.
  const bool may_make = ::faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
  int fd = ::open(name.c_str(), O_RDWR | (may_make ? O_CREAT : 0) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                  main.st_mode & 0777);
  read_only_ = fd < 0;
  if (fd < 0) fd = ::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return may_make ? SQLITE_CANTOPEN : kLogUnreadable;
  if (fd < 0) return errno == ENOMEM ? SQLITE_IOERR_NOMEM : errno == ELOOP ? kForeignMemory : SQLITE_CANTOPEN;
  // A new one gets the rights of the gallery, not those that this process gives its files by default: who may write the
  // one must be able to write both.
  if (may_make) share_rights(fd, main);
  struct stat opened {};
  if (::fstat(fd, &opened) != 0 || !is_trusted_beside(opened, main)) {
    close_locked_file(fd);
    return kForeignMemory;
  }
  locks.shm = fd;
  return SQLITE_OK;
} catch (...) {
  return SQLITE_NOMEM;
}

// All who have the gallery open must share one memory. If somebody has deleted theirs, they would not see ours.
int LockShm::enter(LockDescriptors& locks, const char* path) {
  struct stat ours {};
  if (::fstat(locks.shm, &ours) != 0) return SQLITE_IOERR_FSTAT;
  const int error = share_byte(locks.file, kMemories, ours.st_ino);
  if (error != 0) return error == EMLINK ? kOtherSharedMemory : code_of(error);
  const int code = way_to(path, ours) == Way::there ? start(locks) : SQLITE_BUSY;
  entered_ = code == SQLITE_OK;
  // SQLite then makes an index of its own in the memory of the process. Before each read it asks here whether somebody
  // who may write has come meanwhile. Its lock on the file must stay: it keeps that writer from emptying the log.
  if (entered_ || code == SQLITE_READONLY_CANTINIT) return code;
  set_file_lock(locks.file, FileLock::none, kMemories, kRange);
  close_locked_file(std::exchange(locks.shm, -1));  // whoever tries again opens what is there then
  return code;
}

// Whoever comes while nobody else uses it starts it from empty.
int LockShm::start(LockDescriptors& locks) {
  FileLock held = FileLock::none;
  if (const int error = other_file_lock(locks.shm, held, kInUse, 1); error != 0) return code_of(error);
  if (held == FileLock::exclusive) return SQLITE_BUSY;
  if (held == FileLock::none) {
    if (read_only_) return SQLITE_READONLY_CANTINIT;
    if (const int error = set_file_lock(locks.shm, FileLock::exclusive, kInUse, 1); error != 0) return code_of(error);
    if (::ftruncate(locks.shm, 3) != 0) return SQLITE_IOERR_SHMOPEN;
  }
  return code_of(set_file_lock(locks.shm, FileLock::shared, kInUse, 1));
}

int LockShm::check(const LockDescriptors& locks, const char* path) {
  struct stat ours {};
  if (!entered_) return SQLITE_OK;
  if (gone_) return kSharedMemoryGone;
  if (::fstat(locks.shm, &ours) != 0) return SQLITE_IOERR_FSTAT;
  const Way way = way_to(path, ours);
  if (way == Way::unknown) return SQLITE_IOERR_FSTAT;
  gone_ = way == Way::elsewhere;
  if (ours.st_size < int64_t{count_} * size_) let_go();
  return gone_ ? kSharedMemoryGone : SQLITE_OK;
}

// If somebody who came meanwhile has cut it off and made it longer again, it is all zeros. Nobody starts it again
// before the change has ended.
int LockShm::check_contents(const LockDescriptors& locks, const char* path) {
  const int code = check(locks, path);
  if (code != SQLITE_OK || !entered_) return code;
  if (!writing_) return check_log(locks, 0);
  uint32_t version = 0;  // SQLite's, of the memory's format; never 0
  const ssize_t size = ::pread(locks.shm, &version, sizeof version, 0);
  if (size < 0) return SQLITE_IOERR_READ;  // not gone: it cannot be read just now
  if (size != sizeof version || version == 0) let_go();
  return gone_ ? kSharedMemoryGone : check_log(locks, 1);
}

int LockShm::check_whole_log(const LockDescriptors& locks, const char* path) {
  const int code = check(locks, path);
  return code != SQLITE_OK || !entered_ ? code : check_log(locks, UINT32_MAX);
}

// Whoever shortens the log or begins a new one says so in the memory first. So only an answer counts for which the
// memory is the same before and after.
int LockShm::check_log(const LockDescriptors& locks, uint32_t pages) const {
  constexpr int kTries = 10;
  for (int i = 0; log_ && i < kTries; ++i) {
    IndexHeader before, after;
    if (!read_header(locks.shm, before)) return SQLITE_OK;
    const int code = compare_log(log_, before, pages);
    if (code == SQLITE_OK) return code;
    if (read_header(locks.shm, after) && std::memcmp(&before, &after, sizeof before) == 0) return code;
  }
  return SQLITE_OK;  // others write just now, one after the other; whoever asks next will see
}

// Replaces what is mapped by memory of our own, so that a change can be undone and the file closed.
void LockShm::let_go() {
  gone_ = true;
  const int at_once = regions_at_once(size_);
  for (int i = 0; i < count_; i += at_once)
    static_cast<void>(::mmap(regions_[i], size_t(size_) * size_t(at_once), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
}

int LockShm::map_up_to(LockDescriptors& locks, int region, int size, bool extend) {
  const int at_once = regions_at_once(size);
  const int wanted = (region / at_once + 1) * at_once;
  struct stat info {};
  if (::fstat(locks.shm, &info) != 0) return SQLITE_IOERR_SHMSIZE;
  if (info.st_size < int64_t{wanted} * size) {
    if (!extend) return SQLITE_OK;
    // Writes a byte into each page: memory without disk behind it would end the process when it is used.
    constexpr int64_t kPage = 4096;
    for (int64_t page = info.st_size / kPage; page < int64_t{wanted} * size / kPage; ++page) {
      ssize_t n = 0;
      do n = ::pwrite(locks.shm, "", 1, page * kPage + kPage - 1);
      while (n < 0 && errno == EINTR);
      if (n != 1) return SQLITE_IOERR_SHMSIZE;
    }
  }
  auto** grown = static_cast<void**>(std::realloc(regions_, sizeof(void*) * size_t(wanted)));
  if (!grown) return SQLITE_IOERR_NOMEM;
  regions_ = grown;
  while (count_ < wanted) {
    const size_t bytes = size_t(size) * size_t(at_once);
    void* memory = ::mmap(nullptr, bytes, read_only_ ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, locks.shm,
                          static_cast<off_t>(count_) * size);
    if (memory == MAP_FAILED) return errno == ENOMEM ? SQLITE_IOERR_NOMEM : SQLITE_IOERR_SHMMAP;
    // A mapping keeps the open file alive, and so its locks: the child of a fork must not have it.
    ::madvise(memory, bytes, MADV_DONTFORK);
    for (int i = 0; i < at_once; ++i) regions_[count_++] = static_cast<char*>(memory) + size * i;
  }
  return SQLITE_OK;
}

int LockShm::map(LockDescriptors& locks, const char* path, int region, int size, bool extend, void volatile** out) {
  *out = nullptr;
  size_ = size;
  if (locks.shm < 0)
    if (const int code = begin(locks, path); code != SQLITE_OK) return code;
  if (!entered_)
    if (const int code = enter(locks, path); code != SQLITE_OK) return code;
  if (region >= count_)
    if (const int code = map_up_to(locks, region, size, extend); code != SQLITE_OK) return code;
  if (region < count_) *out = regions_[region];
  return read_only_ ? SQLITE_READONLY : SQLITE_OK;
}

int LockShm::lock(LockDescriptors& locks, const char* path, int first, int count, int flags) {
  const FileLock wanted = flags & SQLITE_SHM_UNLOCK   ? FileLock::none
                          : flags & SQLITE_SHM_SHARED ? FileLock::shared
                                                      : FileLock::exclusive;
  if (locks.shm < 0) return SQLITE_IOERR_SHMLOCK;
  if (wanted != FileLock::none)
    if (const int code = check(locks, path); code != SQLITE_OK) return code;
  // Each read begins with a shared lock. Moving the log into the file begins with the lock on the second byte.
  if (entered_ && (wanted == FileLock::shared || (wanted == FileLock::exclusive && first == 1)))
    if (const int code = check_log(locks, 0); code != SQLITE_OK) return code;
  const int code = code_of(set_file_lock(locks.shm, wanted, kFirstLock + first, count));
  if (first == 0 && code == SQLITE_OK) writing_ = wanted == FileLock::exclusive;  // the first is the writer's
  return code;
}

void LockShm::close(LockDescriptors& locks, const char* path, bool remove) {
  const int at_once = size_ > 0 ? regions_at_once(size_) : 1;
  for (int i = 0; i < count_; i += at_once) ::munmap(regions_[i], size_t(size_) * size_t(at_once));
  std::free(std::exchange(regions_, nullptr));
  count_ = 0;
  entered_ = gone_ = writing_ = false;
  log_ = nullptr;
  if (locks.shm < 0) return;
  if (remove) try {
      ::unlink((std::string(path) + "-shm").c_str());
    } catch (...) {  // it stays, and does no harm
    }
  set_file_lock(locks.shm, FileLock::none, 0, 0);
  if (locks.file >= 0) set_file_lock(locks.file, FileLock::none, kMemories, kRange);
  close_locked_file(std::exchange(locks.shm, -1));
}

}  // namespace visavis
