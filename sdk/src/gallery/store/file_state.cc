// Paths and stat(2).
#include "gallery/store/file_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <new>
#include <system_error>

#include "base/error.h"
#include "base/system_error.h"

namespace visavis {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw Error(status_of_system_error(error), path + ": cannot be used: " + std::generic_category().message(error));
}

// Whether it is there.
bool stat_of(const std::string& path, struct stat& out) {
  if (::stat(path.c_str(), &out) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) fail(path, errno);
  return false;
}

int64_t nanoseconds(const timespec& t) { return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec; }

}  // namespace

std::string resolve_path(const std::string& path) {
  if (path.empty()) throw Error(VAV_E_INVALID_ARGUMENT, "path is empty");
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (error) fail(path, error.value());
  const auto resolved = std::filesystem::weakly_canonical(absolute, error);
  if (error) fail(path, error.value());
  return resolved.string();
}

void require_writable_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (std::error_code unreachable; !std::filesystem::is_directory(folder, unreachable))
    throw Error(VAV_E_FILE_NOT_FOUND, path + ": its folder does not exist; make it first");
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return;
  if (errno == EROFS) throw Error(VAV_E_PERMISSION, path + ": its folder lies on a disk that may only be read");
  fail(folder, errno);
}

FileState look_at(const std::string& path) {
  FileState state;
  struct stat file {};
  if (!stat_of(path, file)) return state;
  if (!S_ISREG(file.st_mode))
    throw Error(VAV_E_GALLERY_FORMAT, path + ": a gallery is one file, and this is a folder or a device");
  state.exists = true;
  state.device = file.st_dev;
  state.inode = file.st_ino;
  state.names = file.st_nlink;
  state.size = uint64_t(file.st_size);
  state.modified = nanoseconds(file.st_mtim);
  state.changed = nanoseconds(file.st_ctim);
  if (struct stat log{}; stat_of(path + "-wal", log)) state.log_size = uint64_t(log.st_size);
  return state;
}

bool is_mount_point(const std::string& path) {
#ifdef STATX_ATTR_MOUNT_ROOT
  struct statx file {};
  return ::statx(AT_FDCWD, path.c_str(), AT_STATX_DONT_SYNC, 0, &file) == 0 &&
         (file.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#else
  return path.empty();
#endif
}

uint64_t file_at(const std::string& path) noexcept {
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 ? file.st_ino : 0;
}

}  // namespace visavis
