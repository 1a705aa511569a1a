// What a table has in both versions is copied. Lists here have what else a version needs.
#include "gallery/store/migrate.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "gallery/store/audit_log.h"
#include "gallery/store/embedding_bytes.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/person_row.h"
#include "gallery/store/schema.h"
#include "gallery/store/sealed_table.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

using Rows = SealedTable::Rows;
constexpr std::string_view kAside = "old_";

// The value of a column that a table of `version` did not have. Columns that are not listed get their default.
struct Filling {
  int64_t version;
  std::string_view table, column;
  const char* value;
};
constexpr Filling kFillings[] = {
    {1, "gallery", "uid", "randomblob(16)"},
    {1, "person", "external_key", "external_id"},
    {1, "person", "name_key", "name"},
    {1, "person", "tag", "x''"},
};

// ---- Tables ----

std::string aside(const std::string& table) { return std::string(kAside) + table; }

std::vector<std::string> texts(Connection& connection, const std::string& sql, int column) {
  std::vector<std::string> texts;
  for (Query query(connection, sql); query.next();) texts.push_back(query.text(column));
  return texts;
}

std::vector<std::string> columns_of(Connection& connection, const std::string& table) {
  return texts(connection, "PRAGMA table_info(" + table + ")", 1);
}

bool holds(const std::vector<std::string>& all, std::string_view one) { return std::ranges::count(all, one) > 0; }

// The sealed tables whose rows must be read by the rules of `from`. Version 1 sealed none.
std::vector<Rows> with_other_rules(int64_t from) {
  std::vector<Rows> others;
  for (const Rows rows : SealedTable::kAll) {
    const SealedTable then(rows, from);
    if (from > 1 && !then.columns().empty() && then.create != SealedTable::of(rows).create) others.push_back(rows);
  }
  return others;
}

// The names of the tables that differ from those of this version.
std::vector<std::string> to_be_made_anew(int64_t from, size_t length) {
  std::vector<std::string> names;
  const std::vector<schema::Object> wanted = schema::expected_objects(length);
  for (const schema::Object& there : schema::expected_objects(length, from))
    if (there.type == "table" && !std::ranges::binary_search(wanted, there)) names.push_back(there.name);
  return names;
}

void set_aside(Connection& connection, const std::string& table) {
  for (const std::string& index : texts(
           connection,
           "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '" + table + "'", 0))
    connection.run("DROP INDEX " + index);
  connection.run("ALTER TABLE " + table + " RENAME TO " + aside(table));
}

// Makes what is missing; what this version has no more is not made.
void make_missing(Connection& connection, size_t length) {
  const std::vector<std::string> wanted = schema::statements(schema::kVersion, length);
  for (const schema::Object& there : schema::objects(connection))
    if (there.type == "index" && !there.sql.empty() && !holds(wanted, there.sql))
      connection.run("DROP INDEX " + there.name);
  std::vector<std::string> present;
  for (const schema::Object& there : schema::objects(connection)) present.push_back(there.sql);
  for (const std::string& statement : wanted)
    if (!holds(present, statement)) connection.run(statement);
}

void fill(Connection& connection, const std::string& table, int64_t from) {
  const std::vector<std::string> there = columns_of(connection, aside(table));
  std::string names, values;
  for (const std::string& column : columns_of(connection, table)) {
    std::string value = holds(there, column) ? column : "";
    for (const Filling& filling : kFillings)
      if (filling.version == from && filling.table == table && filling.column == column) value = filling.value;
    if (value.empty()) continue;
    names += (names.empty() ? "" : ", ") + column;
    values += (values.empty() ? "" : ", ") + value;
  }
  if (names.empty()) return;  // this version does not have the table
  connection.run("INSERT INTO " + table + " (" + names + ") SELECT " + values + " FROM " + aside(table));
  // Keeps the highest id of the table, so that ids of removed rows are not given out again.
  connection.run("DELETE FROM sqlite_sequence WHERE name = '" + table + "'");
  connection.run("UPDATE sqlite_sequence SET name = '" + table + "' WHERE name = '" + aside(table) + "'");
}

