// Compares owner, group and mode. In a folder where others may make files, such as /tmp, anybody can put a file of this
// name beside a gallery before SQLite does.
#include "gallery/locks/side_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace visavis {
namespace {

constexpr mode_t kWrite = S_IWGRP | S_IWOTH;

bool is_of_a_writer(const struct stat& side, const struct stat& gallery) {
  if (side.st_uid == gallery.st_uid || side.st_uid == ::geteuid() || side.st_uid == 0) return true;
  if (gallery.st_mode & S_IWOTH) return true;
  return (gallery.st_mode & S_IWGRP) != 0 && side.st_gid == gallery.st_gid;
}

}  // namespace

bool is_trusted_beside(const struct stat& side, const struct stat& gallery) {
  if (!S_ISREG(side.st_mode) || side.st_nlink > 1 || !is_of_a_writer(side, gallery)) return false;
  mode_t may = gallery.st_mode & kWrite;
  // The right of another group to write counts as the right of everybody.
  if (side.st_gid != gallery.st_gid && !(may & S_IWOTH)) may &= ~static_cast<mode_t>(S_IWGRP);
  return (side.st_mode & kWrite & ~may) == 0;
}

void share_rights(int fd, const struct stat& gallery) {
  struct stat now {};
  if (::fstat(fd, &now) != 0 || now.st_uid != ::geteuid()) return;
  const int error = errno;
  // If root made it for the gallery of another user, it must belong to that user too.
  if (now.st_uid == 0 && ::fchown(fd, gallery.st_uid, gallery.st_gid) != 0) errno = error;
  if (now.st_uid != 0 && now.st_gid != gallery.st_gid && ::fchown(fd, static_cast<uid_t>(-1), gallery.st_gid) != 0)
    errno = error;
  if (::fstat(fd, &now) != 0) return;
  const mode_t same_group = now.st_gid == gallery.st_gid ? 0777 : 0707;
  const mode_t mode = gallery.st_mode & same_group;
  if ((now.st_mode & 0777) != mode && ::fchmod(fd, mode) != 0) errno = error;
}

}  // namespace visavis
