// The three endings SQLite gives to its files.
#include "base/own_place.h"

#include <sys/stat.h>

#include <string_view>

#include "base/error.h"

namespace visavis {

void require_own_place(const std::string& path) {
  for (const std::string_view end : {"-wal", "-shm", "-journal"}) {
    if (!path.ends_with(end)) continue;
    const std::string owner = path.substr(0, path.size() - end.size());
    struct stat there {};
    if (owner.empty() || owner.ends_with('/') || ::lstat(owner.c_str(), &there) != 0 || S_ISDIR(there.st_mode)) return;
    throw Error(VAV_E_INVALID_ARGUMENT,
                path + ": this name belongs to " + owner +
                    ", beside which SQLite keeps changes and locks under it; give another name");
  }
}

}  // namespace visavis
