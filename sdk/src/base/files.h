// Whole files: read with a bound, written so that a reader sees the old content or the new, never half of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace visavis {

// The file's bytes. `path` is UTF-8. Throws Error: FILE_NOT_FOUND, PERMISSION, LIMIT_EXCEEDED (longer than max_bytes,
// told before memory is taken when the file says its size), IO (a directory too).
std::vector<uint8_t> read_file(const std::string& path, int64_t max_bytes);

// Writes into a temporary file in the same folder, syncs it, and renames it over `path`. A link at `path` is replaced,
// not followed. Throws Error: FILE_NOT_FOUND (no such folder), PERMISSION, DISK_FULL, IO; `path` is then as it was.
void write_file_atomically(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace visavis
