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

// Beyond it, numbers could not be told apart everywhere.
constexpr int64_t kMostId = int64_t{1} << 53;

bool says_who_is_eligible(const PersonFields& fields) {
  return fields.enabled || fields.valid_from || fields.valid_until || fields.expires_at || fields.groups;
}

}  // namespace

Store::Store(const std::string& path, const Recipe& recipe, const GalleryOptions& options)
    : Store(path, recipe, options, look_at(path)) {}

// With an empty log the main file is all there is, and reading it needs neither locks nor files of our own.
Store::Store(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const FileState& opened)
    : Store(options, opened, options.mode == GalleryMode::read_only && opened.log_size == 0,
            open_gallery(path, recipe, options, options.mode == GalleryMode::read_only && opened.log_size == 0)) {}

Store::Store(const GalleryOptions& options, const FileState& opened, bool frozen, OpenedGallery gallery)
    : opened_(opened),
      frozen_(frozen),
      connection_(std::move(gallery.connection)),
      stamp_(read_stamp(*connection_)),
      id_(read_gallery_id(*connection_)),
      key_(options.key),
      ring_(std::move(gallery.ring)),
      codec_(std::move(gallery.codec)),
      file_(look_at(connection_->path())),
      log_path_(connection_->path() + "-wal"),
      log_(frozen_ ? 0 : file_at(log_path_)) {
  require_same_schema();
}

Store::~Store() {
  if (connection_ && (!is_log_in_place() || connection_->what_is_lost())) connection_->leave();
}

void Store::require_same_schema() {
  const int64_t version = data_version();
  if (version == checked_version_) return;
  int64_t schema = 0;
  {
    Query query(*connection_, sql::kSchemaVersion);
    query.next();
    schema = query.integer(0);
  }
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

// SQLite would go on writing into a log, or by an index of it, that nobody else sees. Takes no memory unless it fails:
// it is asked after a commit, too.
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
    follow_keys();  // whoever writes, writes with the newest key
    settings_ = OwnerSettings::read(*connection_, codec_);
    settings_changed_ = false;
  } catch (...) {
    rollback();
    throw;
  }
}

void Store::commit() {
  if (settings_changed_) settings_->write(*connection_, codec_);
  require_log_in_place();
  connection_->execute(sql::kCommit);
  settings_.reset();
  require_log_in_place();  // acknowledged must mean there
}

void Store::rollback() {
  settings_.reset();
  if (in_transaction()) connection_->roll_back();  // SQLite may have done so itself
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

void Store::refuse_constraint(int code, const PersonFields& fields) const {
  if (code == SQLITE_CONSTRAINT_UNIQUE)
    throw Error(VAV_E_ALREADY_EXISTS, "external id \"" + fields.external_id.value_or("") +
                                          "\" belongs to another person of the gallery already");
  connection_->fail(code);
}

// SQLite's own count could have been set back; the owner's settings cannot.
int64_t Store::next_id(const char* table, int64_t last) {
  Query query(*connection_, sql::kLastId);
  query.bind(std::string(table)).next();
  const int64_t highest = std::max(query.integer(0), last);
  if (highest >= kMostId)
    throw Error(VAV_E_GALLERY_CORRUPT, connection_->path() + ": no id is left for a new " + table +
                                           "; somebody has altered the file: restore a backup");
  return highest + 1;
}

// While two data keys are in use, the column's own uniqueness does not see across them.
void Store::require_free(const std::optional<std::string>& external_id, int64_t person, const PersonFields& fields) {
  if (!external_id || !ring_.turning()) return;
  for (const StoredValue& key : codec_.keys(*external_id, Column::external_id)) {
    Query owner(*connection_, sql::kOwnerOfExternalKey);
    if (owner.bind(key).next() && owner.integer(0) != person) refuse_constraint(SQLITE_CONSTRAINT_UNIQUE, fields);
  }
}

int64_t Store::add_person(const PersonFields& fields) {
  const auto time = [](const std::optional<int64_t>& t) { return t == kNoTime ? std::nullopt : t; };
  const auto text = [](const std::optional<std::string>& t) { return t == "" ? std::nullopt : t; };
  const auto external_id = text(fields.external_id);
  int64_t& last = change_settings().last_person;
  const int64_t person = next_id("person", last);
  const auto stored = [&](const std::optional<std::string>& t, Column column) {
    return codec_.text(t, {column, person, 0});
  };
  require_free(external_id, person, fields);
  {
    Query query(*connection_, sql::kAddPerson);
    query.bind(person).bind(name_key(fields.name)).bind(stored(fields.name, Column::name));
    query.bind(codec_.key(external_id, Column::external_id)).bind(stored(external_id, Column::external_id));
    query.bind(stored(fields.metadata.value_or("{}"), Column::metadata)).bind(int64_t{fields.enabled.value_or(true)});
    query.bind(time(fields.valid_from)).bind(time(fields.valid_until));
    query.bind(stored(text(fields.consent_ref), Column::consent_ref));
    query.bind(time(fields.consent_at)).bind(time(fields.expires_at)).bind(now_ms());
    if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, fields);
  }
  last = person;
  if (fields.groups) set_groups(person, *fields.groups);
  tag_person_row(*connection_, codec_, person);
  if (says_who_is_eligible(fields)) note_eligibility(person);
  return person;
}

