// Rows in and out: each function is one statement of sql.h.
#include "gallery/store.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "gallery/person_row.h"
#include "gallery/sql.h"

namespace visavis {
namespace {

bool says_who_is_a_candidate(const PersonFields& fields) {
  return fields.enabled || fields.valid_from || fields.valid_until || fields.expires_at || fields.groups;
}

}  // namespace

Store::Store(const std::string& path, const Recipe& recipe, const GalleryOptions& options)
    : opened_(look_at(path)),
      // With an empty log the main file is all there is, and reading it needs neither locks nor files of our own.
      frozen_(options.mode == GalleryMode::read_only && opened_.log_size == 0),
      connection_(open_gallery(path, recipe, options, frozen_)),
      stamp_(read_stamp(*connection_)),
      id_(read_gallery_id(*connection_)),
      key_(options.key),
      ring_(Keyring::read(*connection_)),
      codec_(ring_.codec(id_, stamp_.recipe, source())),
      file_(look_at(path)) {}

bool Store::outdated() const { return frozen_ && look_at(connection_->path()) != opened_; }

void Store::require_in_place() const {
  if (frozen_) return;
  const FileState now = look_at(connection_->path());
  if (now.device != file_.device || now.inode != file_.inode)
    throw Error(VAV_E_IO, connection_->path() + ": was moved, replaced or deleted while it was open; open it again");
}

bool Store::try_begin() {
  if (!connection_->try_execute(sql::kBeginWrite)) return false;
  try {
    follow_keys();  // whoever writes, writes with the newest key
  } catch (...) {
    rollback();
    throw;
  }
  return true;
}

void Store::commit() { connection_->execute(sql::kCommit); }

void Store::rollback() {
  if (in_transaction()) connection_->execute(sql::kRollback);  // SQLite may have done so itself
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

int64_t Store::next_id(const char* table) {
  Query query(*connection_, sql::kNextId);
  query.bind(std::string(table)).next();
  return query.integer(0);
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
  const int64_t person = next_id("person");
  const auto stored = [&](const std::optional<std::string>& t, Column column) {
    return codec_.text(t, {column, person, 0});
  };
  require_free(external_id, person, fields);
  {
    Query query(*connection_, sql::kAddPerson);
    query.bind(person).bind(codec_.key(fields.name, Column::name)).bind(stored(fields.name, Column::name));
    query.bind(codec_.key(external_id, Column::external_id)).bind(stored(external_id, Column::external_id));
    query.bind(stored(fields.metadata.value_or("{}"), Column::metadata)).bind(int64_t{fields.enabled.value_or(true)});
    query.bind(time(fields.valid_from)).bind(time(fields.valid_until));
    query.bind(stored(text(fields.consent_ref), Column::consent_ref));
    query.bind(time(fields.consent_at)).bind(time(fields.expires_at)).bind(now_ms());
    if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, fields);
  }
  if (fields.groups) set_groups(person, *fields.groups);
  tag_person_row(*connection_, codec_, person);
  if (says_who_is_a_candidate(fields)) candidates_changed();
  return person;
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
  if (!nothing(fields.external_id)) require_free(fields.external_id, person, fields);
  {
    Query query(*connection_, sql::kUpdatePerson);
    query.bind(person).bind(codec_.key(fields.name, Column::name)).bind(stored(fields.name, Column::name));
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
  if (says_who_is_a_candidate(fields)) candidates_changed();
  return true;
}

bool Store::remove_person(int64_t person) {
  Query(*connection_, sql::kNoteRemovalsOfPerson).bind(person).next();
  note_removals();
  Query(*connection_, sql::kLeaveAllGroups).bind(person).next();
  if (connection_->changes() > 0) connection_->execute(sql::kRemoveEmptyGroups);
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
    return text ? codec_.keys(*text, column) : std::vector<StoredValue>(1);
  };
  const Snapshot one_state(*connection_);
  follow_keys();  // a hash by an old key finds nobody who was sealed anew
  std::vector<Person> persons;
  const auto ask = [&](const StoredValue& name, const StoredValue& external_id, const StoredValue& group) {
    Query query(*connection_, sql);
    query.bind(std::max(wanted.after + 1, wanted.id.value_or(0))).bind(wanted.id.value_or(kLast));
    query.bind(name).bind(external_id).bind(wanted.limit).bind(group);
    while (query.next()) persons.push_back(read_person_row(*connection_, codec_, query));
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

bool Store::exists(int64_t person) { return Query(*connection_, sql::kPersonExists).bind(person).next(); }

void Store::candidates_changed() { connection_->execute(sql::kCandidatesChanged); }

// ---- Groups ----

std::optional<int64_t> Store::group_of(const std::string& name) {
  for (const StoredValue& key : codec_.keys(name, Column::group_name)) {
    Query query(*connection_, sql::kGroupOfKey);
    if (query.bind(key).next()) return query.integer(0);
  }
  return std::nullopt;
}

void Store::join(int64_t person, const std::string& name) {
  auto group = group_of(name);
  if (!group) {
    group = next_id("person_group");
    Query(*connection_, sql::kAddGroup)
        .bind(*group)
        .bind(codec_.key(name, Column::group_name))
        .bind(codec_.text(name, {Column::group_name, 0, *group}))
        .next();
  }
  Query(*connection_, sql::kJoinGroup).bind(person).bind(*group).next();
}

void Store::set_groups(int64_t person, const std::vector<std::string>& groups) {
  Query(*connection_, sql::kLeaveAllGroups).bind(person).next();
  for (const std::string& group : groups) join(person, group);
  connection_->execute(sql::kRemoveEmptyGroups);
}

bool Store::join_group(int64_t person, const std::string& group) {
  if (!exists(person)) return false;
  join(person, group);
  tag_person_row(*connection_, codec_, person);
  candidates_changed();
  return true;
}

bool Store::leave_group(int64_t person, const std::string& name) {
  if (!exists(person)) return false;
  const auto group = group_of(name);
  if (!group) return true;
  Query(*connection_, sql::kLeaveGroup).bind(person).bind(*group).next();
  if (connection_->changes() == 0) return true;
  connection_->execute(sql::kRemoveEmptyGroups);
  tag_person_row(*connection_, codec_, person);
  candidates_changed();
  return true;
}

std::vector<Group> Store::groups() {
  std::vector<Group> groups;
  Query query(*connection_, sql::kGroups);
  while (query.next())
    groups.push_back(
        {codec_.text_of(query, 0, {Column::group_name, 0, query.integer(2)}).value_or(""), query.integer(1)});
  return groups;
}

// ---- Import ----

bool Store::is_unused() {
  Query query(*connection_, sql::kIsUnused);
  return query.next() && query.integer(0) == 1;
}

int64_t Store::import_person(const Person& person, bool keep_id) {
  const int64_t id = keep_id ? person.id : next_id("person");
  const auto stored = [&](const std::optional<std::string>& t, Column column) {
    return codec_.text(t, {column, id, 0});
  };
  const PersonFields named{person.name, person.external_id};
  require_free(person.external_id, id, named);
  {
    Query query(*connection_, sql::kImportPerson);
    query.bind(id).bind(codec_.key(person.name, Column::name)).bind(stored(person.name, Column::name));
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
  if (!person.groups.empty()) set_groups(id, person.groups);
  tag_person_row(*connection_, codec_, id);
  candidates_changed();
  return id;
}

void Store::import_template(int64_t person, const Template& one, bool keep_id) {
  const int64_t id = keep_id ? one.id : next_id("template");
  Query query(*connection_, sql::kImportTemplate);
  query.bind(id).bind(person).bind(codec_.embedding(one.embedding, one.offset, {Column::embedding, person, id}));
  if (one.fields.quality)
    query.bind(double{*one.fields.quality});
  else
    query.bind_null();
  query.bind(codec_.text(one.fields.source, {Column::source, person, id})).bind(one.created_at);
  if (query.change() != SQLITE_OK)
    throw Error(VAV_E_GALLERY_CORRUPT, "template " + std::to_string(one.id) + " is in the file twice");
}

// ---- Who may be a candidate ----

int64_t Store::candidates_version() {
  Query query(*connection_, sql::kCandidatesVersion);
  return query.next() ? query.integer(0) : 0;
}

std::vector<Restriction> Store::restrictions() {
  std::vector<Restriction> restrictions;
  Query query(*connection_, sql::kRestricted);
  while (query.next())
    restrictions.push_back({query.integer(0), query.integer(1) != 0, query.optional_integer(2),
                            query.optional_integer(3), query.optional_integer(4)});
  return restrictions;
}

std::vector<int64_t> Store::persons_after(int64_t person, int64_t limit) {
  Query query(*connection_, sql::kPersonIdsAfter);
  return ids(query.bind(person).bind(limit));
}

std::vector<int64_t> Store::persons_of_group(const std::string& group) {
  const Snapshot one_state(*connection_);
  follow_keys();
  const auto id = group_of(group);
  if (!id) return {};
  Query query(*connection_, sql::kPersonsOfGroup);
  return ids(query.bind(*id));
}

std::vector<int64_t> Store::ids(Query& query) {
  std::vector<int64_t> ids;
  while (query.next()) ids.push_back(query.integer(0));
  return ids;
}

// ---- Templates ----

std::optional<std::string> Store::person_name(int64_t person) {
  Query query(*connection_, sql::kPerson);
  if (!query.bind(person).next()) return std::nullopt;
  return read_person_row(*connection_, codec_, query).name;
}

std::optional<int64_t> Store::add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields) {
  constexpr float kOffset = 0;  // this recipe's distances have none
  const int64_t id = next_id("template");
  Query query(*connection_, sql::kAddTemplate);
  query.bind(id).bind(person).bind(codec_.embedding(embedding, kOffset, {Column::embedding, person, id}));
  if (fields.quality)
    query.bind(double{*fields.quality});
  else
    query.bind_null();
  const int code = query.bind(codec_.text(fields.source, {Column::source, person, id})).bind(now_ms()).change();
  if (code == SQLITE_CONSTRAINT_FOREIGNKEY) return std::nullopt;
  if (code != SQLITE_OK) connection_->fail(code);
  return id;
}

int64_t Store::templates_of(int64_t person) {
  Query query(*connection_, sql::kTemplateCount);
  query.bind(person).next();
  return query.integer(0);
}

bool Store::remove_template(int64_t template_id) {
  Query(*connection_, sql::kRemoveTemplate).bind(template_id).next();
  if (connection_->changes() == 0) return false;
  Query(*connection_, sql::kNoteRemoval).bind(template_id).next();
  note_removals();
  return true;
}

// Who has not looked for so many removals reads all ids instead.
void Store::note_removals() {
  constexpr int64_t kKept = 10'000;
  Query(*connection_, sql::kForgetRemovals).bind(kKept).next();
}

int64_t Store::last_removal() {
  Query query(*connection_, sql::kRemovalRange);
  query.next();
  return query.integer(1);
}

std::optional<std::vector<int64_t>> Store::removed_after(int64_t removal) {
  {
    Query range(*connection_, sql::kRemovalRange);
    range.next();
    if (range.integer(1) < removal || (range.integer(1) > removal && range.integer(0) > removal + 1))
      return std::nullopt;
  }
  std::vector<int64_t> ids;
  Query query(*connection_, sql::kRemovalsAfter);
  query.bind(removal);
  while (query.next()) ids.push_back(query.integer(0));
  return ids;
}

std::optional<std::vector<Template>> Store::templates(int64_t person) {
  Query query(*connection_, sql::kTemplatesOfPerson);
  query.bind(person);
  if (!query.next()) return std::nullopt;
  std::vector<Template> templates;
  if (query.is_null(0)) return templates;
  do {
    Template one;
    one.id = query.integer(0);
    const Codec::Template stored = codec_.embedding_of(query.bytes(1), {Column::embedding, person, one.id});
    one.embedding = stored.embedding;
    one.offset = stored.offset;
    if (!query.is_null(2)) one.fields.quality = static_cast<float>(query.real(2));
    one.fields.source = codec_.text_of(query, 3, {Column::source, person, one.id});
    one.created_at = query.integer(4);
    templates.push_back(std::move(one));
  } while (query.next());
  return templates;
}

GalleryCounts Store::counts() {
  Query query(*connection_, sql::kCounts);
  query.next();
  return {query.integer(0), query.integer(1)};
}

int64_t Store::last_template_id() {
  Query query(*connection_, sql::kLastTemplateId);
  query.next();
  return query.integer(0);
}

std::vector<int64_t> Store::template_ids() {
  std::vector<int64_t> ids;
  Query query(*connection_, sql::kTemplateIds);
  while (query.next()) ids.push_back(query.integer(0));
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace visavis
