// What an SQLite result code means to a user of the gallery.
#pragma once

#include <string>

#include "base/error.h"

namespace visavis {

// `code` is an extended result code, `os_error` the errno behind it or 0, `detail` SQLite's own words.
// Throws std::bad_alloc for want of memory.
Error sqlite_error(int code, int os_error, const std::string& path, const std::string& detail);

}  // namespace visavis
