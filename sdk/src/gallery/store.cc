// Rows in and out: each function is one statement of sql.h.
#include "gallery/store.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "gallery/embedding_bytes.h"
#include "gallery/sql.h"

namespace visavis {
namespace {

// The one place where the texts of persons, groups and templates become what is stored, and back; and what is asked for
// when one of them is looked up.
const std::optional<std::string>& stored(const std::optional<std::string>& text) { return text; }
const std::optional<std::string>& key_of(const std::optional<std::string>& text) { return text; }
std::optional<std::string> text_of(const Query& query, int column) { return query.optional_text(column); }

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
      file_(look_at(path)) {}

bool Store::outdated() const { return frozen_ && look_at(connection_->path()) != opened_; }

void Store::require_in_place() const {
  if (frozen_) return;
  const FileState now = look_at(connection_->path());
  if (now.device != file_.device || now.inode != file_.inode)
    throw Error(VAV_E_IO, connection_->path() + ": was moved, replaced or deleted while it was open; open it again");
}

bool Store::try_begin() { return connection_->try_execute(sql::kBeginWrite); }

void Store::commit() { connection_->execute(sql::kCommit); }

void Store::rollback() { connection_->execute(sql::kRollback); }

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

int64_t Store::add_person(const PersonFields& fields) {
  const auto time = [](const std::optional<int64_t>& t) { return t == kNoTime ? std::nullopt : t; };
  const auto text = [](const std::optional<std::string>& t) { return t == "" ? std::nullopt : t; };
  const auto external_id = text(fields.external_id);
  Query query(*connection_, sql::kAddPerson);
  query.bind(key_of(fields.name)).bind(stored(fields.name)).bind(key_of(external_id)).bind(stored(external_id));
  query.bind(stored(fields.metadata.value_or("{}"))).bind(int64_t{fields.enabled.value_or(true)});
  query.bind(time(fields.valid_from)).bind(time(fields.valid_until)).bind(stored(text(fields.consent_ref)));
  query.bind(time(fields.consent_at)).bind(time(fields.expires_at)).bind(now_ms());
  if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, fields);
  const int64_t person = connection_->last_id();
  if (fields.groups) set_groups(person, *fields.groups);
  if (says_who_is_a_candidate(fields)) candidates_changed();
  return person;
}

bool Store::update_person(int64_t person, const PersonFields& fields) {
  std::optional<int64_t> enabled;
  if (fields.enabled) enabled = *fields.enabled;
  // "" takes away, and is no text to be stored.
  const auto or_nothing = [](const std::optional<std::string>& t) { return t == "" ? t : stored(t); };
  {
    Query query(*connection_, sql::kUpdatePerson);
    query.bind(person).bind(key_of(fields.name)).bind(stored(fields.name));
    query.bind(fields.external_id == "" ? fields.external_id : key_of(fields.external_id));
    query.bind(or_nothing(fields.external_id)).bind(stored(fields.metadata)).bind(enabled);
    query.bind(fields.valid_from).bind(fields.valid_until).bind(or_nothing(fields.consent_ref));
    query.bind(fields.consent_at).bind(fields.expires_at).bind(now_ms());
    if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, fields);
  }
  if (connection_->changes() == 0) return false;
  if (fields.groups) set_groups(person, *fields.groups);
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

Person Store::read_person(const Query& query) {
  Person person;
  person.id = query.integer(0);
  person.name = text_of(query, 1).value_or("");
  person.external_id = text_of(query, 2);
  person.metadata = text_of(query, 3).value_or("");
  person.created_at = query.integer(4);
  person.updated_at = query.integer(5);
  person.enabled = query.integer(6) != 0;
  person.valid_from = query.optional_integer(7);
  person.valid_until = query.optional_integer(8);
  person.consent_ref = text_of(query, 9);
  person.consent_at = query.optional_integer(10);
  person.expires_at = query.optional_integer(11);
  person.last_seen_at = query.optional_integer(12);
  person.templates = query.integer(13);
  Query groups(*connection_, sql::kGroupsOfPerson);
  groups.bind(person.id);
  while (groups.next()) person.groups.push_back(text_of(groups, 0).value_or(""));
  return person;
}

std::vector<Person> Store::persons(const PersonQuery& wanted) {
  constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
  if (wanted.after == kLast) return {};
  const char* sql = wanted.external_id ? sql::kPersonsByExternalId
                    : wanted.name      ? sql::kPersonsByName
                    : wanted.group     ? sql::kPersonsByGroup
                                       : sql::kPersons;
  Query query(*connection_, sql);
  query.bind(std::max(wanted.after + 1, wanted.id.value_or(0))).bind(wanted.id.value_or(kLast));
  query.bind(key_of(wanted.name)).bind(key_of(wanted.external_id)).bind(wanted.limit).bind(key_of(wanted.group));
  std::vector<Person> persons;
  while (query.next()) persons.push_back(read_person(query));
  return persons;
}

std::vector<int64_t> Store::expired_persons(int64_t now) {
  Query query(*connection_, sql::kPurgeable);
  return ids(query.bind(now));
}

void Store::see_person(int64_t person, int64_t now) {
  Query(*connection_, sql::kSeePerson).bind(person).bind(now).next();
}

bool Store::exists(int64_t person) { return Query(*connection_, sql::kPersonName).bind(person).next(); }

void Store::candidates_changed() { connection_->execute(sql::kCandidatesChanged); }

// ---- Groups ----

void Store::set_groups(int64_t person, const std::vector<std::string>& groups) {
  Query(*connection_, sql::kLeaveAllGroups).bind(person).next();
  for (const std::string& group : groups) {
    Query(*connection_, sql::kAddGroup).bind(key_of(group)).bind(stored(group)).next();
    Query(*connection_, sql::kJoinGroup).bind(person).bind(key_of(group)).next();
  }
  connection_->execute(sql::kRemoveEmptyGroups);
}

bool Store::join_group(int64_t person, const std::string& group) {
  if (!exists(person)) return false;
  Query(*connection_, sql::kAddGroup).bind(key_of(group)).bind(stored(group)).next();
  Query(*connection_, sql::kJoinGroup).bind(person).bind(key_of(group)).next();
  candidates_changed();
  return true;
}

bool Store::leave_group(int64_t person, const std::string& group) {
  if (!exists(person)) return false;
  Query(*connection_, sql::kLeaveGroup).bind(person).bind(key_of(group)).next();
  if (connection_->changes() == 0) return true;
  connection_->execute(sql::kRemoveEmptyGroups);
  candidates_changed();
  return true;
}

std::vector<Group> Store::groups() {
  std::vector<Group> groups;
  Query query(*connection_, sql::kGroups);
  while (query.next()) groups.push_back({text_of(query, 0).value_or(""), query.integer(1)});
  return groups;
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

std::vector<int64_t> Store::persons_after(int64_t person) {
  Query query(*connection_, sql::kPersonIdsAfter);
  return ids(query.bind(person));
}

std::vector<int64_t> Store::persons_of_group(const std::string& group) {
  Query query(*connection_, sql::kPersonsOfGroup);
  return ids(query.bind(key_of(group)));
}

std::vector<int64_t> Store::ids(Query& query) {
  std::vector<int64_t> ids;
  while (query.next()) ids.push_back(query.integer(0));
  return ids;
}

// ---- Templates ----

std::optional<std::string> Store::person_name(int64_t person) {
  Query query(*connection_, sql::kPersonName);
  if (!query.bind(person).next()) return std::nullopt;
  return text_of(query, 0);
}

std::optional<int64_t> Store::add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields) {
  Query query(*connection_, sql::kAddTemplate);
  query.bind(person).bind(to_bytes(embedding)).bind(0.0);  // this recipe's distances have no offset
  if (fields.quality)
    query.bind(double{*fields.quality});
  else
    query.bind_null();
  const int code = query.bind(stored(fields.source)).bind(now_ms()).change();
  if (code == SQLITE_CONSTRAINT_FOREIGNKEY) return std::nullopt;
  if (code != SQLITE_OK) connection_->fail(code);
  return connection_->last_id();
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
    one.embedding = embedding_of(query, 1, one.id);
    one.offset = offset_of(query, 2, one.id);
    if (!query.is_null(3)) one.fields.quality = static_cast<float>(query.real(3));
    one.fields.source = text_of(query, 4);
    one.created_at = query.integer(5);
    templates.push_back(std::move(one));
  } while (query.next());
  return templates;
}

