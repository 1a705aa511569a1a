// Which files of folders are pictures: told by content, and what is left out is not left out silently.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "output.h"

namespace visavis::cli {

// Something in a folder that was not taken for a picture, and why.
struct Skipped {
  std::string path;
  std::string reason;
};

// What was asked for and gives no picture: a folder that is empty, or anything that cannot be looked at.
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

// A file that begins as a picture of any kind does (also of kinds that cannot be read: the decoder names them), or that
// is named as one.
bool is_picture(const std::filesystem::path& path);

// The pictures directly in a folder; with `recursive` also those in the folders within. Hidden ones are left out.
Found pictures_in(const std::filesystem::path& folder, bool recursive);

// Each path as it is; a folder becomes its pictures. A folder without pictures is among what failed.
Found expand_pictures(const std::vector<std::string>& paths, bool recursive);

// Visible folders directly in a folder, sorted by name. Links to folders are left out, as everywhere: they may lead
// anywhere, also back here.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

// [{"path", "reason"}]
Json skipped_json(const std::vector<Skipped>& skipped);

// "3 skipped:\n  a.txt: no picture\n …": a line each, at most 20; "" when nothing was.
std::string skipped_text(const std::vector<Skipped>& skipped);

}  // namespace visavis::cli
