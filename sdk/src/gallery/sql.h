// Every SQL statement of the library. A statement is known by the address of its text: use these names only.
#pragma once

#include <cstdint>

namespace visavis::sql {

// "VAVG" in the file's header: a gallery of ours and no other application's file.
inline constexpr int64_t kApplicationId = 0x56415647;
// Raised by one whenever the tables change.
inline constexpr int64_t kSchemaVersion = 1;

// ---- The tables ----

// AUTOINCREMENT: an id that was removed is never given out again; the index relies on it, and so does who keeps ids.
// An embedding is 128 little-endian 32-bit floats.
inline constexpr const char* kCreate[] = {
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
))",
    R"(CREATE INDEX person_name ON person (name))",
    R"(CREATE TABLE template (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  embedding BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) = 512),
  quality REAL,
  source TEXT,
  created_at INTEGER NOT NULL
))",
    R"(CREATE INDEX template_person ON template (person_id))",
    "PRAGMA application_id = 0x56415647",
    "PRAGMA user_version = 1",
};

inline constexpr char kStamp[] = "INSERT INTO gallery (id, created_at, model_sha256, scoring) VALUES (1, ?1, ?2, ?3)";
inline constexpr char kReadStamp[] = "SELECT created_at, model_sha256, scoring FROM gallery WHERE id = 1";

// ---- The file ----

inline constexpr char kApplicationIdOf[] = "PRAGMA application_id";
inline constexpr char kUserVersionOf[] = "PRAGMA user_version";
inline constexpr char kObjectCount[] = "SELECT count(*) FROM sqlite_master";
inline constexpr char kUseWal[] = "PRAGMA journal_mode = WAL";
inline constexpr char kSecureDelete[] = "PRAGMA secure_delete = ON";
// FULL: a commit is on disk when it returns. Temporary data never touches the disk. A long transaction's log is cut.
inline constexpr const char* kSettings[] = {"PRAGMA synchronous = FULL", "PRAGMA temp_store = MEMORY",
                                            "PRAGMA cell_size_check = ON", "PRAGMA journal_size_limit = 16777216"};

// ---- Transactions ----

inline constexpr char kBegin[] = "BEGIN";
inline constexpr char kBeginWrite[] = "BEGIN IMMEDIATE";
inline constexpr char kCommit[] = "COMMIT";
inline constexpr char kRollback[] = "ROLLBACK";
// Changes when another connection has committed.
inline constexpr char kDataVersion[] = "PRAGMA data_version";

// ---- Persons ----

inline constexpr char kAddPerson[] =
    "INSERT INTO person (name, external_id, metadata, created_at, updated_at) VALUES (?1, nullif(?2, ''), ?3, ?4, ?4)";
inline constexpr char kUpdatePerson[] =
    "UPDATE person SET name = coalesce(?2, name),"
    " external_id = CASE WHEN ?3 IS NULL THEN external_id ELSE nullif(?3, '') END,"
    " metadata = coalesce(?4, metadata), updated_at = ?5 WHERE id = ?1";
inline constexpr char kRemovePerson[] = "DELETE FROM person WHERE id = ?1";
inline constexpr char kPersonName[] = "SELECT name FROM person WHERE id = ?1";

// The same question three ways, so that each finds its rows by an index: ?1..?2 ids, ?3 name, ?4 external id, ?5 limit.
#define VISAVIS_SQL_PERSONS                                         \
  "SELECT id, name, external_id, metadata, created_at, updated_at," \
  " (SELECT count(*) FROM template WHERE person_id = person.id) FROM person "
inline constexpr char kPersons[] = VISAVIS_SQL_PERSONS
    "WHERE id BETWEEN ?1 AND ?2 AND (?3 IS NULL OR name = ?3) AND (?4 IS NULL OR external_id = ?4)"
    " ORDER BY id LIMIT ?5";
inline constexpr char kPersonsByName[] = VISAVIS_SQL_PERSONS
    "WHERE name = ?3 AND id BETWEEN ?1 AND ?2 AND (?4 IS NULL OR external_id = ?4) ORDER BY id LIMIT ?5";
inline constexpr char kPersonsByExternalId[] = VISAVIS_SQL_PERSONS
    "WHERE external_id = ?4 AND id BETWEEN ?1 AND ?2 AND (?3 IS NULL OR name = ?3) ORDER BY id LIMIT ?5";
#undef VISAVIS_SQL_PERSONS

// ---- Templates ----

inline constexpr char kAddTemplate[] =
    "INSERT INTO template (person_id, embedding, quality, source, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
inline constexpr char kRemoveTemplate[] = "DELETE FROM template WHERE id = ?1";
// One row without a template for a person who has none, no row for a person who is not there.
inline constexpr char kTemplatesOfPerson[] =
    "SELECT template.id, embedding, quality, source, template.created_at FROM person"
    " LEFT JOIN template ON person_id = person.id WHERE person.id = ?1 ORDER BY template.id";

// ---- What the index and the check read ----

inline constexpr char kCounts[] = "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM template)";
inline constexpr char kTemplatesAfter[] = "SELECT id, person_id, embedding FROM template WHERE id > ?1 ORDER BY id";
inline constexpr char kTemplate[] = "SELECT id, person_id, embedding FROM template WHERE id = ?1";
// Answered from an index, in its order: much less to read than the table.
inline constexpr char kTemplateIds[] = "SELECT id FROM template";
// The highest id ever given out and committed, or given out by the transaction that asks.
inline constexpr char kLastTemplateId[] = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'template'";

inline constexpr char kPageSize[] = "PRAGMA page_size";
inline constexpr char kIntegrityCheck[] = "PRAGMA integrity_check(100)";
inline constexpr char kForeignKeyCheck[] = "PRAGMA foreign_key_check";
inline constexpr char kObjects[] =
    "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'";
inline constexpr char kHighestIds[] =
    "SELECT name, seq FROM sqlite_sequence"
    " WHERE (name = 'person' AND seq < (SELECT max(id) FROM person))"
    " OR (name = 'template' AND seq < (SELECT max(id) FROM template))";
inline constexpr char kAllPersons[] = "SELECT id, name, external_id, metadata FROM person ORDER BY id";

}  // namespace visavis::sql
