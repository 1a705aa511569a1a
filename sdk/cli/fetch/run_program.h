// Starts another program, without a shell, and waits for it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace visavis::cli {

// Runs arguments[0], which is looked up on the PATH, in `folder`. Its stderr goes to `log`. So does its stdout; with
// `show` it goes to our stderr. Returns its exit status, or 127 if it cannot be started. Ctrl-C ends it and throws
// Interrupted.
int run_program(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                const std::filesystem::path& folder, bool show);

}  // namespace visavis::cli
