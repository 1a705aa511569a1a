// Bytes that may be long in coming: pipes, FIFOs, stdin. Ctrl-C is heard while nothing comes.
#pragma once

#include <cstddef>
#include <string>

namespace visavis::cli {

// "-" is stdin, everywhere a picture is read.
inline bool is_stdin(const std::string& path) { return path == "-"; }

// Something to read that is no file with a length of its own: a FIFO, a device, stdin.
bool is_stream(const std::string& path);

// All that comes until the other side closes. A Failure when that is more than `most` bytes.
std::string read_stream(const std::string& path, size_t most);

// A Failure that names the path, when there is something that is not a file (or a link to one). What is not there is
// left to who opens it.
void require_file(const std::string& path);

}  // namespace visavis::cli
