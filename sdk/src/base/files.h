// Whole files, read with a bound. new_file.h writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace visavis {

// What a user names may be a pipe, which is waited for; what only lies in a folder may not.
enum class FileKinds { any, ordinary };

// The bytes of a file. `path` is UTF-8. Throws Error: FILE_NOT_FOUND, PERMISSION, LIMIT_EXCEEDED (longer than
// max_bytes; before memory is taken, if the size is known), IO (also for a directory, and for a kind not allowed).
// Byte is uint8_t or char.
template <class Byte = uint8_t>
std::vector<Byte> read_file(const std::string& path, int64_t max_bytes, FileKinds kinds = FileKinds::any);

}  // namespace visavis
