// Reads folders into persons and their pictures.
#include "enroll/enroll_plan.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "failure.h"
#include "incoming.h"
#include "names.h"
#include "printable.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

// What could not be read in a folder.
void refuse(EnrollPlan& plan, const Found& found) {
  for (const Unusable& one : found.failed)
    plan.refusals.push_back({one.path, one.empty ? "no_picture" : "unreadable", one.reason});
}

// If there is only one mistake and nothing else, it is the Failure.
EnrollPlan checked(EnrollPlan plan) {
  if (plan.pictures() > 0 || plan.refusals.size() != 1) return plan;
  const Refusal& refusal = plan.refusals.front();
  const bool named = refusal.message.find(refusal.image) != std::string::npos;
  throw Failure(named ? refusal.message : refusal.image + ": " + refusal.message);
}

// Collects pictures by names; the same name again is the same person.
class Collector {
 public:
  // `from`: the folder or file that gives the name.
  bool add(const std::string& name, const fs::path& from, const std::vector<std::string>& pictures) {
    if (is_blank(name) || !is_utf8(name)) {
      const std::string why = is_blank(name) ? ": nothing can be seen in this name" : ": this name is not UTF-8";
      plan_.refusals.push_back({from.string(), "bad_name", from.string() + why + ": rename it, or use --name"});
      return false;
    }
    const auto [known, is_new] = index_.try_emplace(normal_form(name), plan_.persons.size());
    if (is_new) plan_.persons.push_back({name, {}});
    auto& all = plan_.persons[known->second].pictures;
    all.insert(all.end(), pictures.begin(), pictures.end());
    return true;
  }

  void add_folder(const fs::path& folder, bool recursive) {
    const auto folders = folders_in(folder);
    const Found loose = pictures_in(folder, false);
    bool any = !loose.pictures.empty();
    const size_t refused = plan_.refusals.size();
    for (const fs::path& sub : folders) {
      const Found found = pictures_in(sub, recursive);
      refuse(plan_, found);
      if (!found.pictures.empty()) {
        add(sub.filename().string(), sub, found.pictures);
        any = true;
      } else if (found.failed.empty()) {
        plan_.refusals.push_back({sub.string(), "no_picture", "no picture in this folder"});
      }
      plan_.skipped.insert(plan_.skipped.end(), found.skipped.begin(), found.skipped.end());
    }
    refuse(plan_, loose);
    for (const std::string& picture : loose.pictures) add_file(picture);
    for (const Skipped& one : loose.skipped)
      if (std::ranges::find(folders, fs::path(one.path)) == folders.end()) plan_.skipped.push_back(one);
    if (!any && plan_.refusals.size() == refused)
      plan_.refusals.push_back({folder.string(), "no_picture", "no picture in this folder or the folders in it"});
    if (folders.empty() && any) without_folders_.push_back(folder);
  }

  void add_file(const std::string& path) { plan_.named_by_file += add(fs::path(path).stem().string(), path, {path}); }

  // For `enroll photos/*` instead of `enroll photos`: the pictures, named 1, 2, 3 in each folder, would become persons
  // 1, 2, 3 with several faces each.
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
  refuse(plan, found);
  plan.persons.push_back({name, std::move(found.pictures)});
  plan.skipped = std::move(found.skipped);
  return checked(std::move(plan));
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
  return checked(collector.take());
}

}  // namespace visavis::cli
