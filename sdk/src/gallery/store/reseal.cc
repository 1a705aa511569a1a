// Ids only grow and whoever writes meanwhile writes with the newest key, so going up once through each table is enough.
#include "gallery/store/reseal.h"

#include "base/byte_writer.h"
#include "base/error.h"
#include "base/text.h"
#include "gallery/store/audit_log.h"
#include "gallery/store/embedding_bytes.h"
#include "gallery/store/keyring.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/person_row.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

const std::string kSetting = "reseal";

std::vector<int64_t> ids_after(Connection& connection, const char* sql, int64_t after, int64_t most) {
  std::vector<int64_t> ids;
  Query query(connection, sql);
  query.bind(after).bind(most);
  while (query.next()) {
    ids.push_back(query.integer(0));
    if (ids.back() <= after || (ids.size() > 1 && ids.back() <= ids[ids.size() - 2])) rows_out_of_order(connection);
  }
  return ids;
}

void reseal_groups(Connection& connection, const Codec& codec) {
  std::vector<std::pair<int64_t, std::string>> groups;
  {
    Query query(connection, sql::kGroups);
    while (query.next())
      groups.emplace_back(query.integer(2),
                          codec.text_of(query, 0, {Column::group_name, 0, query.integer(2)}).value_or(""));
  }
  for (const auto& [id, name] : groups)
    Query(connection, sql::kResealGroup)
        .bind(id)
        .bind(codec.key(normal_form(name), Column::group_name))
        .bind(codec.text(name, {Column::group_name, 0, id}))
        .next();
}

void reseal_person(Connection& connection, const Codec& codec, int64_t id) {
  Person person;
  {
    Query query(connection, sql::kPerson);
    if (!query.bind(id).next()) return;
    person = read_person_row(connection, codec, query);
  }
  const auto text = [&](const std::optional<std::string>& t, Column column) { return codec.text(t, {column, id, 0}); };
  Query(connection, sql::kResealPerson)
      .bind(id)
      .bind(codec.key(normal_form(person.name), Column::name))
      .bind(text(person.name, Column::name))
      .bind(codec.key(person.external_id, Column::external_id))
      .bind(text(person.external_id, Column::external_id))
      .bind(text(person.metadata, Column::metadata))
      .bind(text(person.consent_ref, Column::consent_ref))
      .next();
  tag_person_row(connection, codec, id);
}

void reseal_template(Connection& connection, const Codec& codec, int64_t id) {
  std::vector<uint8_t> embedding;
  StoredValue source;
  {
    Query query(connection, sql::kWholeTemplate);
    if (!query.bind(id).next()) return;
    const int64_t person = query.integer(0);
    const Place place{Column::embedding, person, id}, source_place{Column::source, person, id};
    const Codec::Template stored = codec.embedding_of(query.bytes(1), place);
    embedding = codec.embedding(stored.embedding, stored.offset, place);
    source = codec.text(codec.text_of(query, 2, source_place), source_place);
  }
  Query(connection, sql::kResealTemplate).bind(id).bind(embedding).bind(source).next();
}

void reseal_audit_entry(Connection& connection, const Codec& codec, int64_t id) {
  const Place place{Column::audit_entry, 0, id};
  std::vector<uint8_t> bytes;
  {
    Query query(connection, sql::kAuditEntry);
    if (!query.bind(id).next()) return;
    bytes = codec.open_bytes(query.bytes(0), place);
  }
  Query(connection, sql::kResealAuditEntry).bind(id).bind(codec.bytes(bytes, place)).next();
}

}  // namespace

void adopt_version_1(Connection& connection, const Codec& codec) {
  constexpr int64_t kBatch = 1000;
  std::vector<int64_t> ids;
  for (int64_t after = 0; !(ids = ids_after(connection, sql::kTemplateIdsAfter, after, kBatch)).empty();
       after = ids.back())
    for (const int64_t id : ids) {
      std::vector<uint8_t> embedding;
      StoredValue source;
      {
        Query query(connection, sql::kWholeTemplate);
        query.bind(id).next();
        const auto raw = from_bytes(query.bytes(1));
        // A damaged one stays as it is, for `gallery check` to name: the others are worth the migration.
        if (!raw) continue;
        embedding = codec.embedding(*raw, 0, {Column::embedding, query.integer(0), id});
        source = codec.text(query.optional_text(2), {Column::source, query.integer(0), id});
      }
      Query(connection, sql::kResealTemplate).bind(id).bind(embedding).bind(source).next();
    }
  for (int64_t after = 0; !(ids = ids_after(connection, sql::kPersonIdsAfter, after, kBatch)).empty();
       after = ids.back())
    for (const int64_t id : ids) tag_person_row(connection, codec, id);
}

