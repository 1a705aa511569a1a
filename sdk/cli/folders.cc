// Goes through folders, and looks at the beginnings of files.
#include "folders.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "interrupt.h"
#include "lower_case.h"
#include "printable.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

bool is_picture_name(const fs::path& path) {
  const std::string ending = lower_case(path.extension().string());
  constexpr std::array<std::string_view, 16> kKnown = {".jpg",  ".jpeg", ".jpe", ".jfif", ".png",  ".webp",
                                                       ".tif",  ".tiff", ".bmp", ".gif",  ".heic", ".heif",
                                                       ".avif", ".jxl",  ".jp2", ".cr3"};
  return std::ranges::find(kKnown, ending) != kKnown.end();
}

std::string first_bytes(const fs::path& path) {
  char bytes[16];
  const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return "";
  const ssize_t got = read(file, bytes, sizeof bytes);
  close(file);
  return std::string(bytes, got > 0 ? size_t(got) : 0);
}

bool begins_as_picture(const fs::path& path) {
  using namespace std::string_view_literals;
  const std::string bytes = first_bytes(path);
  const std::string_view start = bytes;
  for (const std::string_view known :
       {"\xff\xd8\xff"sv, "\x89PNG\r\n\x1a\n"sv, "GIF87a"sv, "GIF89a"sv, "II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv,
        "\0\0\0\x0cJXL "sv, "\0\0\0\x0cjP  "sv, "\xff\x0a"sv})
    if (start.starts_with(known)) return true;
  if (start.starts_with("RIFF") && start.substr(std::min<size_t>(8, start.size())).starts_with("WEBP")) return true;
  if (start.starts_with("BM") && start.size() >= 10 && start.substr(6, 4) == "\0\0\0\0"sv) return true;
  if (start.size() < 12 || start.substr(4, 4) != "ftyp") return false;
  for (const std::string_view brand : {"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "avif", "avis", "crx "})
    if (start.substr(8, 4) == brand) return true;
  return false;
}

void look_at(const fs::directory_entry& entry, bool recursive, Found& found);

void walk(const fs::path& folder, bool recursive, Found& found) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (!is_hidden(it->path())) entries.push_back(*it);
  if (error) found.failed.push_back({folder.string(), "cannot read the folder: " + error.message()});
  std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
  for (const fs::directory_entry& entry : entries) look_at(entry, recursive, found);
}

void look_at(const fs::directory_entry& entry, bool recursive, Found& found) {
  stop_if_interrupted();
  const std::string path = entry.path().string();
  std::error_code unreadable;
  const fs::file_status status = entry.status(unreadable);  // of the target, if it is a link
  if (fs::is_directory(status)) {
    if (entry.is_symlink(unreadable))
      found.skipped.push_back({path, "a link to a folder"});
    else if (recursive)
      walk(entry.path(), recursive, found);
    else
      found.skipped.push_back({path, "a folder: --recursive looks into it"});
  } else if (!fs::exists(status)) {
    if (entry.is_symlink(unreadable))
      found.skipped.push_back({path, "a link to nothing"});
    else
      found.failed.push_back({path, "cannot be looked at"});
  } else if (!fs::is_regular_file(status)) {
    found.skipped.push_back({path, "not a file"});
  } else if (is_picture(entry.path())) {
    found.pictures.push_back(path);
  } else {
    found.skipped.push_back(
        {path, access(path.c_str(), R_OK) == 0 ? "no picture" : "not named like a picture, and cannot be read"});
  }
}

}  // namespace

bool is_picture(const fs::path& path) { return is_picture_name(path) || begins_as_picture(path); }

Found pictures_in(const fs::path& folder, bool recursive) {
  Found found;
  walk(folder, recursive, found);
  return found;
}

Found expand_pictures(const std::vector<std::string>& paths, bool recursive) {
  Found all;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      all.pictures.push_back(path);
      continue;
    }
    const Found found = pictures_in(path, recursive);
    if (found.pictures.empty() && found.failed.empty())
      all.failed.push_back(
          {path,
           std::string("no picture in this folder") +
               (recursive || folders_in(path).empty() ? "" : "; --recursive looks into the folders within"),
           true});
    all.failed.insert(all.failed.end(), found.failed.begin(), found.failed.end());
    all.pictures.insert(all.pictures.end(), found.pictures.begin(), found.pictures.end());
    all.skipped.insert(all.skipped.end(), found.skipped.begin(), found.skipped.end());
  }
  return all;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unreadable;
    if (it->is_directory(unreadable) && !it->is_symlink(unreadable) && !is_hidden(it->path()))
      found.push_back(it->path());
  }
  std::ranges::sort(found);  // pictures_in() reports a folder that cannot be read
  return found;
}

Json skipped_json(const std::vector<Skipped>& skipped) {
  Json list = Json::array();
  for (const Skipped& one : skipped) list.push_back({{"path", one.path}, {"reason", one.reason}});
  return list;
}

std::string skipped_text(const std::vector<Skipped>& skipped) {
  constexpr size_t kMost = 20;
  if (skipped.empty()) return "";
  std::string text = std::to_string(skipped.size()) + " skipped:";
  for (size_t i = 0; i < std::min(skipped.size(), kMost); ++i)
    text += "\n  " + printable(skipped[i].path) + ": " + skipped[i].reason;
  if (skipped.size() > kMost) text += "\n  … and " + std::to_string(skipped.size() - kMost) + " more; --json has all";
  return text + '\n';
}

}  // namespace visavis::cli
