// Checks each part for itself: a damaged page ends one part and is reported, and the others go on.
#include "gallery/store/check.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "gallery/store/audit_log.h"
#include "gallery/store/file_state.h"
#include "gallery/store/group_row.h"
#include "gallery/store/keyring.h"
#include "gallery/store/metadata.h"
#include "gallery/store/open.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/person_row.h"
#include "gallery/store/schema.h"
#include "gallery/store/sealed_table.h"
#include "gallery/store/sql.h"
#include "gallery/store/sqlite_error.h"

namespace visavis {
namespace {

using Problems = std::vector<std::string>;
constexpr size_t kMostOfOneKind = 100;

// Whether an error says that the file is damaged. Errors of the system around it, such as too little memory, do not.
bool is_damage(vav_status code) {
  switch (code) {
    case VAV_E_OUT_OF_MEMORY:
    case VAV_E_IO:
    case VAV_E_DISK_FULL:
    case VAV_E_PERMISSION:
    case VAV_E_FILE_NOT_FOUND:
    case VAV_E_CANCELLED:
    case VAV_E_WRONG_STATE:
    case VAV_E_GALLERY_BUSY:
      return false;
    default:
      return true;
  }
}

// The message of an error, as a problem. If it is no damage, throws it again.
const char* words_of(const Error& error) {
  if (!is_damage(error.code())) throw error;
  return error.what();
}

// SQLite's check returns rows of text. They also say what it could not read: most with the code of the reason, some
// without.
enum class Row { sound, damage, unread };
Row kind_of(Connection& connection, const std::string& row) {
  if (row == "ok") return Row::sound;
  constexpr std::string_view kCode = "rror code";  // "error code=7", "error code 7"
  if (const size_t at = row.find(kCode); at != std::string::npos) {
    const int code = int(std::strtol(row.c_str() + at + kCode.size() + 1, nullptr, 10));
    const int kind = code & 0xFF;
    if (kind != SQLITE_OK && kind != SQLITE_CORRUPT && kind != SQLITE_NOTADB)
      throw sqlite_error(code, sqlite3_system_errno(connection.handle()), connection.path(), row);
  }
  const bool without_code =
      row.find("ailed to get page") != std::string::npos || row.find("ailed to read ptrmap") != std::string::npos;
  return without_code ? Row::unread : Row::damage;
}

// Returns whether all could be read.
bool check_pages(Connection& connection, Problems& problems) {
  bool all = true;
  Query query(connection, sql::kIntegrityCheck);
  while (query.next()) {
    const std::string row = query.text(0);
    const Row kind = kind_of(connection, row);
    all = all && kind != Row::unread;
    if (kind != Row::sound) problems.push_back("file: " + row);
  }
  return all;
}

void check_file(Connection& connection, Problems& problems) {
  // If the last page is cut off, SQLite reads zeros for what is missing.
  Query page(connection, sql::kPageSize);
  if (page.next() && look_at(connection.path()).size % uint64_t(page.integer(0)) != 0)
    problems.push_back("file: cut off in the middle of a page");
  // A read may have failed for lack of memory. Then it succeeds the second time, or another part reports it.
  Problems found;
  if (!check_pages(connection, found)) {
    found.clear();
    check_pages(connection, found);
  }
  problems.insert(problems.end(), found.begin(), found.end());
}

// Other tables, triggers and so on that are not ours: our own would still work, but a trigger could undo a removal.
void check_tables(Connection& connection, Problems& problems) {
  const std::vector<schema::Object> there = schema::objects(connection);
  const std::vector<schema::Object> expected = schema::expected_objects(schema::length_in(there));
  std::vector<schema::Object> strange, missing;
  std::set_difference(there.begin(), there.end(), expected.begin(), expected.end(), std::back_inserter(strange));
  std::set_difference(expected.begin(), expected.end(), there.begin(), there.end(), std::back_inserter(missing));
  for (const schema::Object& one : strange)
    problems.push_back("tables: " + one.type + " " + one.name + " is not one of ours, or was altered");
  for (const schema::Object& one : missing) problems.push_back("tables: missing: " + one.type + " " + one.name);
}

void check_recipe(Connection& connection, const Recipe& recipe, Problems& problems) {
  if (const Recipe stamped = read_stamp(connection).recipe; stamped != recipe)
    problems.push_back("recipe: the gallery says " + describe(stamped) + ", expected " + describe(recipe));
}

void check_orphans(Connection& connection, Problems& problems) {
  Query query(connection, sql::kForeignKeyCheck);
  for (size_t found = 0; found < kMostOfOneKind && query.next(); ++found)
    problems.push_back(query.text(0) + " " + std::to_string(query.integer(1)) + ": belongs to no " + query.text(2));
}

void check_ids(Connection& connection, Problems& problems) {
  Query query(connection, sql::kHighestIds);
  while (query.next())
    problems.push_back(query.text(0) + ": an id could be given out twice (sqlite_sequence is too low)");
}

void check_persons(Connection& connection, const Codec& codec, Problems& problems) {
  Query query(connection, PersonSql::get().every.c_str());
  for (size_t found = 0; found < kMostOfOneKind && query.next();) {
    try {
      const Person person = read_person_row(connection, codec, query);
      if (person.name.empty()) throw Error(VAV_E_GALLERY_CORRUPT, "has no name");
      require_metadata(person.metadata);
      for (const ColumnRule& rule : kPersonColumns)
        if (const auto* time = std::get_if<std::optional<int64_t> Person::*>(&rule.member))
          if ((person.**time).value_or(0) < 0) throw Error(VAV_E_GALLERY_CORRUPT, "has a time before 1970");
      if (is_never_valid(person.valid_from, person.valid_until))
        throw Error(VAV_E_GALLERY_CORRUPT, "is never valid: valid_from is not before valid_until");
    } catch (const Error& e) {
      problems.push_back("person " + std::to_string(query.integer(0)) + ": " + words_of(e));
      ++found;
    }
  }
}

void check_groups(Connection& connection, const Codec& codec, Problems& problems) {
  Query query(connection, sql::kAllGroups);
  for (size_t found = 0; found < kMostOfOneKind && query.next();) {
    try {
      read_group_name(connection, codec, query, {.id = 0, .name = 1, .key = 2});
      if (query.integer(3) == 0) throw Error(VAV_E_GALLERY_CORRUPT, "has no member");
    } catch (const Error& e) {
      problems.push_back("group " + std::to_string(query.integer(0)) + ": " + words_of(e));
      ++found;
    }
  }
}

// What is wrong with a value that the checksum of a template does not cover; null: nothing.
const char* implausible(const Query& query, int quality, int created_at) {
  if (query.type(quality) != SQLITE_NULL &&
      (query.type(quality) != SQLITE_FLOAT || !(query.real(quality) >= 0 && query.real(quality) <= 1)))
    return "has a quality that is none, for it is not within 0..1";
  if (query.type(created_at) != SQLITE_INTEGER || query.integer(created_at) < 0 ||
      query.integer(created_at) > kLatestTime)
    return "has a time at which nothing was made";
  return nullptr;
}

void check_templates(Connection& connection, const Codec& codec, Problems& problems) {
  const SealedTable& table = SealedTable::of(SealedTable::Rows::template_);
  const int quality = table.column("quality"), created_at = table.column("created_at");
  Query query(connection, table.every.c_str());
  for (size_t found = 0; found < kMostOfOneKind && query.next();) {
    try {
      table.require_sound(codec, query);
      if (const char* what = implausible(query, quality, created_at))
        throw Error(VAV_E_GALLERY_CORRUPT, "template " + std::to_string(query.integer(0)) + ": " + what);
    } catch (const Error& e) {
      problems.push_back(words_of(e));
      ++found;
    }
  }
}

void check_rows(Connection& connection, const Codec& codec, SealedTable::Rows rows, Problems& problems) {
  const SealedTable& table = SealedTable::of(rows);
  Query query(connection, table.every.c_str());
  for (size_t found = 0; found < kMostOfOneKind && query.next();) {
    try {
      table.require_sound(codec, query);
    } catch (const Error& e) {
      problems.push_back(table.name() + ": " + words_of(e));
      ++found;
    }
  }
}

// The embeddings that are staged for a move, and what belongs to a template that is gone.
void check_staged(Connection& connection, const Codec& codec, const std::optional<OwnerSettings>& settings,
                  Problems& problems) {
  {
    Query query(connection, sql::kWithoutTemplate);
    for (size_t found = 0; found < kMostOfOneKind && query.next(); ++found)
      problems.push_back(query.text(0) + " " + std::to_string(query.integer(1)) + ": belongs to no template");
  }
  if (settings && settings->moving_to)
    return check_rows(connection, codec.with_templates_of(*settings->moving_to), SealedTable::Rows::staged, problems);
  Query any(connection, sql::kMoveCounts);
  if (settings && any.next() && any.integer(0) > 0)
    problems.push_back("staged: embeddings for a move that is not under way");
}

void check_audit(Connection& connection, const Codec& codec, const OwnerSettings& settings, Problems& problems) {
  AuditLog log(connection, codec, read_gallery_id(connection));
  const AuditVerdict verdict = log.verify(std::nullopt, settings.audit);
  if (!verdict.sound)
    problems.push_back("audit log: not sound from entry " + std::to_string(verdict.first_wrong) +
                       " on: " + verdict.what);
}

}  // namespace

std::vector<std::string> check_gallery(Connection& connection, const Recipe& recipe, const Codec& codec,
                                       const std::function<OwnerSettings()>& read_settings) {
  Problems problems;
  const auto part = [&](const char* name, auto&& check) {
    try {
      check();
    } catch (const Error& e) {
      if (e.code() != VAV_E_GALLERY_CORRUPT && e.code() != VAV_E_GALLERY_FORMAT) throw;
      problems.push_back(std::string(name) + ": cannot be read to the end: " + e.what());
    }
  };
  const Snapshot one_state(connection);
  part("file", [&] { check_file(connection, problems); });
  part("tables", [&] { check_tables(connection, problems); });
  part("recipe", [&] { check_recipe(connection, recipe, problems); });
  part("orphans", [&] { check_orphans(connection, problems); });
  part("ids", [&] { check_ids(connection, problems); });
  part("persons", [&] { check_persons(connection, codec, problems); });
  part("groups", [&] { check_groups(connection, codec, problems); });
  std::optional<OwnerSettings> settings;
  part("settings", [&] { settings = read_settings(); });
  if (settings) part("audit log", [&] { check_audit(connection, codec, *settings, problems); });
  part("templates", [&] { check_templates(connection, codec, problems); });
  part("staged", [&] { check_staged(connection, codec, settings, problems); });
  part("kept chips", [&] { check_rows(connection, codec, SealedTable::Rows::kept_chip, problems); });
  return problems;
}

}  // namespace visavis