// With what is stored already: a person who is never valid is a mistake.
void Store::require_valid_once(int64_t person, const PersonFields& fields) {
  if (!fields.valid_from && !fields.valid_until) return;
  const auto stored = restriction(person);
  if (!stored) return;
  const auto becomes = [](const std::optional<int64_t>& given, const std::optional<int64_t>& now) {
    return !given ? now : *given == kNoTime ? std::nullopt : given;
  };
  if (is_never_valid(becomes(fields.valid_from, stored->valid_from), becomes(fields.valid_until, stored->valid_until)))
    throw Error(VAV_E_INVALID_ARGUMENT, "valid_from would not be before valid_until, with the one that person " +
                                            std::to_string(person) + " has already: change both, or take one away");
}

bool Store::update_person(int64_t person, const PersonFields& fields) {
  std::optional<int64_t> enabled;
  if (fields.enabled) enabled = *fields.enabled;
  // "" takes away, and is no text to be stored.
  const auto nothing = [](const std::optional<std::string>& t) { return t == ""; };
  constexpr StoredValue::Kind kText = StoredValue::Kind::text;
  const auto stored = [&](const std::optional<std::string>& t, Column column) {
    return nothing(t) ? StoredValue{kText, ""} : codec_.text(t, {column, person, 0});
  };
  if (!is_proved(person)) return false;
  if (!nothing(fields.external_id)) require_free(fields.external_id, person, fields);
  require_valid_once(person, fields);
  {
    Query query(*connection_, sql::kUpdatePerson);
    query.bind(person).bind(name_key(fields.name)).bind(stored(fields.name, Column::name));
    query.bind(nothing(fields.external_id) ? StoredValue{kText, ""}
                                           : codec_.key(fields.external_id, Column::external_id));
    query.bind(stored(fields.external_id, Column::external_id)).bind(stored(fields.metadata, Column::metadata));
    query.bind(enabled).bind(fields.valid_from).bind(fields.valid_until);
    query.bind(stored(fields.consent_ref, Column::consent_ref));
    query.bind(fields.consent_at).bind(fields.expires_at).bind(now_ms());
    if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, fields);
  }
  if (connection_->changes() == 0) return false;
  if (fields.groups) set_groups(person, *fields.groups);
  tag_person_row(*connection_, codec_, person);
  if (says_who_is_eligible(fields)) note_eligibility(person);
  return true;
}

bool Store::remove_person(int64_t person) {
  note_eligibility(person);
  Query(*connection_, sql::kNoteRemovalsOfPerson).bind(person).next();
  note_removals();
  remove_if_empty(leave_all_groups(person));
  Query(*connection_, sql::kRemovePerson).bind(person).next();
  return connection_->changes() > 0;
}

