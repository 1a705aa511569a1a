// Each table and index, with the versions that have it. If one changes, its line gets an end, and a new line follows.
#include "gallery/store/schema.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "base/error.h"
#include "gallery/store/query.h"
#include "gallery/store/sealed_table.h"
#include "gallery/store/sql.h"
#include "types/recipe.h"

namespace visavis::schema {
namespace {

using Rows = SealedTable::Rows;
constexpr int64_t kToThisDay = std::numeric_limits<int64_t>::max();

struct Part {
  int64_t since, until;
  const char* sql;  // null: a table that follows from its columns
  std::optional<Rows> of = {};
};

// - AUTOINCREMENT: an id that was removed is never given out again. The index relies on it, and so do callers who keep
//   ids.
// - Texts of persons and templates go through codec.h. A …_key finds equal texts: in a plain gallery it is the text
//   itself, in an encrypted one a hash with a key. A tag is a checksum of the row, with a key in an encrypted gallery.
// - Times are milliseconds since 1970-01-01 UTC; NULL means none.
constexpr Part kParts[] = {
    {1, 1, R"(CREATE TABLE gallery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  created_at INTEGER NOT NULL,
  model_sha256 TEXT NOT NULL,
  scoring TEXT NOT NULL
))"},
    {2, 2, R"(CREATE TABLE gallery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  uid BLOB NOT NULL CHECK (length(uid) = 16),
  created_at INTEGER NOT NULL,
  model_sha256 TEXT NOT NULL,
  scoring TEXT NOT NULL,
  candidates INTEGER NOT NULL DEFAULT 0
))"},
    // uid: a random number that tells this gallery from every other.
    {3, kToThisDay, R"(CREATE TABLE gallery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  uid BLOB NOT NULL CHECK (length(uid) = 16),
  created_at INTEGER NOT NULL,
  model_sha256 TEXT NOT NULL,
  scoring TEXT NOT NULL
))"},
    {2, kToThisDay, R"(CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID)"},
    {1, 1, R"(CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  external_id TEXT UNIQUE,
  name TEXT NOT NULL CHECK (name <> ''),
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
))"},
    {1, 1, R"(CREATE INDEX person_name ON person (name))"},
    {2, kToThisDay, nullptr, Rows::person},
    {2, kToThisDay, R"(CREATE INDEX person_name ON person (name_key))"},
    {2, kToThisDay, R"(CREATE INDEX person_expires ON person (expires_at) WHERE expires_at IS NOT NULL)"},
    // Persons who are not always candidates: few in most galleries.
    {2, kToThisDay, R"(CREATE INDEX person_restricted ON person (enabled, valid_from, valid_until, expires_at)
  WHERE enabled = 0 OR valid_from IS NOT NULL OR valid_until IS NOT NULL OR expires_at IS NOT NULL)"},
    {2, kToThisDay, nullptr, Rows::group},
    {2, kToThisDay, R"(CREATE TABLE membership (
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  group_id INTEGER NOT NULL REFERENCES person_group (id) ON DELETE CASCADE,
  PRIMARY KEY (person_id, group_id)
) WITHOUT ROWID)"},
    {2, kToThisDay, R"(CREATE INDEX membership_group ON membership (group_id, person_id))"},
    {1, 1, R"(CREATE TABLE template (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  embedding BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) = 512),
  quality REAL,
  source TEXT,
  created_at INTEGER NOT NULL
))"},
    {2, kToThisDay, nullptr, Rows::template_},
    {1, kToThisDay, R"(CREATE INDEX template_person ON template (person_id))"},
    // The templates that were removed last. With it an open handle can follow without reading all ids.
    {2, kToThisDay, R"(CREATE TABLE removal (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  template_id INTEGER NOT NULL
))"},
    // The persons whose eligibility changed last, for the same reason.
    {3, kToThisDay, R"(CREATE TABLE eligibility_change (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  person_id INTEGER NOT NULL
))"},
    {2, kToThisDay, R"(CREATE TABLE erase_pending (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  requested_at INTEGER NOT NULL
))"},
    {2, kToThisDay, nullptr, Rows::audit_entry},
    {4, kToThisDay, nullptr, Rows::staged},
    {4, kToThisDay, nullptr, Rows::kept_chip},
};

// The bounds for the size of an embedding in its row: its numbers, and room for what seals them.
std::string size_bounds(size_t length) {
  return "BETWEEN " + std::to_string(4 * length) + " AND " + std::to_string(4 * length + 512);
}

}  // namespace

std::vector<std::string> statements(int64_t version, size_t length) {
  const std::string usual = size_bounds(kDlibEmbedding);
  std::vector<std::string> statements;
  for (const Part& part : kParts) {
    if (version < part.since || part.until < version) continue;
    std::string& sql = statements.emplace_back(part.of ? SealedTable(*part.of, version).create : part.sql);
    if (const size_t at = sql.find(usual); at != std::string::npos) sql.replace(at, usual.size(), size_bounds(length));
  }
  return statements;
}

size_t length_in(const std::vector<Object>& objects) {
  constexpr std::string_view kBefore = "length(embedding) BETWEEN ";
  for (const Object& one : objects) {
    const size_t at = one.sql.find(kBefore);
    if (one.type != "table" || one.name != "template" || at == std::string::npos) continue;
    size_t bytes = 0;
    const char* const number = one.sql.data() + at + kBefore.size();
    std::from_chars(number, one.sql.data() + one.sql.size(), bytes);
    if (bytes >= 4 * kShortestEmbedding && bytes <= 4 * kLongestEmbedding) return bytes / 4;
  }
  return kDlibEmbedding;
}

void create(Connection& connection, size_t length) {
  for (const std::string& statement : statements(kVersion, length)) connection.run(statement);
  stamp(connection, kVersion);
}

void stamp(Connection& connection, int64_t version) {
  connection.run("PRAGMA application_id = " + std::to_string(kApplicationId));
  connection.run("PRAGMA user_version = " + std::to_string(version));
}

std::vector<Object> expected_objects(size_t length, int64_t version) {
  const auto made = [&] {
    Connection scratch(":memory:", Connection::Access::create, 0);
    for (const std::string& statement : statements(version, length)) scratch.run(statement);
    return objects(scratch);
  };
  if (length != kDlibEmbedding || version != kVersion) return made();
  static const std::vector<Object> usual = made();  // each open and each check asks for it
  return usual;
}

void refuse_newer(const Connection& connection, int64_t version) {
  if (version > kVersion)
    throw Error(VAV_E_GALLERY_FORMAT, connection.path() + ": written by a newer version (its schema is " +
                                          std::to_string(version) + ", this library knows " + std::to_string(kVersion) +
                                          "): use a newer library");
}

void require_ours(Connection& connection, int64_t version) {
  const std::vector<Object> there = objects(connection);
  const std::vector<Object> expected = expected_objects(length_in(there), version);
  if (there == expected) return;
  std::string names;
  for (const Object& one : there)
    if (std::ranges::find(expected, one) == expected.end())
      names += (names.empty() ? "" : ", ") + one.type + " " + one.name;
  throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": its tables are not those of a gallery (" +
                                         (names.empty() ? "some are missing" : "altered: " + names) +
                                         "); it is damaged or was made to harm: restore a backup");
}

std::vector<Object> objects(Connection& connection) {
  std::vector<Object> found;
  for (Query query(connection, sql::kObjects); query.next();)
    found.push_back({query.text(0), query.text(1), query.optional_text(2).value_or("")});
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace visavis::schema
