// Persons, groups and settings as rows, in and out; the statements stand in sql.h, the other rows in store_*.cc.
#include "gallery/store/store.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "gallery/eligibility.h"
#include "gallery/store/person_row.h"
#include "gallery/store/schema.h"
#include "gallery/store/sql.h"
#include "gallery/store/sqlite_error.h"

namespace visavis {
namespace {

// Above this, some languages cannot tell one number from the next.
constexpr int64_t kMostId = int64_t{1} << 53;

bool says_who_is_eligible(const PersonFields& fields) {
  return fields.enabled || fields.valid_from || fields.valid_until || fields.expires_at || fields.groups;
}

}  // namespace

Store::Store(const std::string& path, const Recipe& recipe, const GalleryOptions& options)
    : Store(path, recipe, options, look_at(path)) {}

// If the log is empty, the main file has everything: reading it needs neither locks nor files of our own.
Store::Store(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const FileState& opened)
    : Store(options, opened, options.mode == GalleryMode::read_only && opened.log_size == 0,
            open_gallery(path, recipe, options, options.mode == GalleryMode::read_only && opened.log_size == 0)) {}

Store::Store(const GalleryOptions& options, const FileState& opened, bool frozen, OpenedGallery gallery)
    : opened_(opened),
      frozen_(frozen),
      connection_(std::move(gallery.connection)),
      stamp_(std::move(gallery.stamp)),
      origin_(std::move(gallery.origin)),
      id_(read_gallery_id(*connection_)),
      key_(options.key),
      ring_(std::move(gallery.ring)),
      codec_(std::move(gallery.codec)),
      file_(look_at(connection_->path())),
      log_path_(connection_->path() + "-wal"),
      log_(frozen_ ? 0 : file_at(log_path_)) {
  require_same_schema();
  require_same_recipe();  // from now on it is known whether the gallery has moved since
}

Store::~Store() {
  if (connection_ && (!is_log_in_place() || connection_->what_is_lost())) connection_->leave();
}

void Store::require_same_schema() {
  const int64_t version = data_version();
  if (version == checked_version_) return;
  const auto number = [&](const char* sql) {
    Query query(*connection_, sql);
    query.next();
    return query.integer(0);
  };
  schema::refuse_newer(*connection_, number(sql::kUserVersionOf));  // which may have updated it meanwhile
  const int64_t schema = number(sql::kSchemaVersion);
  if (schema != checked_schema_) schema::require_ours(*connection_);
  checked_schema_ = schema;
  checked_version_ = version;
}

bool Store::outdated() const { return frozen_ && look_at(connection_->path()) != opened_; }

bool Store::is_same_file(const Store& other) const {
  return file_.device == other.file_.device && file_.inode == other.file_.inode;
}

void Store::require_in_place() const {
  const FileState now = look_at(connection_->path());
  if (now.device != file_.device || now.inode != file_.inode)
    throw Error(VAV_E_IO, connection_->path() + ": was moved, replaced or deleted while it was open; open it again");
  if (!frozen_) require_log_in_place();
}

// SQLite would go on writing into a log, or use an index of it, that nobody else sees. Takes no memory unless it fails:
// it is called after a commit, too.
void Store::require_log_in_place() const {
  if (!is_log_in_place())
    throw Error(VAV_E_IO, connection_->path() + ": its -wal file was moved, replaced or deleted while it was open; " +
                              "what was changed last may be lost. Close it everywhere and open it again");
  if (const char* what = connection_->what_is_lost()) throw Error(VAV_E_IO, connection_->path() + ": " + what);
}

bool Store::try_begin() {
  if (!connection_->try_execute(sql::kBeginWrite)) return false;
  take_up_settings();
  return true;
}

void Store::begin() {
  connection_->execute(sql::kBeginWrite);
  take_up_settings();
}

void Store::take_up_settings() {
  try {
    require_same_schema();
    follow_keys();  // every change is sealed with the newest key
    require_same_recipe();
    erasing_is_left_ = erase_pending();
    settings_ = OwnerSettings::read(*connection_, codec_);
    settings_changed_ = false;
  } catch (...) {
    rollback();
    throw;
  }
}

void Store::commit() {
  if (!in_transaction()) throw Error(VAV_E_WRONG_STATE, connection_->path() + ": " + kUndoneAdvice);
  if (settings_changed_) settings_->write(*connection_, codec_);
  require_log_in_place();
  try {
    connection_->execute(sql::kCommit);
  } catch (const Error& e) {
    if (overwrite_failed_commit()) throw;
    throw Error(e.code(), std::string(e.what()) + "; " + kUnknownAdvice);
  } catch (...) {
    overwrite_failed_commit();
    throw;
  }
  settings_.reset();
  may_come_back_ = true;
  require_log_in_place();  // a change that returns VAV_OK must be in the file
  may_come_back_ = false;
}

// SQLite has rolled the transaction back. But the whole of it may be in the log already, behind the part that counts,
// and could count again after a crash. Whatever anybody writes next overwrites its beginning, and then the rest is no
// valid continuation. So something is written at once.
bool Store::overwrite_failed_commit() noexcept {
  may_come_back_ = true;
  try {
    connection_->roll_back();
    if (!connection_->try_execute(sql::kBeginWrite)) return false;
    require_log_in_place();
    connection_->execute(sql::kWriteTheSame);
    connection_->execute(sql::kCommit);
    may_come_back_ = false;
  } catch (const std::exception&) {
    connection_->give_up();
  }
  return !may_come_back_;
}

void Store::require_undone() {
  if (may_come_back_ && !overwrite_failed_commit())
    throw Error(VAV_E_IO, connection_->path() + ": the transaction has ended; " + kUnknownAdvice);
}

void Store::rollback() {
  settings_.reset();
  connection_->roll_back();
}

void Store::begin_part() {
  for (const char* later : {sql::kUndoPart, sql::kEndPart})
    Query(*connection_, later);  // prepared now, so that undoing needs less memory
  settings_before_ = settings_;
  settings_changed_before_ = settings_changed_;
  connection_->execute(sql::kBeginPart);
}

void Store::end_part() { connection_->execute(sql::kEndPart); }

bool Store::undo_part() noexcept {
  try {
    if (in_transaction()) {
      connection_->execute(sql::kUndoPart);
      connection_->execute(sql::kEndPart);
    }
  } catch (const std::exception&) {
    connection_->give_up();
  }
  if (!in_transaction()) return false;
  settings_ = std::move(settings_before_);  // which needs no memory
  settings_changed_ = settings_changed_before_;
  return true;
}

OwnerSettings Store::settings() {
  return settings_ && in_transaction() ? *settings_ : OwnerSettings::read(*connection_, codec_);
}

OwnerSettings& Store::change_settings() {
  if (!settings_ || !in_transaction()) throw Error(VAV_E_INTERNAL, "settings are changed in a transaction only");
  settings_changed_ = true;
  return *settings_;
}

int64_t Store::data_version() {
  Query query(*connection_, sql::kDataVersion);
  query.next();
  return query.integer(0);
}

void Store::refuse_constraint(int code, const std::optional<std::string>& external_id) const {
  if (code == SQLITE_CONSTRAINT_UNIQUE)
    throw Error(VAV_E_ALREADY_EXISTS,
                "external id \"" + external_id.value_or("") + "\" belongs to another person of the gallery already");
  connection_->fail(code);
}

// Somebody could set SQLite's own count back, but not the owner's settings.
int64_t Store::next_id(const char* table, int64_t last) {
  Query query(*connection_, sql::kLastId);
  query.bind(std::string(table)).next();
  const int64_t highest = std::max(query.integer(0), last);
  if (highest >= kMostId)
    throw Error(VAV_E_GALLERY_CORRUPT, connection_->path() + ": no id is left for a new " + table +
                                           "; somebody has altered the file: restore a backup");
  return highest + 1;
}

// While two data keys are in use, UNIQUE of the column does not find equal texts that are sealed with different keys.
void Store::require_free(const std::optional<std::string>& external_id, int64_t person) {
  if (!external_id || !ring_.turning()) return;
  for (const StoredValue& key : codec_.keys(*external_id, Column::external_id)) {
    Query owner(*connection_, sql::kOwnerOfExternalKey);
    if (owner.bind(key).next() && owner.integer(0) != person) refuse_constraint(SQLITE_CONSTRAINT_UNIQUE, external_id);
  }
}

// Adds a new row; its tag is written when the groups are known.
void Store::insert(const Person& person, const char* twice) {
  require_free(person.external_id, person.id);
  Query query(*connection_, PersonSql::get().insert.c_str());
  bind_person(query, codec_, person);
  const int code = query.change();
  if (code == SQLITE_CONSTRAINT_UNIQUE || (code != SQLITE_OK && !twice)) refuse_constraint(code, person.external_id);
  if (code != SQLITE_OK) throw Error(VAV_E_GALLERY_CORRUPT, twice);
}

int64_t Store::add_person(const PersonFields& fields) {
  int64_t& last = change_settings().last_person;
  Person person;
  person.id = next_id("person", last);
  person.metadata = "{}";
  apply(fields, person);
  person.created_at = person.updated_at = now_ms();
  insert(person);
  last = person.id;
  if (fields.groups) set_groups(person.id, *fields.groups);
  tag_person_row(*connection_, codec_, person.id);
  if (says_who_is_eligible(fields)) note_eligibility(person.id);
  return person.id;
}

bool Store::update_person(int64_t id, const PersonFields& fields) {
  auto person = Store::person(id);  // its tag is checked: a change writes a new one
  if (!person) return false;
  apply(fields, *person);
  if (fields.external_id) require_free(person->external_id, id);
  if ((fields.valid_from || fields.valid_until) && is_never_valid(person->valid_from, person->valid_until))
    throw Error(VAV_E_INVALID_ARGUMENT, "valid_from would not be before valid_until, with the one that person " +
                                            std::to_string(id) + " has already: change both, or take one away");
  person->updated_at = now_ms();
  {
    Query query(*connection_, PersonSql::get().write.c_str());
    bind_person(query, codec_, *person);
    if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, person->external_id);
  }
  if (fields.groups) set_groups(id, *fields.groups);
  tag_person_row(*connection_, codec_, id);
  if (says_who_is_eligible(fields)) note_eligibility(id);
  return true;
}

