// The two places every program of a person shares: the cache and the installation.
#include "models/places.h"

#include <cstdlib>
#include <filesystem>

#include "base/own_file.h"

namespace visavis {

std::string user_cache_directory() {
  // The XDG base directory specification says that a relative path is to be ignored.
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && cache[0] == '/')
    return std::string(cache) + "/visavis/models";
  if (const char* home = std::getenv("HOME"); home && home[0] == '/')
    return std::string(home) + "/.cache/visavis/models";
  return "";
}

std::string installed_directory() {
  std::error_code ignored;
  const std::filesystem::path library = own_file();
  // lib/libvisavis.so or lib/<triplet>/libvisavis.so: the first share/ on the way up is the prefix's.
  for (auto folder = library.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    const auto models = folder / "share" / "visavis" / "models";
    if (std::filesystem::is_directory(models, ignored)) return models.string();
  }
  return "";
}

}  // namespace visavis
