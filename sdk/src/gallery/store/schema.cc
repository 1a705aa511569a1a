// A change of the tables sets the old ones aside, makes the new ones and fills them. So a migrated file is word for
// word what a new one is, and `gallery check` can compare them.
#include "gallery/store/schema.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "gallery/store/sql.h"
#include "gallery/store/sqlite.h"

namespace visavis::schema {
namespace {

// - AUTOINCREMENT: an id that was removed is never given out again; the index relies on it, and so does who keeps ids.
// - Texts of persons and templates go through codec.h. A …_key is what equality is asked by: in a plain gallery the
// text
//   itself, in an encrypted one a hash with a key. A tag is a checksum of the row, with a key in an encrypted gallery.
// - Times are milliseconds since 1970-01-01 UTC; none is NULL.
constexpr const char* kCreate[] = {
    // uid: tells this gallery from every other one.
    R"(CREATE TABLE gallery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  uid BLOB NOT NULL CHECK (length(uid) = 16),
  created_at INTEGER NOT NULL,
  model_sha256 TEXT NOT NULL,
  scoring TEXT NOT NULL
))",
    R"(CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID)",
    R"(CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  external_key BLOB UNIQUE,
  external_id TEXT,
  name_key BLOB NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  valid_from INTEGER,
  valid_until INTEGER,
  consent_ref TEXT,
  consent_at INTEGER,
  expires_at INTEGER,
  last_seen_at INTEGER,
  tag BLOB NOT NULL,
  CHECK ((external_key IS NULL) = (external_id IS NULL))
))",
    R"(CREATE INDEX person_name ON person (name_key))",
    R"(CREATE INDEX person_expires ON person (expires_at) WHERE expires_at IS NOT NULL)",
    // Those who are not always candidates: few in most galleries.
    R"(CREATE INDEX person_restricted ON person (enabled, valid_from, valid_until, expires_at)
  WHERE enabled = 0 OR valid_from IS NOT NULL OR valid_until IS NOT NULL OR expires_at IS NOT NULL)",
    R"(CREATE TABLE person_group (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  name_key BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL CHECK (name <> '')
))",
    R"(CREATE TABLE membership (
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  group_id INTEGER NOT NULL REFERENCES person_group (id) ON DELETE CASCADE,
  PRIMARY KEY (person_id, group_id)
) WITHOUT ROWID)",
    R"(CREATE INDEX membership_group ON membership (group_id, person_id))",
    // embedding: 128 little-endian 32-bit floats, the recipe's number for it and a checksum, or those numbers
    // encrypted.
    R"(CREATE TABLE template (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  embedding BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) BETWEEN 512 AND 1024),
  quality REAL,
  source TEXT,
  created_at INTEGER NOT NULL
))",
    R"(CREATE INDEX template_person ON template (person_id))",
    // The templates that were removed of late, so that every open handle can follow without reading all ids.
    R"(CREATE TABLE removal (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  template_id INTEGER NOT NULL
))",
    // The persons whose eligibility changed of late, for the same reason.
    R"(CREATE TABLE eligibility_change (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  person_id INTEGER NOT NULL
))",
    R"(CREATE TABLE erase_pending (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  requested_at INTEGER NOT NULL
))",
    R"(CREATE TABLE audit_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  bytes BLOB NOT NULL
))",
    "PRAGMA application_id = 0x56415647",
    "PRAGMA user_version = 3",
};

