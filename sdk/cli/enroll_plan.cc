// Reads folders into persons and their pictures.
#include "enroll_plan.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "failure.h"
#include "pictures.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unreadable;
    if (it->is_directory(unreadable) && it->path().filename().string()[0] != '.') found.push_back(it->path());
  }
  if (error) throw Failure(folder.string() + ": cannot read the folder: " + error.message());
  std::ranges::sort(found);
  return found;
}

// Gathers pictures under names; a name met again is the same person.
class Collector {
 public:
  void add(const std::string& name, const std::vector<std::string>& pictures) {
    const auto [known, is_new] = index_.try_emplace(name, plan_.persons.size());
    if (is_new) plan_.persons.push_back({name, {}});
    auto& all = plan_.persons[known->second].pictures;
    all.insert(all.end(), pictures.begin(), pictures.end());
  }

  void add_folder(const fs::path& folder) {
    const auto folders = folders_in(folder);
    const auto loose = pictures_in(folder);
    bool any = !loose.empty();
    std::vector<Refusal> empty;
    for (const fs::path& sub : folders) {
      const auto pictures = pictures_in(sub);
      if (pictures.empty()) {
        empty.push_back({sub.string(), "no_picture", "no picture (.jpg, .jpeg, .png, .webp) in this folder"});
      } else {
        add(sub.filename().string(), pictures);
        any = true;
      }
    }
    for (const std::string& picture : loose) add_file(picture);
    if (!any) {
      throw Failure(folder.string() + ": no picture (.jpg, .jpeg, .png, .webp) in this folder or the folders in it");
    }
    plan_.refusals.insert(plan_.refusals.end(), empty.begin(), empty.end());
  }

  void add_file(const std::string& path) { add(fs::path(path).stem().string(), {path}); }

  EnrollPlan take() { return std::move(plan_); }

 private:
  EnrollPlan plan_;
  std::map<std::string, size_t> index_;
};

}  // namespace

int64_t EnrollPlan::pictures() const {
  int64_t count = 0;
  for (const PersonToEnroll& person : persons) count += static_cast<int64_t>(person.pictures.size());
  return count;
}

EnrollPlan plan_one_person(const std::string& name, const std::vector<std::string>& paths) {
  EnrollPlan plan;
  plan.persons.push_back({name, expand_pictures(paths)});
  return plan;
}

EnrollPlan plan_by_names(const std::vector<std::string>& paths) {
  Collector collector;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      collector.add_folder(path);
    } else {
      collector.add_file(path);
    }
  }
  return collector.take();
}

}  // namespace visavis::cli
