// Which names a new file may have: never that of a file which SQLite keeps beside a database.
#pragma once

#include <string>

namespace visavis {

// Error INVALID_ARGUMENT when `path` is the name of the log or the shared memory of a file that is there: put there,
// the new file would destroy what that file's newest changes are in, or be destroyed by SQLite itself.
void require_own_place(const std::string& path);

}  // namespace visavis
