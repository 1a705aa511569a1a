// Bytes that may take long to come: from pipes, FIFOs, stdin. Ctrl-C works while it waits.
#pragma once

#include <cstddef>
#include <string>

namespace visavis::cli {

// "-" is stdin, everywhere a picture is read.
inline bool is_stdin(const std::string& path) { return path == "-"; }

// Whether it has no length of its own: a FIFO, a device, stdin.
bool is_stream(const std::string& path);

// Reads until the other side closes. A Failure if that is more than `most` bytes.
std::string read_stream(const std::string& path, size_t most);

// A Failure that names the path if it is something else than a file or a link to one. If nothing is there, this does
// nothing: opening it will fail.
void require_file(const std::string& path);

}  // namespace visavis::cli
