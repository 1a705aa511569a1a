// One table.
#include "base/system_error.h"

#include <cerrno>

namespace visavis {

vav_status status_of_system_error(int error) noexcept {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return VAV_E_FILE_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
      return VAV_E_PERMISSION;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return VAV_E_DISK_FULL;
    case EEXIST:
      return VAV_E_ALREADY_EXISTS;
    case ENOMEM:
      return VAV_E_OUT_OF_MEMORY;
    default:
      return VAV_E_IO;
  }
}

}  // namespace visavis
