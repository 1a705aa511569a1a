// Downloads a pinned source distribution or wheel with the user's own pip, so that proxies, mirrors and certificates
// set for pip work here too.
#pragma once

#include <filesystem>
#include <string>

#include "context.h"
#include "fetch/manifest.h"

namespace visavis::cli {

// Downloads the archive into `folder` and returns its path. pip checks the SHA-256. `python` names the interpreter;
// empty: VISAVIS_PYTHON, else python3 or python on the PATH.
std::filesystem::path download(const Context& context, const ArchiveEntry& archive, const std::string& python,
                               const std::filesystem::path& folder);

}  // namespace visavis::cli
