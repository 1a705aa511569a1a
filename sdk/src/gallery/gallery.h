// The gallery: the store and what is kept of it in memory. For any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gallery/live_index.h"
#include "gallery/records.h"
#include "gallery/store/audit_log.h"
#include "gallery/store/store.h"
#include "gallery/transfer/job.h"

namespace visavis {

class Gallery {
 public:
  // `path` is UTF-8. See open_gallery for the errors.
  // With which models a gallery opens. Errors as those of open(); no key is needed.
  static Recipe recipe_at(const std::string& path);
  static std::unique_ptr<Gallery> open(const std::string& path, const Recipe& recipe, const GalleryOptions& options);

  const Stamp& stamp() const { return stamp_; }
  // As the Scoring's; 0: nobody has measured one.
  const Calibration* calibration() const { return options_.calibration.get(); }
  float compat_threshold() const {
    return options_.compat_threshold != 0 ? options_.compat_threshold : visavis::compat_threshold(stamp_.recipe);
  }
  GalleryCounts counts();
  // One line per problem found.
  std::vector<std::string> check();

  // Gives unused space back to the disk. Errors WRONG_STATE in a transaction; GALLERY_BUSY.
  void compact();
  // See job.h; `to` and `from` are UTF-8.
  std::unique_ptr<Job> backup(const std::string& to, bool overwrite);
  std::unique_ptr<Job> export_to(const std::string& to, bool overwrite);
  std::unique_ptr<Job> import_from(const std::string& from, bool skip_known);

  // Errors WRONG_STATE. A transaction that SQLite had to undo stays open until its owner ends it: nothing is changed
  // meanwhile, so that nothing done between begin() and its end is kept by itself.
  void begin();
  void commit();
  void rollback();

  // Errors NOT_FOUND, ALREADY_EXISTS; INVALID_ARGUMENT for metadata that is not a JSON object and an empty name.
  int64_t add_person(const PersonFields& fields);
  void update_person(int64_t person, const PersonFields& fields);
  void remove_person(int64_t person);
  std::vector<Person> persons(const PersonQuery& query);
  // Removes everybody who has expired; the result is their number.
  int64_t purge_expired(int64_t now);
  // Writes at most once an hour for each person. A gallery that cannot be written just now is not changed.
  void note_seen(const std::vector<int64_t>& persons, int64_t now) noexcept;

  // Errors NOT_FOUND (the person). Joining again has no effect.
  void join_group(int64_t person, const std::string& group);
  void leave_group(int64_t person, const std::string& group);
  std::vector<Group> groups();

  // ---- Secrecy (gallery_secrecy.cc) ----
  GalleryState state();
  // Encrypts the data key with `to` (none: with the same key as before). `reencrypt` makes a new data key and encrypts
  // every row with it, in short steps between which others may write. After an interruption the next call goes on.
  // Errors WRONG_STATE (not encrypted, a transaction is open), GALLERY_CORRUPT.
  void rekey(std::shared_ptr<const KeySource> to, bool reencrypt);
  // Removes a person and overwrites every byte in the file and its log. Waits up to `timeout` for those who still read.
  // Errors NOT_FOUND, WRONG_STATE (a transaction is open).
  Erasure forget_person(int64_t person, int timeout_ms);
  // Tries again to overwrite what is pending. False: somebody still reads.
  bool finish_erasing(int timeout_ms);

  // ---- Moving to other models (gallery_moving.cc) ----
  // Embeddings of the recipe `to` are staged, one for each template, while the present ones go on to answer; then one
  // transaction exchanges them all. From then on every call on every open handle is GALLERY_RECIPE, on this one too.
  MoveState move_state();
  // Errors NOT_FOUND; INVALID_ARGUMENT (an embedding that is none of `to`; `to` is the recipe of the gallery);
  // WRONG_STATE (others are staged).
  void stage(const Recipe& to, int64_t template_id, const Embedding& embedding);
  // Up to `limit` templates with ids above `after` for which none is staged.
  std::vector<TemplateOwner> unstaged(int64_t after, int64_t limit);
  // Templates for which none is staged are removed, if `leave_behind`. Errors WRONG_STATE (there are some, or none is
  // staged for `to`, or a transaction is open), GALLERY_CORRUPT.
  void move(const Recipe& to, bool leave_behind);
  void cancel_move();
  // A picture from which a template can be made again: removed with it. Error NOT_FOUND.
  void keep_chip(int64_t template_id, std::span<const uint8_t> picture);
  std::optional<std::vector<uint8_t>> kept_chip(int64_t template_id);
  void remove_chips();