void Store::damaged(int64_t template_id) const {
  throw Error(VAV_E_GALLERY_CORRUPT,
              connection_->path() + ": template " + std::to_string(template_id) +
                  " is damaged; `visavis gallery check` says what is wrong, then remove it and enrol again");
}

Embedding Store::embedding_of(const Query& query, int column, int64_t template_id) const {
  const auto embedding = from_bytes(query.bytes(column));
  if (!embedding) damaged(template_id);
  return *embedding;
}

float Store::offset_of(const Query& query, int column, int64_t template_id) const {
  const auto offset = static_cast<float>(query.real(column));
  if (!std::isfinite(offset)) damaged(template_id);
  return offset;
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

void Store::visit_templates_after(int64_t template_id, const Visitor& visit) {
  Query query(*connection_, sql::kTemplatesAfter);
  query.bind(template_id);
  while (query.next()) {
    const int64_t id = query.integer(0);
    visit(id, query.integer(1), embedding_of(query, 2, id), offset_of(query, 3, id));
  }
}

void Store::visit_template(int64_t template_id, const Visitor& visit) {
  Query query(*connection_, sql::kTemplate);
  if (query.bind(template_id).next())
    visit(template_id, query.integer(1), embedding_of(query, 2, template_id), offset_of(query, 3, template_id));
}

}  // namespace visavis