bool Store::remove_person(int64_t person) {
  note_eligibility(person);
  Query(*connection_, sql::kNoteRemovalsOfPerson).bind(person).next();
  note_removals();
  unstage_person(person);
  remove_if_empty(leave_all_groups(person));
  Query(*connection_, sql::kRemovePerson).bind(person).next();
  return connection_->changes() > 0;
}

std::vector<Person> Store::persons(const PersonQuery& wanted) {
  constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
  if (wanted.after == kLast) return {};
  const PersonSql& ways = PersonSql::get();
  const char* sql = (wanted.external_id ? ways.by_external_id
                     : wanted.name      ? ways.by_name
                     : wanted.group     ? ways.by_group
                                        : ways.page)
                        .c_str();
  const auto keys = [&](const std::optional<std::string>& text, Column column) {
    return text ? codec_.keys(column == Column::external_id ? *text : normal_form(*text), column)
                : std::vector<StoredValue>(1);
  };
  // Indexes have answered the question; the row itself must say the same.
  const auto fits = [&](const Person& person) {
    return (!wanted.name || same_text(person.name, *wanted.name)) &&
           (!wanted.external_id || person.external_id == wanted.external_id) &&
           (!wanted.group || is_member(person, {.groups = {{*wanted.group}}}));
  };
  const Snapshot one_state(*connection_);
  follow_keys();  // a hash by an old key does not find persons who are sealed with the new one
  std::vector<Person> persons;
  const auto ask = [&](const StoredValue& name, const StoredValue& external_id, const StoredValue& group) {
    Query query(*connection_, sql);
    query.bind(std::max(wanted.after + 1, wanted.id.value_or(0))).bind(wanted.id.value_or(kLast));
    query.bind(name).bind(external_id).bind(wanted.limit).bind(group);
    for (int64_t last = wanted.after; query.next(); last = persons.back().id) {
      persons.push_back(read_person_row(*connection_, codec_, query));
      if (persons.back().id <= last) rows_out_of_order(*connection_);
      if (!fits(persons.back()))
        throw Error(VAV_E_GALLERY_CORRUPT, connection_->path() + ": the indexes of the file say of person " +
                                               std::to_string(persons.back().id) +
                                               " what the person's row does not; somebody has altered the file, or it "
                                               "is damaged: restore a backup");
    }
  };
  // One question in most galleries: two data keys are in use only while the gallery is re-encrypted.
  for (const StoredValue& name : keys(wanted.name, Column::name))
    for (const StoredValue& external_id : keys(wanted.external_id, Column::external_id))
      for (const StoredValue& group : keys(wanted.group, Column::group_name)) ask(name, external_id, group);
  if (ring_.turning()) {
    std::sort(persons.begin(), persons.end(), [](const Person& a, const Person& b) { return a.id < b.id; });
    if (int64_t(persons.size()) > wanted.limit) persons.resize(size_t(wanted.limit));
  }
  return persons;
}