// Version 1 → 2. Its child table goes first: dropping a table with children removes them.
constexpr const char* kSetAside1[] = {
    "DROP INDEX person_name",
    "DROP INDEX template_person",
    "ALTER TABLE gallery RENAME TO old_gallery",
    "ALTER TABLE template RENAME TO old_template",
    "ALTER TABLE person RENAME TO old_person",
};
constexpr const char* kFillFrom1[] = {
    "INSERT INTO gallery (id, uid, created_at, model_sha256, scoring)"
    " SELECT id, randomblob(16), created_at, model_sha256, scoring FROM old_gallery",
    "INSERT INTO person (id, external_key, external_id, name_key, name, metadata, created_at, updated_at, tag)"
    " SELECT id, external_id, external_id, name, name, metadata, created_at, updated_at, x'' FROM old_person",
    "INSERT INTO template (id, person_id, embedding, quality, source, created_at)"
    " SELECT id, person_id, embedding, quality, source, created_at FROM old_template",
    // Ids that were given out and removed again stay given out.
    "DELETE FROM sqlite_sequence WHERE name IN ('person', 'template')",
    "UPDATE sqlite_sequence SET name = substr(name, 5) WHERE name IN ('old_person', 'old_template')",
    "DROP TABLE old_template",
    "DROP TABLE old_person",
    "DROP TABLE old_gallery",
};

// What an earlier version's file must look like before it is taken over.
constexpr const char* kTables1[] = {
    R"(CREATE TABLE gallery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  created_at INTEGER NOT NULL,
  model_sha256 TEXT NOT NULL,
  scoring TEXT NOT NULL
))",
    R"(CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  external_id TEXT UNIQUE,
  name TEXT NOT NULL CHECK (name <> ''),
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
))",   R"(CREATE INDEX person_name ON person (name))",
    R"(CREATE TABLE template (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  embedding BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) = 512),
  quality REAL,
  source TEXT,
  created_at INTEGER NOT NULL
))", R"(CREATE INDEX template_person ON template (person_id))",
};
constexpr const char* kGallery2 = R"(CREATE TABLE gallery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  uid BLOB NOT NULL CHECK (length(uid) = 16),
  created_at INTEGER NOT NULL,
  model_sha256 TEXT NOT NULL,
  scoring TEXT NOT NULL,
  candidates INTEGER NOT NULL DEFAULT 0
))";

// Version 2 → 3: the number that was raised with each change becomes a list of what changed.
constexpr const char* kSetAside2[] = {"ALTER TABLE gallery RENAME TO old_gallery"};
constexpr const char* kFillFrom2[] = {
    "INSERT INTO gallery (id, uid, created_at, model_sha256, scoring)"
    " SELECT id, uid, created_at, model_sha256, scoring FROM old_gallery",
    "DROP TABLE old_gallery",
};
constexpr const char* kNewIn3[] = {"CREATE TABLE gallery (", "CREATE TABLE eligibility_change (",
                                   "PRAGMA user_version"};

void execute(Connection& connection, std::span<const char* const> statements) {
  for (const char* statement : statements) connection.execute(statement);
}

}  // namespace

void create(Connection& connection) { execute(connection, kCreate); }

void migrate(Connection& connection, int64_t from) {
  if (from == 1) {
    execute(connection, kSetAside1);
    execute(connection, kCreate);
    execute(connection, kFillFrom1);
  } else if (from == 2) {
    execute(connection, kSetAside2);
    for (const char* statement : kCreate)
      for (const char* beginning : kNewIn3)
        if (std::string_view(statement).starts_with(beginning)) connection.execute(statement);
    execute(connection, kFillFrom2);
  } else {
    throw Error(VAV_E_INTERNAL, "no way from schema " + std::to_string(from));
  }
}

std::vector<Object> expected_objects(int64_t version) {
  Connection scratch(":memory:", Connection::Access::create, 0);
  if (version == 1) {
    execute(scratch, kTables1);
  } else {
    create(scratch);
    if (version == 2)
      for (const char* change : {"DROP TABLE gallery", "DROP TABLE eligibility_change", kGallery2})
        scratch.execute(change);
  }
  return objects(scratch);
}

void require_ours(Connection& connection, int64_t version) {
  static const std::vector<Object> newest = expected_objects(kVersion);
  const std::vector<Object> expected = version == kVersion ? newest : expected_objects(version);
  const std::vector<Object> there = objects(connection);
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
