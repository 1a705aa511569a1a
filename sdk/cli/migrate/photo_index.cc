// File names and names of folders are compared in the normal form, as names of persons are.
#include "migrate/photo_index.h"

#include <algorithm>
#include <filesystem>

#include "names.h"

namespace visavis::cli {
namespace fs = std::filesystem;
namespace {

bool is_below_folder_of(const std::string& person, const fs::path& picture) {
  for (const fs::path& folder : picture.parent_path())
    if (normal_form(folder.string()) == person) return true;
  return false;
}

}  // namespace

PhotoIndex::PhotoIndex(const std::vector<std::string>& paths) {
  std::vector<std::string> there;
  for (const std::string& path : paths) {
    std::error_code unknown;
    if (fs::exists(path, unknown))
      there.push_back(path);
    else
      failed_.push_back({path, "is not there"});
  }
  const Found found = expand_pictures(there, true);
  for (const std::string& path : found.pictures)
    pictures_.emplace(normal_form(fs::path(path).filename().string()), path);
  // A link that leads to nothing just now, say: what has the name of a picture that is looked for is not gone.
  for (const Skipped& one : found.skipped)
    pictures_.emplace(normal_form(fs::path(one.path).filename().string()), one.path);
  failed_.insert(failed_.end(), found.failed.begin(), found.failed.end());
}

std::vector<std::string> PhotoIndex::candidates(const std::string& file_name, const std::string& person) const {
  const auto [begin, end] = pictures_.equal_range(normal_form(fs::path(file_name).filename().string()));
  std::vector<std::string> found;
  for (auto one = begin; one != end; ++one) found.push_back(one->second);
  std::ranges::stable_partition(
      found, [&, name = normal_form(person)](const std::string& path) { return is_below_folder_of(name, path); });
  return found;
}

}  // namespace visavis::cli
