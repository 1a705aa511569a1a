// Stands in for the C library's: the loader takes the program's before any other. Flushing to the disk does nothing.
#include "failing_calls.h"

#include <dlfcn.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>

namespace visavis::reliability {
namespace {

thread_local int chosen = -1, error_of = 0;
thread_local long countdown = 0;
thread_local bool for_ever = false, has_failed = false;

bool turn(SystemCall call) {
  if (chosen != static_cast<int>(call)) return false;
  if (countdown > 1) return --countdown, false;
  if (!for_ever) chosen = -1;
  errno = error_of;
  return has_failed = true;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

const char* name_of(SystemCall call) {
  constexpr const char* kNames[] = {"read", "write", "sync", "truncate"};
  return kNames[static_cast<int>(call)];
}

void fail_call(SystemCall call, long nth, bool and_all_that_follow, int error) {
  countdown = nth;
  for_ever = and_all_that_follow;
  error_of = error;
  has_failed = false;
  chosen = static_cast<int>(call);
}

bool calls_work_again() {
  chosen = -1;
  return has_failed;
}

}  // namespace visavis::reliability

using visavis::reliability::next;
using visavis::reliability::SystemCall;
using visavis::reliability::turn;

#pragma GCC visibility push(default)
extern "C" {
ssize_t pread(int file, void* to, size_t size, off_t at) {
  static auto* const real = next<ssize_t(int, void*, size_t, off_t)>("pread");
  return turn(SystemCall::read) ? -1 : real(file, to, size, at);
}
ssize_t pread64(int file, void* to, size_t size, off64_t at) {
  static auto* const real = next<ssize_t(int, void*, size_t, off64_t)>("pread64");
  return turn(SystemCall::read) ? -1 : real(file, to, size, at);
}
ssize_t pwrite(int file, const void* from, size_t size, off_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return turn(SystemCall::write) ? -1 : real(file, from, size, at);
}
ssize_t pwrite64(int file, const void* from, size_t size, off64_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return turn(SystemCall::write) ? -1 : real(file, from, size, at);
}
int fsync(int) { return turn(SystemCall::sync) ? -1 : 0; }
int fdatasync(int) { return turn(SystemCall::sync) ? -1 : 0; }
int ftruncate(int file, off_t size) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return turn(SystemCall::truncate) ? -1 : real(file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
  static auto* const real = next<int(int, off64_t)>("ftruncate64");
  return turn(SystemCall::truncate) ? -1 : real(file, size);
}
}
#pragma GCC visibility pop
