// Takes wanted files, and nothing else, out of an archive that may be hostile.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "fetch/manifest.h"

namespace visavis::cli {

struct Unpacked {
  std::map<std::string, std::filesystem::path> found;  // by FileEntry::id, checked against size and SHA-256
  std::vector<std::string> altered;                    // ids of files that were there only in a wrong version
};

// Reads a .tar (gz, bz2, xz, zst) or .zip and writes the wanted files into `folder`. Members are recognised by their
// base name and written under the name in the manifest: paths inside the archive are never used.
Unpacked unpack(const std::filesystem::path& archive, const std::vector<FileEntry>& wanted,
                const std::filesystem::path& folder);

}  // namespace visavis::cli
