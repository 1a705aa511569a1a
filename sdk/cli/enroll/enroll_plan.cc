// Reads folders into persons and their pictures.
#include "enroll/enroll_plan.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "failure.h"
#include "incoming.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

// Gathers pictures under names; a name met again is the same person.
class Collector {
 public:
  void add(const std::string& name, const std::vector<std::string>& pictures) {
    const auto [known, is_new] = index_.try_emplace(name, plan_.persons.size());
    if (is_new) plan_.persons.push_back({name, {}});
    auto& all = plan_.persons[known->second].pictures;
    all.insert(all.end(), pictures.begin(), pictures.end());
  }

  void add_folder(const fs::path& folder, bool recursive) {
    const auto folders = folders_in(folder);
    const Found loose = pictures_in(folder, false);
    bool any = !loose.pictures.empty();
    std::vector<Refusal> empty;
    for (const fs::path& sub : folders) {
      const Found found = pictures_in(sub, recursive);
      if (found.pictures.empty()) {
        empty.push_back({sub.string(), "no_picture", "no picture in this folder"});
      } else {
        add(sub.filename().string(), found.pictures);
        any = true;
      }
      plan_.skipped.insert(plan_.skipped.end(), found.skipped.begin(), found.skipped.end());
    }
    for (const std::string& picture : loose.pictures) add_file(picture);
    for (const Skipped& one : loose.skipped)
      if (std::ranges::find(folders, fs::path(one.path)) == folders.end()) plan_.skipped.push_back(one);
    if (!any) throw Failure(folder.string() + ": no picture in this folder or the folders in it");
    plan_.refusals.insert(plan_.refusals.end(), empty.begin(), empty.end());
    if (folders.empty()) without_folders_.push_back(folder);
  }

  void add_file(const std::string& path) {
    add(fs::path(path).stem().string(), {path});
    ++plan_.named_by_file;
  }

  // `enroll photos/*` instead of `enroll photos`: the pictures would be persons named 1, 2, 3 of several people each.
  void check_folders() const {
    if (without_folders_.size() < 2) return;
    throw WrongUse(without_folders_[0].string() + " and " + without_folders_[1].string() +
                   " hold pictures and no folders. To make each folder a person, give the folder above them; if all "
                   "pictures show one person, use --name");
  }

  EnrollPlan take() { return std::move(plan_); }

 private:
  EnrollPlan plan_;
  std::map<std::string, size_t> index_;
  std::vector<fs::path> without_folders_;
};

}  // namespace

int64_t EnrollPlan::pictures() const {
  int64_t count = 0;
  for (const PersonToEnroll& person : persons) count += int64_t(person.pictures.size());
  return count;
}

EnrollPlan plan_one_person(const std::string& name, const std::vector<std::string>& paths, bool recursive) {
  EnrollPlan plan;
  Found found = expand_pictures(paths, recursive);
  plan.persons.push_back({name, std::move(found.pictures)});
  plan.skipped = std::move(found.skipped);
  return plan;
}

EnrollPlan plan_by_names(const std::vector<std::string>& paths, bool recursive) {
  Collector collector;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      collector.add_folder(path, recursive);
    } else if (is_stream(path)) {
      throw WrongUse((is_stdin(path) ? "a picture from stdin" : path) +
                     " gives no name for a person: use --name or --person");
    } else {
      collector.add_file(path);
    }
  }
  collector.check_folders();
  return collector.take();
}

}  // namespace visavis::cli
