// Allocations that fail when asked to: every one of the process, of C++, C and the libraries, since all end in malloc.
#pragma once

#include <cstddef>

namespace visavis::reliability {

// From now on, of this thread's allocations of at least so many bytes the n-th (1 = the next) fails, or it and all that
// follow.
void fail_allocation(long nth, bool and_all_that_follow, size_t of_at_least = 0);

// Whether one has failed since. No more fails.
bool allocations_work_again();

}  // namespace visavis::reliability
