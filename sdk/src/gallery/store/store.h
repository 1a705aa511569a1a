// The store: persons and templates as rows of the file. One thread at a time; changes need an open transaction.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gallery/records.h"
#include "gallery/store/audit_log.h"
#include "gallery/store/codec.h"
#include "gallery/store/file_state.h"
#include "gallery/store/keyring.h"
#include "gallery/store/open.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/query.h"

namespace visavis {

// A reader that is behind by more removals, or more changes of who is eligible, reads everything again.
inline constexpr int64_t kKeptChanges = 10'000;

class Store {
 public:
  // See open_gallery. `path` must be resolved.
  Store(const std::string& path, const Recipe& recipe, const GalleryOptions& options);
  // If the file was taken away or exchanged, leaves everything as it is.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const Stamp& stamp() const { return stamp_; }
  Connection& connection() { return *connection_; }
  // The file was opened for reading without locks and has changed since. What was read may be wrong: open it again.
  bool outdated() const;
  // Error GALLERY_CORRUPT when somebody has changed the tables since the file was opened.
  void require_same_schema();
  // Error IO when another file, or none, is where ours was, or its log or shared memory is not what it was. What we
  // read and write would then be no longer in the gallery that others see.
  void require_in_place() const;
  // Whether `other` was opened on the same file.
  bool is_same_file(const Store& other) const;

  // ---- Encryption ----
  const Codec& codec() const { return codec_; }
  // Reads data keys that came into use since the gallery was opened. False if there are none. Errors of Keyring::codec.
  bool follow_keys();
  // Wraps the data keys with another source. With `new_key` also adds a data key, unless an earlier new one is not in
  // use for all rows yet. Once committed, call follow_keys(). Errors WRONG_STATE when the gallery is not encrypted;
  // GALLERY_KEY when somebody else has changed the key.
  void rewrap(const std::shared_ptr<const KeySource>& to, bool new_key);
  // From now on `source` unwraps them. Returns the source before.
  std::shared_ptr<const KeySource> wrapped_by(std::shared_ptr<const KeySource> source) {
    return std::exchange(key_, std::move(source));
  }
  // Seals some more rows with the newest key. True when all are sealed with it and the old key is gone. Error
  // GALLERY_KEY.
  bool reseal();
  const std::shared_ptr<const KeySource>& key_source() const { return key_; }
  bool reencrypting() const { return ring_.turning(); }

  // ---- Erasing and the audit log ----
  void add_erase_pending(int64_t now);
  bool erase_pending();
  // Whether erasing was pending when the last transaction began.
  bool erasing_is_left() const { return erasing_is_left_; }
  void remove_erase_pending();
  void require_secure_delete();
  AuditLog audit() { return {*connection_, codec_, id_}; }
  // What the owner has set: as the file has it now, or as the open transaction has changed it.
  OwnerSettings settings();
  // To be changed; part of the open transaction.
  OwnerSettings& change_settings();

  // ---- Transactions ----
  // False when another process is writing.
  bool try_begin();
  // Waits for it.
  void begin();
  // Error WRONG_STATE when SQLite has undone it.
  void commit();
  void rollback();
  // To be called after a commit that failed: makes sure that a crash does not bring it back. Error IO when the disk
  // does not allow that.
  void require_undone();
  // Begins a part of the open transaction, which can be undone alone. Parts do not lie within one another.
  void begin_part();
  void end_part();
  // Undoes the part. False when memory or disk are too short for that: then the whole transaction is undone.
  bool undo_part() noexcept;
  // A transaction is open for writing: it was begun, and neither ended nor undone by SQLite since.
  bool in_transaction() const { return connection_->is_writing(); }
  // A number that changes whenever another connection has committed.
  int64_t data_version();
  // How often the gallery had moved when it was opened; nothing where that could not be read. And Error GALLERY_RECIPE if
  // it has moved more often since, as a handle knows that opens its file anew.
  std::optional<int64_t> moves() const { return moves_; }
  void require_moves(std::optional<int64_t> moves);

  // ---- Persons ---- (false: no such person; Error ALREADY_EXISTS names the external id)
  int64_t add_person(const PersonFields& fields);
  bool update_person(int64_t person, const PersonFields& fields);
  bool remove_person(int64_t person);
  std::vector<Person> persons(const PersonQuery& query);
  std::optional<Person> person(int64_t person);
  std::vector<int64_t> expired_persons(int64_t now);
  void see_person(int64_t person, int64_t now);

  // ---- Groups ---- (false: no such person). A group exists while it has a member.
  bool join_group(int64_t person, const std::string& group);
  bool leave_group(int64_t person, const std::string& group);
  std::optional<int64_t> group_of(const std::string& name);
  std::vector<Group> groups();

  // ---- Templates ----
  // Nothing: there is no such person.
  std::optional<int64_t> add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields);
  int64_t templates_of(int64_t person);                         // how many
  std::optional<int64_t> remove_template(int64_t template_id);  // whose it was; nothing: there is none
  std::optional<std::vector<Template>> templates(int64_t person);

