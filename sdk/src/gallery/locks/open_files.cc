// A list, a number, and three functions that fork(2) calls.
#include "gallery/locks/open_files.h"

#include <pthread.h>
#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "base/error.h"
#include "gallery/locks/file_locks.h"

namespace visavis {

struct AllLockDescriptors {
  static std::mutex mutex;
  static LockDescriptors* first;
  static void close();
};
std::mutex AllLockDescriptors::mutex;
LockDescriptors* AllLockDescriptors::first = nullptr;

namespace {

std::atomic<uint32_t> fork_count{0};
bool sqlite_was_busy = false;  // at the fork that made this process

// SQLite's mutexes that belong to no connection. If one is held at a fork, it stays held in the child for ever.
constexpr int kFirstMutex = SQLITE_MUTEX_STATIC_MASTER, kLastMutex = SQLITE_MUTEX_STATIC_VFS3;
std::array<sqlite3_mutex*, kLastMutex - kFirstMutex + 1> mutexes;
bool mutexes_held = false;

// Takes all of them or none. It never waits while it holds one, so the order in which other threads take them does not
// matter.
bool try_mutexes() {
  for (size_t i = 0; i < mutexes.size(); ++i) {
    if (sqlite3_mutex_try(mutexes[i]) == SQLITE_OK) continue;
    while (i > 0) sqlite3_mutex_leave(mutexes[--i]);
    return false;
  }
  return true;
}

void before_fork() {
  constexpr int kTries = 20'000;
  constexpr timespec kPause{0, 50'000};
  AllLockDescriptors::mutex.lock();
  mutexes_held = false;
  for (int i = 0; i < kTries && !(mutexes_held = try_mutexes()); ++i) nanosleep(&kPause, nullptr);
}

void after_fork_in_parent() {
  if (mutexes_held)
    for (size_t i = mutexes.size(); i > 0; --i) sqlite3_mutex_leave(mutexes[i - 1]);
  AllLockDescriptors::mutex.unlock();
}

void after_fork_in_child() {
  sqlite_was_busy = !mutexes_held;
  AllLockDescriptors::close();
  fork_count.fetch_add(1);
  after_fork_in_parent();
}

}  // namespace

LockDescriptors::LockDescriptors() {
  const std::lock_guard lock(AllLockDescriptors::mutex);
  after_ = AllLockDescriptors::first;
  if (after_) after_->before_ = this;
  AllLockDescriptors::first = this;
}

LockDescriptors::~LockDescriptors() {
  const std::lock_guard lock(AllLockDescriptors::mutex);
  (before_ ? before_->after_ : AllLockDescriptors::first) = after_;
  if (after_) after_->before_ = before_;
}

void AllLockDescriptors::close() {
  for (LockDescriptors* one = first; one; one = one->after_)
    for (int* fd : {&one->file, &one->shm})
      if (*fd >= 0) ::close(std::exchange(*fd, -1));
}

void close_locked_file(int fd) {
  alignas(std::vector<int>) static unsigned char room[sizeof(std::vector<int>)];
  static auto* const kept = new (room) std::vector<int>;  // for as long as the process lives
  const std::lock_guard lock(AllLockDescriptors::mutex);
  std::erase_if(*kept, [](int old) { return !has_process_locks(old) && (::close(old), true); });
  if (has_process_locks(fd)) try {
      kept->push_back(fd);
      return;
    } catch (const std::bad_alloc&) {  // no memory to remember it
    }
  ::close(fd);
}

void watch_forks() {
  static const int watched = [] {
    for (size_t i = 0; i < mutexes.size(); ++i) mutexes[i] = sqlite3_mutex_alloc(kFirstMutex + int(i));
    return pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  }();
  static_cast<void>(watched);
}

uint32_t forks() { return fork_count.load(std::memory_order_relaxed); }

void require_usable_sqlite(const std::string& path) {
  if (sqlite_was_busy)
    throw Error(VAV_E_WRONG_STATE, path + ": this process was forked while SQLite was busy in it and cannot use " +
                                       "SQLite; start it with exec or spawn, or fork before galleries are opened");
}

}  // namespace visavis