std::vector<Person> Store::persons(const PersonQuery& wanted) {
  constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
  if (wanted.after == kLast) return {};
  const char* sql = wanted.external_id ? sql::kPersonsByExternalId
                    : wanted.name      ? sql::kPersonsByName
                    : wanted.group     ? sql::kPersonsByGroup
                                       : sql::kPersons;
  const auto keys = [&](const std::optional<std::string>& text, Column column) {
    return text ? codec_.keys(column == Column::external_id ? *text : normal_form(*text), column)
                : std::vector<StoredValue>(1);
  };
  // The question was answered from indexes; the row itself must say the same.
  const auto fits = [&](const Person& person) {
    return (!wanted.name || same_text(person.name, *wanted.name)) &&
           (!wanted.external_id || person.external_id == wanted.external_id) &&
           (!wanted.group || is_member(person, {.groups = {{*wanted.group}}}));
  };
  const Snapshot one_state(*connection_);
  follow_keys();  // a hash by an old key finds nobody who was sealed anew
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
  // One question in most galleries; two data keys are in use only while one is re-encrypted.
  for (const StoredValue& name : keys(wanted.name, Column::name))
    for (const StoredValue& external_id : keys(wanted.external_id, Column::external_id))
      for (const StoredValue& group : keys(wanted.group, Column::group_name)) ask(name, external_id, group);
  if (ring_.turning()) {
    std::sort(persons.begin(), persons.end(), [](const Person& a, const Person& b) { return a.id < b.id; });
    if (static_cast<int64_t>(persons.size()) > wanted.limit) persons.resize(static_cast<size_t>(wanted.limit));
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

// A change ends with a new tag: it must not make right what somebody has altered before.
bool Store::is_proved(int64_t person) { return Store::person(person).has_value(); }

StoredValue Store::name_key(const std::optional<std::string>& name) const {
  return name ? codec_.key(normal_form(*name), Column::name) : StoredValue{};
}

std::optional<Person> Store::person(int64_t person) {
  Query query(*connection_, sql::kPerson);
  if (!query.bind(person).next()) return std::nullopt;
  return read_person_row(*connection_, codec_, query);
}

// ---- Import ----

bool Store::is_unused() {
  if (const OwnerSettings now = settings(); now.last_person != 0 || now.last_template != 0) return false;
  Query query(*connection_, sql::kIsUnused);
  return query.next() && query.integer(0) == 1;
}

int64_t Store::import_person(const Person& person, bool keep_id) {
  int64_t& last = change_settings().last_person;
  const int64_t id = keep_id ? person.id : next_id("person", last);
  const auto stored = [&](const std::optional<std::string>& t, Column column) {
    return codec_.text(t, {column, id, 0});
  };
  const PersonFields named{person.name, person.external_id};
  require_free(person.external_id, id, named);
  {
    Query query(*connection_, sql::kImportPerson);
    query.bind(id).bind(name_key(person.name)).bind(stored(person.name, Column::name));
    query.bind(codec_.key(person.external_id, Column::external_id));
    query.bind(stored(person.external_id, Column::external_id)).bind(stored(person.metadata, Column::metadata));
    query.bind(int64_t{person.enabled}).bind(person.valid_from).bind(person.valid_until);
    query.bind(stored(person.consent_ref, Column::consent_ref)).bind(person.consent_at).bind(person.expires_at);
    query.bind(person.last_seen_at).bind(person.created_at).bind(person.updated_at);
    const int code = query.change();
    if (code == SQLITE_CONSTRAINT_UNIQUE)
      refuse_constraint(code, named);
    else if (code != SQLITE_OK)
      throw Error(VAV_E_GALLERY_CORRUPT, "person " + std::to_string(person.id) + " is in the file twice");
  }
  last = std::max(last, id);
  if (!person.groups.empty()) set_groups(id, person.groups);
  tag_person_row(*connection_, codec_, id);
  if (restriction_of(person).restricted() || !person.groups.empty()) note_eligibility(id);
  return id;
}

void Store::import_template(int64_t person, const Template& one, bool keep_id) {
  int64_t& last = change_settings().last_template;
  const int64_t id = keep_id ? one.id : next_id("template", last);
  Query query(*connection_, sql::kImportTemplate);
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

std::vector<int64_t> Store::ascending_ids(Query& query) {
  std::vector<int64_t> found = ids(query);
  if (std::ranges::adjacent_find(found, std::ranges::greater_equal{}) != found.end()) rows_out_of_order(*connection_);
  return found;
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