  // ---- Moving to other models (moving.cc) ----
  // Error GALLERY_RECIPE when the gallery has moved to other models since it was opened; GALLERY_CORRUPT when its stamp
  // is not what its owner's settings say. If these cannot be read, does nothing: whoever needs them will say so.
  void require_same_recipe();
  MoveState move_state();
  // The embedding that a template will have. False: no such template. Error WRONG_STATE when those of a third recipe
  // are staged.
  bool stage(const Recipe& to, int64_t template_id, const Embedding& embedding);
  // Up to `limit` templates with ids above `after` that have none.
  std::vector<TemplateOwner> unstaged(int64_t after, int64_t limit);
  void unstage_all();
  // Gives all templates their staged embeddings and removes those that have none; the threshold of the owner, which was
  // for the other distances, goes. From then on this store is of a gallery that has moved, too. Errors WRONG_STATE
  // (nothing is staged for this recipe), GALLERY_CORRUPT.
  void move(const Recipe& to);
  // A picture from which a template can be made again. False: no such template.
  bool keep_chip(int64_t template_id, std::span<const uint8_t> picture);
  std::optional<std::vector<uint8_t>> kept_chip(int64_t template_id);
  void remove_chips();

  // ---- Import ---- (a transaction must be open)
  bool is_unused();  // nobody was ever in it
  // Keeps the id of `person`, or gives a new one. Errors ALREADY_EXISTS (external id), GALLERY_CORRUPT (the id was used
  // before).
  int64_t import_person(const Person& person, bool keep_id);
  void import_template(int64_t person, const Template& one, bool keep_id);

  // ---- Who is eligible ---- (read without checking tags: the person's own row must prove it before it counts)
  std::vector<Restriction> restrictions();  // of those who are not always eligible
  std::optional<Restriction> restriction(int64_t person);
  std::vector<int64_t> group_ids_of(int64_t person);
  std::vector<int64_t> persons_of_group(int64_t group);
  std::vector<int64_t> persons_after(int64_t person, int64_t limit = std::numeric_limits<int64_t>::max());
  // Changes are numbered in order, but only the latest are kept.
  int64_t last_eligibility_change();
  // The persons whose eligibility changed after that number; nothing if some of the changes are not kept any more.
  std::optional<std::vector<int64_t>> eligibility_changed_after(int64_t change);

  // ---- For the index ----
  GalleryCounts counts();
  std::vector<int64_t> template_ids();  // ascending
  // Removals are numbered in order, but only the latest are kept.
  int64_t last_removal();
  // The ids of the templates that were removed after that number; nothing if some of them are not kept any more.
  std::optional<std::vector<int64_t>> removed_after(int64_t removal);
  using Visitor = std::function<void(int64_t template_id, int64_t person, const Embedding&, float offset)>;
  void visit_templates_after(int64_t template_id, int threads, const Visitor& visit);
  void visit_template(int64_t template_id, const Visitor& visit);

 private:
  Store(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const FileState& opened);
  Store(const GalleryOptions& options, const FileState& opened, bool frozen, OpenedGallery gallery);
  const KeySource& source() const;
  void change_keys(const std::function<void(Keyring&, const KeySource& now)>& change);
  int64_t next_id(const char* table, int64_t last);
  void take_up_settings();
  bool overwrite_failed_commit() noexcept;
  void require_staged_sound(const Codec& target);
  void take_staged(const Recipe& to);
  std::optional<int64_t> owner_of(int64_t template_id);
  void unstage_person(int64_t person);
  void require_log_in_place() const;
  bool is_log_in_place() const noexcept { return log_ == 0 || file_at(log_path_) == log_; }
  void require_free(const std::optional<std::string>& external_id, int64_t person);
  void insert(const Person& person, const char* twice = nullptr);  // `twice`: the message if the id is used already
  void join(int64_t person, const std::string& group);
  bool is_proved(int64_t person);          // false: no such person. Error GALLERY_CORRUPT if the row was altered
  std::vector<int64_t> ids(Query& query);  // in any order
  std::optional<std::vector<int64_t>> journal_after(const char* range, const char* entries, int64_t number);
  void note_eligibility(int64_t person);
  void set_groups(int64_t person, const std::vector<std::string>& groups);
  std::vector<int64_t> leave_all_groups(int64_t person);  // returns which
  void remove_if_empty(const std::vector<int64_t>& groups);
  void note_removals();
  [[noreturn]] void refuse_constraint(int code, const std::optional<std::string>& external_id) const;

  FileState opened_;
  bool frozen_ = false;
  std::unique_ptr<Connection> connection_;
  Stamp stamp_;
  Recipe origin_;
  GalleryId id_;
  std::shared_ptr<const KeySource> key_;
  Keyring ring_;
  Codec codec_;
  FileState file_;                                      // our file, to recognise it
  std::string log_path_;                                // the path of its log
  uint64_t log_ = 0;                                    // the inode of that file
  int64_t checked_version_ = -1, checked_schema_ = -1;  // what require_same_schema() has seen
  std::optional<OwnerSettings> settings_;               // while a transaction is open
  bool settings_changed_ = false;
  std::optional<OwnerSettings> settings_before_;  // the settings when the open part began
  bool settings_changed_before_ = false;
  int64_t recipe_version_ = -1;   // what require_same_recipe() has seen
  std::optional<int64_t> moves_;  // how often the gallery had moved, when it was opened
  bool may_come_back_ = false;    // after a crash, a commit that failed
  bool erasing_is_left_ = false;
};

}  // namespace visavis
