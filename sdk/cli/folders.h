// Which files in folders are pictures: their content decides. What is left out is listed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "output.h"

namespace visavis::cli {

// A file in a folder that was not taken for a picture, and why.
struct Skipped {
  std::string path;
  std::string reason;
};

// A given path without a picture: an empty folder, or something that cannot be read.
struct Unusable {
  std::string path;
  std::string reason;
  bool empty = false;
};

struct Found {
  std::vector<std::string> pictures;  // sorted by path
  std::vector<Skipped> skipped;
  std::vector<Unusable> failed;
};

// Whether the file begins like a picture or is named like one. Also true for kinds of pictures that cannot be read: the
// decoder names them.
bool is_picture(const std::filesystem::path& path);

// The pictures directly in a folder; with `recursive` also those in folders inside it. Hidden files are left out.
Found pictures_in(const std::filesystem::path& folder, bool recursive);

// Each path as it is, but for a folder its pictures. A folder without pictures is listed as unusable.
Found expand_pictures(const std::vector<std::string>& paths, bool recursive);

// The visible folders directly in a folder, sorted by name. Links to folders are left out, as everywhere: they can lead
// anywhere, also back to this one.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

// [{"path", "reason"}]
Json skipped_json(const std::vector<Skipped>& skipped);

// "3 skipped:\n  a.txt: no picture\n …": a line for each, at most 20; "" if nothing was skipped.
std::string skipped_text(const std::vector<Skipped>& skipped);

}  // namespace visavis::cli
