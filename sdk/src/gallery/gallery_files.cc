// A gallery's file as a whole: checked, and jobs on it, each of which opens it anew as this handle was opened.
#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "gallery/gallery.h"
#include "gallery/store/check.h"

namespace visavis {

std::vector<std::string> Gallery::check() {
  std::vector<std::string> problems;
  read_alone([&] {
    const Snapshot one_state(store_->connection());
    store_->follow_keys();
    problems = check_gallery(store_->connection(), stamp_.recipe, store_->codec(), [&] { return store_->settings(); });
    if (!store_->connection().is_log_whole())
      problems.push_back(
          "-wal: a page in it is not as it was written, and what was changed since will be lost when the " +
          std::string("log is next read; export or back up now, close it everywhere, and restore that"));
    if (problems.empty()) check_index(problems);
  });
  return problems;
}

void Gallery::check_index(std::vector<std::string>& problems) {
  const Snapshot one_state(store_->connection());
  live_.sync(*store_);
  const std::vector<int64_t> here = live_.template_ids(), there = store_->template_ids();
  std::vector<int64_t> different;
  std::set_symmetric_difference(here.begin(), here.end(), there.begin(), there.end(), std::back_inserter(different));
  if (!different.empty())
    problems.push_back("index: " + std::to_string(different.size()) + " templates differ from the file, among them " +
                       std::to_string(different.front()) + "; close the gallery and open it again");
}

// With the key that opens the gallery now, which rekey() may have changed; for this gallery, not for another that was
// put into its place.
GalleryOptions Gallery::options_now() {
  const std::lock_guard lock(mutex_);
  store_->require_in_place();
  GalleryOptions options = options_;
  options.key = store_->key_source();
  return options;
}

std::unique_ptr<Job> Gallery::backup(const std::string& to, bool overwrite) {
  return make_backup(path_, stamp_.recipe, options_now(), resolve_path(to), overwrite);
}

std::unique_ptr<Job> Gallery::export_to(const std::string& to, bool overwrite) {
  const std::string target = resolve_path(to);
  if (target == path_) throw Error(VAV_E_INVALID_ARGUMENT, to + ": is the gallery itself");
  return make_export(path_, stamp_.recipe, options_now(), target, overwrite);
}

std::unique_ptr<Job> Gallery::import_from(const std::string& from, bool skip_known) {
  if (options_.mode == GalleryMode::read_only)
    throw Error(VAV_E_PERMISSION, path_ + ": was opened read-only; open it for writing to import into it");
  {
    const std::lock_guard lock(mutex_);
    require_whole();
    if (in_transaction_)  // which it would wait for
      throw Error(VAV_E_WRONG_STATE, "an import cannot run inside a transaction: commit or roll back first");
  }
  return make_import(path_, stamp_.recipe, options_now(), resolve_path(from), skip_known);
}

}  // namespace visavis