// ---- Rows ----

// Seals its values again by the rules of this version, unless the version that it comes from would refuse the row.
void take_over(Connection& connection, const Codec& codec, Rows rows, int64_t from) {
  const SealedTable& now = SealedTable::of(rows);
  const SealedTable then(rows, from, aside(now.name()));
  for (Query row(connection, then.every); row.next();) {
    const int64_t id = row.integer(0);
    const std::vector<int64_t> groups = then.has_tag() ? groups_of(connection, id) : std::vector<int64_t>();
    try {
      if (then.has_tag() && !then.is_tagged(codec, row, groups)) continue;
      now.reseal(connection, codec, id);
    } catch (const Error& e) {
      if (e.code() != VAV_E_GALLERY_CORRUPT) throw;
      continue;
    }
    if (now.has_tag()) now.write_tag(connection, codec, id, groups);
  }
}

// Version 1 had neither checksums nor keys: nothing can prove its rows.
void adopt_version_1(Connection& connection, const Codec& codec) {
  if (codec.encrypted()) throw Error(VAV_E_INTERNAL, "an encrypted gallery is not of version 1");
  for_each_row(connection, SealedTable::of(Rows::template_), [&](int64_t id) {
    std::vector<uint8_t> embedding;
    {
      Query query(connection, sql::kTemplate);
      query.bind(id).next();
      const auto raw = from_bytes(query.bytes(2), kDlibEmbedding);
      // A damaged one stays as it is, and `gallery check` names it: the others are worth the migration.
      if (!raw) return;
      embedding = codec.embedding(*raw, 0, {Column::embedding, query.integer(1), id});
    }
    Query(connection, sql::kSetEmbedding).bind(id).bind(embedding).next();
  });
  for_each_row(connection, SealedTable::of(Rows::person), [&](int64_t id) { tag_person_row(connection, codec, id); });
}

// Names that were typed on another kind of machine may be in another normal form. Others are found as they are.
void normalize_person(Connection& connection, const Codec& codec, int64_t id) {
  Person person;
  try {
    Query query(connection, PersonSql::get().one.c_str());
    if (!query.bind(id).next()) return;
    person = read_person_row(connection, codec, query);
  } catch (const Error& e) {
    if (e.code() != VAV_E_GALLERY_CORRUPT) throw;
    return;  // damaged: it stays, and `gallery check` names it
  }
  if (normal_form(person.name) == person.name) return;
  SealedTable::of(Rows::person).reseal(connection, codec, id);
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
      SealedTable::of(Rows::group).reseal(connection, codec, id);
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

// Version 3 added the owner's settings as a value that authenticates itself, and names that are found by their normal
// form.
void adopt_version_2(Connection& connection, const Codec& codec) {
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
  for_each_row(connection, SealedTable::of(Rows::person), [&](int64_t id) { normalize_person(connection, codec, id); });
}

// What must be done with the rows of galleries up to a version, in this order.
struct Step {
  int64_t up_to;
  void (*adopt)(Connection&, const Codec&);
};
constexpr Step kSteps[] = {{1, adopt_version_1}, {2, adopt_version_2}};

}  // namespace

void migrate(Connection& connection, int64_t from, const std::function<Codec()>& codec) {
  const size_t length = schema::length_in(schema::objects(connection));
  const std::vector<std::string> tables = to_be_made_anew(from, length);
  for (const std::string& table : tables) set_aside(connection, table);
  make_missing(connection, length);
  for (const std::string& table : tables) fill(connection, table, from);
  const Codec opened = codec();
  for (const Rows rows : with_other_rules(from)) take_over(connection, opened, rows, from);
  for (const Step& step : kSteps)
    if (from <= step.up_to) step.adopt(connection, opened);
  for (const std::string& table : tables) connection.run("DROP TABLE " + aside(table));
  schema::stamp(connection, schema::kVersion);
}

}  // namespace visavis
