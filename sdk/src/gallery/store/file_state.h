// The gallery's files as the file system shows them, looked at without opening them: on POSIX systems closing a file
// drops the locks SQLite holds on it in this process.
#pragma once

#include <cstdint>
#include <string>

namespace visavis {

struct FileState {
  bool exists = false;
  uint64_t device = 0, inode = 0, size = 0;
  uint64_t names = 0;                 // hard links; with two, each would have a log of its own
  int64_t modified = 0, changed = 0;  // ns
  uint64_t log_size = 0;  // bytes of the -wal file; 0: it is empty or not there, and the main file has everything
  friend bool operator==(const FileState&, const FileState&) = default;
};

// The path SQLite is given: absolute, so that no name has a special meaning, and with links followed, because the -wal
// file lies beside the real one. `path` is UTF-8. Error INVALID_ARGUMENT ("" given), IO.
std::string resolve_path(const std::string& path);

// Errors FILE_NOT_FOUND and PERMISSION when no file can be made at `path`; SQLite does not tell the two apart.
void require_writable_folder(const std::string& path);

// Error GALLERY_FORMAT when it is no regular file, PERMISSION, IO.
FileState look_at(const std::string& path);

// Whether the file alone was mounted there and not its folder, as containers can do it: its log then lies in another
// folder than the file. False where the system does not tell.
bool is_mount_point(const std::string& path);

// Its inode, or 0 when there is none. Takes no memory.
uint64_t file_at(const std::string& path) noexcept;

}  // namespace visavis
