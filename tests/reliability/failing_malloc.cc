// Stands in for the C library's malloc and its relatives: the loader takes the program's before any other.
#include "failing_malloc.h"

#include <cerrno>
#include <cstddef>

extern "C" {  // glibc's own, under the names it keeps for this
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

thread_local long countdown = 0;  // 0 = none fails
thread_local bool for_ever = false, has_failed = false;
thread_local size_t least = 0;  // smaller ones do not fail

bool turn(size_t size) {
  if (countdown == 0 || size < least) return false;
  if (countdown > 1) return --countdown, false;
  if (!for_ever) countdown = 0;
  errno = ENOMEM;
  return has_failed = true;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {
void* malloc(size_t size) { return turn(size) ? nullptr : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return turn(count * size) ? nullptr : __libc_calloc(count, size); }
void* realloc(void* old, size_t size) { return turn(size) ? nullptr : __libc_realloc(old, size); }
void* memalign(size_t alignment, size_t size) { return turn(size) ? nullptr : __libc_memalign(alignment, size); }
void* aligned_alloc(size_t alignment, size_t size) { return turn(size) ? nullptr : __libc_memalign(alignment, size); }
int posix_memalign(void** out, size_t alignment, size_t size) {
  void* const memory = turn(size) ? nullptr : __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *out = memory;
  return 0;
}
}
#pragma GCC visibility pop

namespace visavis::reliability {

void fail_allocation(long nth, bool and_all_that_follow, size_t of_at_least) {
  least = of_at_least;
  has_failed = false;
  for_ever = and_all_that_follow;
  countdown = nth;
}

bool allocations_work_again() {
  countdown = 0;
  return has_failed;
}

}  // namespace visavis::reliability
