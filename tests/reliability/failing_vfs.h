// An SQLite VFS between the library and the disk which makes one call, or all from one on, fail.
#pragma once

#include <string>

namespace visavis::reliability {

enum class Call { open, read, write, torn_write, sync, truncate, size, access, remove, lock, shm_map, shm_lock };
inline constexpr Call kCalls[] = {Call::open,   Call::read,     Call::write,   Call::torn_write,
                                  Call::sync,   Call::truncate, Call::size,    Call::access,
                                  Call::remove, Call::lock,     Call::shm_map, Call::shm_lock};
const char* name_of(Call call);

// Makes it the one the library uses in this process, which must have opened a gallery before.
void install_failing_vfs();

// The n-th call of this kind from now on fails (n from 1), or it and all that follow.
void fail(Call call, int nth, bool for_ever);
// Nothing fails any more. Whether anything has since fail().
bool stop_failing();

}  // namespace visavis::reliability