std::vector<int64_t> Store::expired_persons(int64_t now) {
  Query query(*connection_, sql::kPurgeable);
  return ids(query.bind(now));
}

void Store::see_person(int64_t person, int64_t now) {
  Query(*connection_, sql::kSeePerson).bind(person).bind(now).next();
}

// A change writes a new tag. It must not make valid what somebody has altered before.
bool Store::is_proved(int64_t person) { return Store::person(person).has_value(); }

std::optional<Person> Store::person(int64_t person) {
  Query query(*connection_, PersonSql::get().one.c_str());
  if (!query.bind(person).next()) return std::nullopt;
  return read_person_row(*connection_, codec_, query);
}

// ---- Import ----

bool Store::is_unused() {
  if (const OwnerSettings now = settings(); now.last_person != 0 || now.last_template != 0) return false;
  Query query(*connection_, sql::kIsUnused);
  return query.next() && query.integer(0) == 1;
}

int64_t Store::import_person(const Person& given, bool keep_id) {
  int64_t& last = change_settings().last_person;
  Person person = given;
  if (!keep_id) person.id = next_id("person", last);
  const std::string twice = "person " + std::to_string(given.id) + " is in the file twice";
  insert(person, twice.c_str());
  last = std::max(last, person.id);
  if (!person.groups.empty()) set_groups(person.id, person.groups);
  tag_person_row(*connection_, codec_, person.id);
  if (restriction_of(person).restricted() || !person.groups.empty()) note_eligibility(person.id);
  return person.id;
}

