// Whole files, read with a bound. new_file.h writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace visavis {

// The file's bytes. `path` is UTF-8. Throws Error: FILE_NOT_FOUND, PERMISSION, LIMIT_EXCEEDED (longer than max_bytes,
// told before memory is taken when the file says its size), IO (a directory too).
std::vector<uint8_t> read_file(const std::string& path, int64_t max_bytes);

}  // namespace visavis
