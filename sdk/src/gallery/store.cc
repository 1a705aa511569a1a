// Rows in and out: each function is one statement of sql.h.
#include "gallery/store.h"

#include <algorithm>

#include "base/error.h"
#include "gallery/embedding_bytes.h"
#include "gallery/sql.h"

namespace visavis {

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
  Query query(*connection_, sql::kAddPerson);
  query.bind(fields.name).bind(fields.external_id).bind(fields.metadata.value_or("{}")).bind(now_ms());
  if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, fields);
  return connection_->last_id();
}

bool Store::update_person(int64_t person, const PersonFields& fields) {
  Query query(*connection_, sql::kUpdatePerson);
  query.bind(person).bind(fields.name).bind(fields.external_id).bind(fields.metadata).bind(now_ms());
  if (const int code = query.change(); code != SQLITE_OK) refuse_constraint(code, fields);
  return connection_->changes() > 0;
}

bool Store::remove_person(int64_t person) {
  Query(*connection_, sql::kRemovePerson).bind(person).next();
  return connection_->changes() > 0;
}

std::vector<Person> Store::persons(const PersonQuery& wanted) {
  constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
  if (wanted.after == kLast) return {};
  const char* sql = wanted.external_id ? sql::kPersonsByExternalId : wanted.name ? sql::kPersonsByName : sql::kPersons;
  Query query(*connection_, sql);
  query.bind(std::max(wanted.after + 1, wanted.id.value_or(0))).bind(wanted.id.value_or(kLast));
  query.bind(wanted.name).bind(wanted.external_id).bind(wanted.limit);
  std::vector<Person> persons;
  while (query.next())
    persons.push_back({query.integer(0), query.text(1), query.optional_text(2), query.text(3), query.integer(4),
                       query.integer(5), query.integer(6)});
  return persons;
}

std::optional<std::string> Store::person_name(int64_t person) {
  Query query(*connection_, sql::kPersonName);
  if (!query.bind(person).next()) return std::nullopt;
  return query.text(0);
}

std::optional<int64_t> Store::add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields) {
  Query query(*connection_, sql::kAddTemplate);
  query.bind(person).bind(to_bytes(embedding));
  if (fields.quality)
    query.bind(double{*fields.quality});
  else
    query.bind_null();
  const int code = query.bind(fields.source).bind(now_ms()).change();
  if (code == SQLITE_CONSTRAINT_FOREIGNKEY) return std::nullopt;
  if (code != SQLITE_OK) connection_->fail(code);
  return connection_->last_id();
}

bool Store::remove_template(int64_t template_id) {
  Query(*connection_, sql::kRemoveTemplate).bind(template_id).next();
  return connection_->changes() > 0;
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
    if (!query.is_null(2)) one.fields.quality = static_cast<float>(query.real(2));
    one.fields.source = query.optional_text(3);
    one.created_at = query.integer(4);
    templates.push_back(std::move(one));
  } while (query.next());
  return templates;
}

Embedding Store::embedding_of(const Query& query, int column, int64_t template_id) const {
  const auto embedding = from_bytes(query.bytes(column));
  if (!embedding)
    throw Error(VAV_E_GALLERY_CORRUPT,
                connection_->path() + ": template " + std::to_string(template_id) +
                    " is damaged; `visavis gallery check` says what is wrong, then remove it and enrol again");
  return *embedding;
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
  while (query.next()) visit(query.integer(0), query.integer(1), embedding_of(query, 2, query.integer(0)));
}

void Store::visit_template(int64_t template_id, const Visitor& visit) {
  Query query(*connection_, sql::kTemplate);
  if (query.bind(template_id).next()) visit(template_id, query.integer(1), embedding_of(query, 2, template_id));
}

}  // namespace visavis
