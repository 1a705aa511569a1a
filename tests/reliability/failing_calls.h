// System calls on files that fail when asked to: every one of the process, of the library and of SQLite.
#pragma once

namespace visavis::reliability {

enum class SystemCall { read, write, sync, truncate };
inline constexpr SystemCall kSystemCalls[] = {SystemCall::read, SystemCall::write, SystemCall::sync,
                                              SystemCall::truncate};
const char* name_of(SystemCall call);

// From now on, of this thread's calls of this kind the n-th (1 = the next) fails with this errno, or it and all that
// follow.
void fail_call(SystemCall call, long nth, bool and_all_that_follow, int error);

// Whether one has failed since. No more fails.
bool calls_work_again();

}  // namespace visavis::reliability
