// SQLite's online backup from one snapshot: writers go on meanwhile, and the copy is of one moment.
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/new_file.h"
#include "gallery/locks/replaced_file.h"
#include "gallery/store/sqlite_error.h"
#include "gallery/transfer/reading_job.h"

namespace visavis {
namespace {

const std::string& other_than(const std::string& path, const std::string& to) {
  if (path == to) throw Error(VAV_E_INVALID_ARGUMENT, to + ": a gallery cannot be backed up into itself");
  return to;
}

class BackupJob : public ReadingJob {
 public:
  BackupJob(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const std::string& to,
            bool overwrite)
      : ReadingJob(path, recipe, options, "copied"),
        target_(std::in_place, other_than(path, to)),
        file_(to, overwrite && target_->exists()) {
    file_.let_owner_read();
    try {
      check(sqlite3_open_v2(file_.temporary().c_str(), &to_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
      // The file is synced when it is whole; until then nobody would miss it.
      check(sqlite3_exec(to_, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nullptr, nullptr, nullptr));
      begin();
    } catch (...) {
      close();
      throw;
    }
  }
  ~BackupJob() override { close(); }

 private:
  void begin() final {
    take_snapshot();
    from_->data_version();  // a snapshot begins with its first reading
    backup_ = sqlite3_backup_init(to_, "main", from_->connection().handle(), "main");
    if (!backup_) check(sqlite3_errcode(to_));
  }

  void abandon() override { sqlite3_backup_finish(std::exchange(backup_, nullptr)); }

  bool step() override {
    constexpr int kPages = 32;
    from_->require_in_place();
    errno = 0;  // SQLite keeps no connection's system error for a backup
    const int code = sqlite3_backup_step(backup_, kPages);
    const int error = errno;
    if (code != SQLITE_OK && from_->outdated()) return begin_anew(), false;
    if (code != SQLITE_OK && code != SQLITE_DONE) throw sqlite_error(code, error, file_.path(), sqlite3_errstr(code));
    total_ = sqlite3_backup_pagecount(backup_);
    done_ = total_ - sqlite3_backup_remaining(backup_);
    if (code == SQLITE_OK) return false;
    check(sqlite3_backup_finish(std::exchange(backup_, nullptr)));
    close();
    target_->require_unchanged();
    file_.finish();
    target_.reset();
    return true;
  }

  void check(int code) const {
    if (code != SQLITE_OK)
      throw sqlite_error(code, to_ ? sqlite3_system_errno(to_) : 0, file_.temporary(), sqlite3_errstr(code));
  }

  void close() {
    if (backup_) sqlite3_backup_finish(std::exchange(backup_, nullptr));
    sqlite3_close_v2(std::exchange(to_, nullptr));
  }

  std::optional<ReplacedFile> target_;
  NewFile file_;
  sqlite3* to_ = nullptr;
  sqlite3_backup* backup_ = nullptr;
};

}  // namespace

std::unique_ptr<Job> make_backup(const std::string& path, const Recipe& recipe, const GalleryOptions& options,
                                 const std::string& to, bool overwrite) {
  return std::make_unique<BackupJob>(path, recipe, options, to, overwrite);
}

}  // namespace visavis
