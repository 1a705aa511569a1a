// Refuses names for new files that SQLite uses for files beside a database.
#pragma once

#include <string>

namespace visavis {

// Error INVALID_ARGUMENT if `path` is the name of the log or the shared memory of an existing file. A new file there
// would destroy the newest changes of that file, or SQLite would destroy the new file.
void require_own_place(const std::string& path);

}  // namespace visavis
