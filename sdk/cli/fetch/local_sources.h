// Finds wanted files in what `models fetch --from` was given: folders, archives, single files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fetch/manifest.h"
#include "fetch/unpack.h"

namespace visavis::cli {

// Copies the wanted files that it finds into `folder`, and checks them.
Unpacked take_from(const std::vector<std::string>& sources, const Manifest& manifest,
                   const std::vector<FileEntry>& wanted, const std::filesystem::path& folder);

}  // namespace visavis::cli
