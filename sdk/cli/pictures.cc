// Expands folders, decodes files, loops over pictures.
#include "pictures.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "incoming.h"
#include "interrupt.h"
#include "output.h"
#include "progress.h"

namespace visavis::cli {

namespace fs = std::filesystem;

bool is_picture_name(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  constexpr std::array<std::string_view, 4> kKnown = {".jpg", ".jpeg", ".png", ".webp"};
  return std::find(kKnown.begin(), kKnown.end(), extension) != kKnown.end();
}

std::vector<std::string> pictures_in(const fs::path& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unreadable;  // a dangling link is no picture, and no reason to stop
    if (it->is_regular_file(unreadable) && is_picture_name(it->path()) && it->path().filename().string()[0] != '.')
      found.push_back(it->path().string());
  }
  if (error) throw Failure(folder.string() + ": cannot read the folder: " + error.message());
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> expand_pictures(const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      all.push_back(path);
      continue;
    }
    const auto found = pictures_in(path);
    if (found.empty()) throw Failure(path + ": no picture (.jpg, .jpeg, .png, .webp) in this folder");
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

Image load_image(const std::string& path) {
  constexpr size_t kMostBytes = 512 << 20;
  try {
    if (!is_stream(path)) return make<Image>(vav_image_load, path.c_str(), nullptr);
    const std::string bytes = read_stream(path, kMostBytes);
    return make<Image>(vav_image_decode, static_cast<const void*>(bytes.data()), bytes.size(), nullptr);
  } catch (const Failure& failure) {
    const std::string message = failure.what();
    const std::string name = is_stdin(path) ? "stdin" : path;
    if (message.find(name) != std::string::npos) throw;
    throw Failure(name + ": " + message, failure.code());
  }
}

int for_each_picture(const Context& context, const std::vector<std::string>& paths, const std::string& what,
                     const std::function<void(const std::string& path)>& each) {
  const auto pictures = expand_pictures(paths);
  Progress progress(context, static_cast<int64_t>(pictures.size()), what);
  int result = kDone;
  for (const std::string& path : pictures) {
    stop_if_interrupted();
    try {
      progress.hide();  // what `each` prints may go to the same terminal
      each(path);
    } catch (const Failure& failure) {
      // What is wrong with the models is wrong for every picture: say it once.
      if (failure.code() >= VAV_E_MODEL_NOT_FOUND && failure.code() <= VAV_E_MODEL_UNKNOWN) throw;
      progress.note(std::string("visavis: ") + failure.what());
      if (context.json)
        print_json(
            {{"image", path}, {"error", {{"code", vav_status_name(failure.code())}, {"message", failure.what()}}}});
      result = kFailed;
    }
    progress.advance();
  }
  return result;
}

}  // namespace visavis::cli
