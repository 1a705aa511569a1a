// Export and import as jobs: one snapshot out, one transaction in.
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/secret_memory.h"
#include "gallery/locks/replaced_file.h"
#include "gallery/store/store.h"
#include "gallery/transfer/reading_job.h"
#include "gallery/transfer/transfer.h"

namespace visavis {
namespace {

GalleryOptions to_write(GalleryOptions options) {
  options.mode = GalleryMode::must_exist;
  return options;
}

class ExportJob : public ReadingJob {
 public:
  ExportJob(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const std::string& to,
            bool overwrite)
      : ReadingJob(path, recipe, options, "exported"),
        to_(to),
        target_(std::in_place, to),
        overwrite_(overwrite && target_->exists()) {
    begin();
  }

 private:
  void begin() final {
    take_snapshot();
    from_->require_same_recipe();
    const GalleryCounts counts = from_->counts();
    total_ = counts.persons;
    done_ = last_ = 0;
    file_.emplace(to_, overwrite_, TransferHeader{from_->stamp().recipe, now_ms(), counts});
  }

  void abandon() override { file_.reset(); }

  bool step() override {
    from_->require_in_place();
    bool last = false;
    try {
      last = write_some();
    } catch (const Error&) {
      if (!from_->outdated()) throw;
    }
    if (from_->outdated()) return begin_anew(), false;
    if (!last) return false;
    target_->require_unchanged();
    file_->finish();
    target_.reset();
    return true;
  }

  bool write_some() {
    constexpr int64_t kPersons = 64;
    const std::vector<Person> persons = from_->persons({.after = last_, .limit = kPersons});
    for (const Person& person : persons) {
      file_->write(person);
      if (auto templates = from_->templates(person.id))
        for (const Template& one : *templates) file_->write(one);
      last_ = person.id;
      ++done_;
    }
    return int64_t(persons.size()) < kPersons;
  }

  const std::string to_;
  std::optional<ReplacedFile> target_;
  const bool overwrite_;
  std::optional<TransferWriter> file_;
  int64_t last_ = 0;
};

class ImportJob : public Job {
 public:
  ImportJob(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const std::string& from,
            bool skip_known)
      : from_(from), to_(path, recipe, to_write(options)), skip_known_(skip_known) {
    if (from_.header().recipe != recipe)
      throw Error(VAV_E_GALLERY_RECIPE, from + ": its templates were made with " + describe(from_.header().recipe) +
                                            "; the gallery holds those of " + describe(recipe) + ". " +
                                            advice_for_other(from_.header().recipe, recipe, "enrol the photos anew"));
    total_ = from_.size();
    to_.begin();  // waits for another writer
    keeps_ids_ = to_.is_unused();
  }
  ~ImportJob() override = default;  // closing the connection takes back what was not committed

 private:
  bool step() override {
    constexpr int kRecords = 64;
    to_.require_in_place();
    for (int i = 0; i < kRecords; ++i) {
      auto record = from_.next();
      done_ = from_.position();
      if (!record) {
        to_.commit();
        return true;
      }
      if (const Person* person = std::get_if<Person>(&*record)) {
        add(*person);
      } else if (person_) {
        to_.import_template(*person_, std::get<Template>(*record), keeps_ids_);
      }
    }
    return false;
  }

  void add(const Person& person) {
    person_.reset();
    if (skip_known_ && person.external_id && !to_.persons({.external_id = person.external_id, .limit = 1}).empty())
      return;  // its templates are left out, too
    person_ = to_.import_person(person, keeps_ids_);
  }

  TransferReader from_;
  Store to_;
  bool skip_known_, keeps_ids_ = false;
  std::optional<int64_t> person_;  // whose templates follow; nothing: one who is left out
};

}  // namespace

std::unique_ptr<Job> make_export(const std::string& path, const Recipe& recipe, const GalleryOptions& options,
                                 const std::string& to, bool overwrite) {
  return std::make_unique<ExportJob>(path, recipe, options, to, overwrite);
}

std::unique_ptr<Job> make_import(const std::string& path, const Recipe& recipe, const GalleryOptions& options,
                                 const std::string& from, bool skip_known) {
  return std::make_unique<ImportJob>(path, recipe, options, from, skip_known);
}

}  // namespace visavis