namespace {

// Names that somebody typed on another kind of machine; the others are looked up as they are.
void normalize_person(Connection& connection, const Codec& codec, int64_t id) {
  Person person;
  {
    Query query(connection, sql::kPerson);
    if (!query.bind(id).next()) return;
    try {
      person = read_person_row(connection, codec, query);
    } catch (const Codec::KeyUnknown&) {
      throw;
    } catch (const Error&) {
      return;  // damaged: stays for `gallery check` to name
    }
  }
  if (normal_form(person.name) == person.name) return;
  Query(connection, sql::kRekeyPerson).bind(id).bind(codec.key(normal_form(person.name), Column::name)).next();
  tag_person_row(connection, codec, id);
}

void normalize_groups(Connection& connection, const Codec& codec) {
  std::vector<std::pair<int64_t, std::string>> groups;
  {
    Query query(connection, sql::kGroups);
    while (query.next()) {
      const int64_t id = query.integer(2);
      auto name = codec.text_of(query, 0, {Column::group_name, 0, id}).value_or("");
      if (normal_form(name) != name) groups.emplace_back(id, std::move(name));
    }
  }
  for (const auto& [id, name] : groups) {
    std::optional<int64_t> same;
    for (const StoredValue& key : codec.keys(normal_form(name), Column::group_name)) {
      Query query(connection, sql::kGroupOfKey);
      if (query.bind(key).next()) same = query.integer(0);
    }
    if (!same) {
      Query(connection, sql::kRekeyGroup).bind(id).bind(codec.key(normal_form(name), Column::group_name)).next();
      continue;
    }
    // Two groups whose names looked the same become one.
    std::vector<int64_t> members;
    {
      Query query(connection, sql::kPersonsOfGroup);
      for (query.bind(id); query.next();) members.push_back(query.integer(0));
    }
    for (const int64_t person : members) {
      Query(connection, sql::kJoinGroup).bind(person).bind(*same).next();
      Query(connection, sql::kLeaveGroup).bind(person).bind(id).next();
      tag_person_row(connection, codec, person);
    }
  }
  connection.execute(sql::kRemoveEmptyGroups);
}

int64_t highest_id(Connection& connection, const char* table) {
  Query query(connection, sql::kLastId);
  query.bind(std::string(table)).next();
  return query.integer(0);
}

}  // namespace

void adopt_version_2(Connection& connection, const Codec& codec) {
  constexpr int64_t kBatch = 1000;
  const std::string kOldAudit = "audit";
  OwnerSettings settings;
  {
    Query audit(connection, sql::kReadSetting);
    Query any(connection, sql::kLastAuditEntry);
    settings.audit = audit.bind(kOldAudit).next() ? OwnerSettings::Audit::on
                     : any.next()                 ? OwnerSettings::Audit::off
                                                  : OwnerSettings::Audit::never;
  }
  Query(connection, sql::kRemoveSetting).bind(kOldAudit).next();
  settings.last_person = highest_id(connection, "person");
  settings.last_template = highest_id(connection, "template");
  settings.last_group = highest_id(connection, "person_group");
  settings.write(connection, codec);
  normalize_groups(connection, codec);
  std::vector<int64_t> ids;
  for (int64_t after = 0; !(ids = ids_after(connection, sql::kPersonIdsAfter, after, kBatch)).empty();
       after = ids.back())
    for (const int64_t id : ids) normalize_person(connection, codec, id);
}

ResealProgress ResealProgress::read(Connection& connection) {
  Query query(connection, sql::kReadSetting);
  if (!query.bind(kSetting).next()) return {Table::done, 0};
  ByteReader in(query.bytes(0));
  ResealProgress progress;
  const auto table = in.number<uint8_t>();
  progress.after = in.integer();
  if (!in.finished() || table > uint8_t(Table::done))
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": how far its encryption has come is damaged");
  progress.table = static_cast<Table>(table);
  return progress;
}

void ResealProgress::write(Connection& connection) const {
  const auto bytes = ByteWriter().number(static_cast<uint8_t>(table)).integer(after).done();
  Query(connection, sql::kWriteSetting).bind(kSetting).bind(bytes).next();
}

void ResealProgress::remove(Connection& connection) { Query(connection, sql::kRemoveSetting).bind(kSetting).next(); }

void reseal_some(Connection& connection, const Codec& codec, ResealProgress& progress, int64_t most) {
  using Table = ResealProgress::Table;
  const auto next_table = [&] { progress = {static_cast<Table>(static_cast<uint8_t>(progress.table) + 1), 0}; };
  if (progress.table == Table::groups) {
    reseal_groups(connection, codec);
    OwnerSettings::read(connection, codec).write(connection, codec);
    AuditLog(connection, codec, read_gallery_id(connection)).reseal_key();
    return next_table();
  }
  const bool persons = progress.table == Table::persons, templates = progress.table == Table::templates;
  const char* sql = persons ? sql::kPersonIdsAfter : templates ? sql::kTemplateIdsAfter : sql::kAuditIdsAfter;
  const auto ids = ids_after(connection, sql, progress.after, most);
  for (const int64_t id : ids) {
    if (persons)
      reseal_person(connection, codec, id);
    else if (templates)
      reseal_template(connection, codec, id);
    else
      reseal_audit_entry(connection, codec, id);
    progress.after = id;
  }
  if (ids.empty()) next_table();
}

}  // namespace visavis