  // ---- The audit log (gallery_secrecy.cc) ----
  void set_audit(bool on);
  // How the next decision is made, and whether record() must log it. Error WRONG_STATE if it must and a transaction is
  // open: a rollback would remove the entry.
  struct Rules {
    float threshold = 0;  // the gallery's own; 0 = none
    bool audit = false;
  };
  Rules rules();
  // All of it is on disk when this returns, unless the log is off. `seen`: persons whose last_seen_at is set. Error
  // WRONG_STATE.
  void record(std::vector<AuditEntry> entries, const std::vector<int64_t>& seen = {}, int64_t now = 0);
  float threshold();
  void set_threshold(float threshold);  // types/threshold.h
  AuditVerdict verify_audit(const std::optional<AuditHead>& expected);
  std::vector<std::pair<int64_t, AuditEntry>> audit_entries(int64_t after, int64_t limit);

  // Errors NOT_FOUND; INVALID_ARGUMENT for NaN and infinity.
  int64_t add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields);
  void remove_template(int64_t template_id);
  std::vector<Template> templates(int64_t person);

  // The nearest persons, each once, nearest first; at equal distance by the id of the nearest template. Everybody who
  // is named is eligible by their own row.
  std::vector<Match> identify(const Embedding& probe, const Search& search);
  // For several probes, in one state of the gallery.
  std::vector<Identified> identify(const std::vector<Embedding>& probes, Search search);
  // The same among all persons, at any time.
  std::vector<Match> identify(const Embedding& probe, size_t count, float reach);
  // Compares `limit` persons with ids above `after` with all others. Gives each pair once, on the page of its smaller
  // id.
  DuplicatePage duplicates(int64_t after, int64_t limit, float reach);
  // One person, whether eligible or not. Error NOT_FOUND.
  Verified verify(int64_t person, const Embedding& probe, int best_of = 1, const CandidateFilter& filter = {});

 private:
  Gallery(std::string path, const Recipe& recipe, const GalleryOptions& options);

  template <class Body>
  auto read(Body&& body);
  template <class Change>
  auto write(Change&& change);
  template <class Change>
  auto write_within(int timeout_ms, Change&& change);
  std::unique_lock<std::mutex> lock_writer(const char* alone, int timeout_ms);
  template <class Attempt>
  std::unique_lock<std::mutex> lock_when(Attempt&& attempt, const char* alone, int timeout_ms);
  bool is_undone() noexcept;
  void require_whole();
  void require_transaction() const;
  void end_transaction(bool rolled_back) noexcept;
  GalleryOptions options_now();
  void write_alone(const char* alone, const std::function<void()>& change);
  void write_joined(const std::function<void()>& change);
  void read_alone(const std::function<void()>& body);
  void require_ours();
  void note(AuditEvent event, int64_t person, int64_t template_id = 0);
  void forget_removed();
  bool try_erasing();
  void reopen();
  void complete(AuditEntry& entry) const;
  void check_index(std::vector<std::string>& problems);
  // What was found, without names.
  struct Found {
    LiveIndex::Found eligible, others;
  };
  // Brings the memory in step; who a search is among, and what that settles.
  LiveIndex::Scope scope(Search& wanted);
  Found search(const std::vector<Embedding>& probes, const Search& wanted, const LiveIndex::Scope& scope) const;
  // The names, if every row agrees with the search; else the persons whose row does not.
  std::optional<std::vector<Identified>> named(const Found& found, const Search& wanted,
                                               std::vector<std::optional<Person>>& different);
  void see_if_due(const std::vector<int64_t>& persons, int64_t now);

  const std::string path_;
  const GalleryOptions options_;

  // The connection and all that follows it. Never held while waiting for another process.
  std::mutex mutex_;
  std::unique_ptr<Store> store_;
  const Stamp stamp_;
  bool in_transaction_ = false;  // the caller has begun it and not ended it
  bool undone_ = false;          // and SQLite has undone it since
  bool erase_pending_ = false;   // somebody was forgotten, by whatever handle, and others still read their data
  bool removed_ = false;         // something was removed, and its bytes may still be in the log

  LiveIndex live_;  // has its own lock, taken after mutex_, so that searches can run meanwhile
};

// Runs `body` on the store, mutex_ held; again when the file was exchanged while it was read without locks.
template <class Body>
auto Gallery::read(Body&& body) {
  for (;;) {
    is_undone();  // then the memory has to follow
    store_->require_in_place();
    if (store_->outdated()) reopen();
    try {
      store_->require_same_schema();
      store_->require_same_recipe();
      auto result = body();
      if (!store_->outdated()) return result;
    } catch (const Codec::KeyUnknown&) {
      // Another process may be encrypting it anew.
      if (!store_->outdated() && !store_->follow_keys()) throw;
    } catch (const Error& e) {
      if (store_->outdated()) continue;
      // Rows of other models look like damaged ones: the gallery may have moved meanwhile.
      if (e.code() == VAV_E_GALLERY_CORRUPT) store_->require_same_recipe();
      throw;
    }
  }
}

}  // namespace visavis
