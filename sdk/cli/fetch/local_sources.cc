// Goes through --from: which files are wanted, and which are archives that may have one.
#include "fetch/local_sources.h"

#include <algorithm>
#include <set>

#include "failure.h"
#include "files.h"
#include "interrupt.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kMostDepth = 8;
constexpr int kMostEntries = 200'000;

struct Candidates {
  std::vector<fs::path> files;
  std::vector<fs::path> archives;
};

bool is_wanted_name(const std::vector<FileEntry>& wanted, const fs::path& path) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const FileEntry& f) { return f.file == path.filename(); });
}

// In a folder only names from the manifest count: the user may give a whole home directory.
void search_folder(const fs::path& folder, const Manifest& manifest, const std::vector<FileEntry>& wanted,
                   Candidates& candidates) {
  std::error_code error;
  fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
  for (int entries = 0; !error && it != end && entries < kMostEntries; it.increment(error), ++entries) {
    stop_if_interrupted();
    if (it.depth() >= kMostDepth) it.disable_recursion_pending();
    std::error_code unreadable;
    if (!it->is_regular_file(unreadable)) continue;
    if (is_wanted_name(wanted, it->path()))
      candidates.files.push_back(it->path());
    else if (std::any_of(manifest.archives.begin(), manifest.archives.end(),
                         [&](const ArchiveEntry& a) { return a.file == it->path().filename(); }))
      candidates.archives.push_back(it->path());
  }
  if (error) throw Failure(folder.string() + ": cannot search this folder: " + error.message());
}

Candidates gather(const std::vector<std::string>& sources, const Manifest& manifest,
                  const std::vector<FileEntry>& wanted) {
  Candidates candidates;
  std::set<std::string> all_names;
  for (const FileEntry& file : manifest.files) all_names.insert(file.file);
  for (const fs::path source : sources) {
    std::error_code error;
    if (fs::is_directory(source, error))
      search_folder(source, manifest, wanted, candidates);
    else if (!fs::exists(source, error))
      throw Failure(source.string() + ": no such file or folder");
    else if (all_names.contains(source.filename().string()))
      candidates.files.push_back(source);
    else
      candidates.archives.push_back(source);
  }
  return candidates;
}

}  // namespace

Unpacked take_from(const std::vector<std::string>& sources, const Manifest& manifest,
                   const std::vector<FileEntry>& wanted, const fs::path& folder) {
  const Candidates candidates = gather(sources, manifest, wanted);
  Unpacked result;
  std::vector<FileEntry> missing;
  for (const FileEntry& file : wanted) {
    for (const fs::path& path : candidates.files) {
      if (path.filename() != file.file || result.found.contains(file.id)) continue;
      if (!file_is(path, file.size, file.sha256)) {
        result.altered.push_back(file.id);
        continue;
      }
      copy_checked(path, folder / file.file, file.size, file.sha256);
      result.found[file.id] = folder / file.file;
    }
    if (!result.found.contains(file.id)) missing.push_back(file);
  }
  for (const fs::path& archive : candidates.archives) {
    if (missing.empty()) break;
    const Unpacked more = unpack(archive, missing, folder);
    result.found.insert(more.found.begin(), more.found.end());
    result.altered.insert(result.altered.end(), more.altered.begin(), more.altered.end());
    std::erase_if(missing, [&](const FileEntry& file) { return result.found.contains(file.id); });
  }
  std::erase_if(result.altered, [&](const std::string& id) { return result.found.contains(id); });
  return result;
}

}  // namespace visavis::cli