void Store::import_template(int64_t person, const Template& one, bool keep_id) {
  int64_t& last = change_settings().last_template;
  const int64_t id = keep_id ? one.id : next_id("template", last);
  Query query(*connection_, sql::kAddTemplate);
  query.bind(id).bind(person).bind(codec_.embedding(one.embedding, one.offset, {Column::embedding, person, id}));
  if (one.fields.quality)
    query.bind(double{*one.fields.quality});
  else
    query.bind_null();
  query.bind(codec_.text(one.fields.source, {Column::source, person, id})).bind(one.created_at);
  if (query.change() != SQLITE_OK)
    throw Error(VAV_E_GALLERY_CORRUPT, "template " + std::to_string(one.id) + " is in the file twice");
  last = std::max(last, id);
}

// ---- What everybody needs ----

std::vector<int64_t> Store::ids(Query& query) {
  std::vector<int64_t> ids;
  while (query.next()) ids.push_back(query.integer(0));
  return ids;
}

std::optional<std::vector<int64_t>> Store::journal_after(const char* range, const char* entries, int64_t number) {
  {
    Query query(*connection_, range);
    query.next();
    const int64_t first = query.integer(0), last = query.integer(1);
    if (last < number || (last > number && first > number + 1)) return std::nullopt;
  }
  Query query(*connection_, entries);
  return ids(query.bind(number));
}

GalleryCounts Store::counts() {
  Query query(*connection_, sql::kCounts);
  query.next();
  return {query.integer(0), query.integer(1)};
}

}  // namespace visavis
