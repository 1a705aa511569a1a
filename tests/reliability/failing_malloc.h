// Allocations that fail when asked to: every one of the process, of C++, C and the libraries, since all end in malloc.
#pragma once

namespace visavis::reliability {

// From now on, of this thread's allocations the n-th (1 = the next) fails, or it and all that follow.
void fail_allocation(long nth, bool and_all_that_follow);

// Whether one has failed since. No more fails.
bool allocations_work_again();

}  // namespace visavis::reliability
