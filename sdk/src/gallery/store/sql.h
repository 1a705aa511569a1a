// The SQL statements on rows; the tables are in schema.cc, and the statements that name all columns of one follow from
// its list (sealed_table.h, person_row.h). A statement is known by the address of its text: use these names only.
#pragma once

#include <cstdint>

namespace visavis::sql {

inline constexpr char kStamp[] =
    "INSERT INTO gallery (id, uid, created_at, model_sha256, scoring) VALUES (1, randomblob(16), ?1, ?2, ?3)";
inline constexpr char kReadStamp[] = "SELECT created_at, model_sha256, scoring FROM gallery WHERE id = 1";
inline constexpr char kStampAnew[] = "UPDATE gallery SET model_sha256 = ?1, scoring = ?2 WHERE id = 1";
inline constexpr char kReadUid[] = "SELECT uid FROM gallery WHERE id = 1";

inline constexpr char kReadSetting[] = "SELECT value FROM setting WHERE key = ?1";
inline constexpr char kWriteSetting[] = "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)";
// Changes nothing, but writes a page: for an UPDATE with equal values SQLite would write none.
inline constexpr char kWriteTheSame[] =
    "INSERT OR REPLACE INTO setting (key, value) SELECT key, value FROM setting WHERE key = 'owner'";
inline constexpr char kRemoveSetting[] = "DELETE FROM setting WHERE key = ?1";

// ---- The file ----

inline constexpr char kApplicationIdOf[] = "PRAGMA application_id";
inline constexpr char kUserVersionOf[] = "PRAGMA user_version";
inline constexpr char kSchemaVersion[] = "PRAGMA schema_version";  // raised whenever a table changes
inline constexpr char kObjectCount[] = "SELECT count(*) FROM sqlite_master";
inline constexpr char kUseWal[] = "PRAGMA journal_mode = WAL";
inline constexpr char kSecureDeleteIs[] = "PRAGMA secure_delete";
inline constexpr char kSecureDelete[] = "PRAGMA secure_delete = ON";
// A commit is on disk when it returns. With NORMAL it is on disk after a later checkpoint.
inline constexpr char kSynchronousFull[] = "PRAGMA synchronous = FULL";
inline constexpr char kSynchronousNormal[] = "PRAGMA synchronous = NORMAL";
// Temporary data is never written to the disk. The log of a long transaction is cut afterwards.
inline constexpr const char* kSettings[] = {"PRAGMA temp_store = MEMORY", "PRAGMA cell_size_check = ON",
                                            "PRAGMA journal_size_limit = 16777216"};

inline constexpr char kVacuum[] = "VACUUM";

// ---- Transactions ----

inline constexpr char kBegin[] = "BEGIN";
inline constexpr char kBeginWrite[] = "BEGIN IMMEDIATE";
inline constexpr char kCommit[] = "COMMIT";
inline constexpr char kRollback[] = "ROLLBACK";
// The part of a transaction that belongs to one call.
inline constexpr char kBeginPart[] = "SAVEPOINT part";
inline constexpr char kEndPart[] = "RELEASE part";
inline constexpr char kUndoPart[] = "ROLLBACK TO part";
// Changes when another connection has committed.
inline constexpr char kDataVersion[] = "PRAGMA data_version";

// ---- Persons ----

// The last id that a table gave out. The next id must be known before the row is stored: what is sealed in the row is
// bound to it.
inline constexpr char kLastId[] = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?1), 0)";
inline constexpr char kOwnerOfExternalKey[] = "SELECT id FROM person WHERE external_key = ?1";
inline constexpr char kRemovePerson[] = "DELETE FROM person WHERE id = ?1";

// The same question in four forms, so that each finds its rows by an index: ?1..?2 ids, ?3 name, ?4 external id, ?5
// limit, ?6 group. person_row.cc puts the columns before them.
#define VISAVIS_SQL_IN_GROUP                                                                        \
  " AND (?6 IS NULL OR EXISTS (SELECT 1 FROM membership WHERE person_id = person.id AND group_id =" \
  " (SELECT id FROM person_group WHERE name_key = ?6)))"
inline constexpr char kWherePage[] =
    "WHERE id BETWEEN ?1 AND ?2 AND (?3 IS NULL OR name_key = ?3) AND (?4 IS NULL OR external_key = "
    "?4)" VISAVIS_SQL_IN_GROUP " ORDER BY id LIMIT ?5";
inline constexpr char kWhereName[] =
    "WHERE name_key = ?3 AND id BETWEEN ?1 AND ?2 AND (?4 IS NULL OR external_key = ?4)" VISAVIS_SQL_IN_GROUP
    " ORDER BY id LIMIT ?5";
inline constexpr char kWhereExternalId[] =
    "WHERE external_key = ?4 AND id BETWEEN ?1 AND ?2 AND (?3 IS NULL OR name_key = ?3)" VISAVIS_SQL_IN_GROUP
    " ORDER BY id LIMIT ?5";
inline constexpr char kWhereGroup[] =
    "WHERE id IN (SELECT person_id FROM membership WHERE group_id = (SELECT id FROM person_group WHERE name_key = ?6)"
    " AND person_id BETWEEN ?1 AND ?2) AND (?3 IS NULL OR name_key = ?3) AND (?4 IS NULL OR external_key = ?4)"
    " ORDER BY id LIMIT ?5";
#undef VISAVIS_SQL_IN_GROUP

inline constexpr char kPurgeable[] = "SELECT id FROM person WHERE expires_at <= ?1";
inline constexpr char kSeePerson[] = "UPDATE person SET last_seen_at = ?2 WHERE id = ?1";

// ---- Groups ----

inline constexpr char kAddGroup[] = "INSERT INTO person_group (id, name_key, name) VALUES (?1, ?2, ?3)";
inline constexpr char kGroupOfKey[] = "SELECT id, name, name_key FROM person_group WHERE name_key = ?1";
inline constexpr char kJoinGroup[] = "INSERT OR IGNORE INTO membership (person_id, group_id) VALUES (?1, ?2)";
inline constexpr char kLeaveGroup[] = "DELETE FROM membership WHERE person_id = ?1 AND group_id = ?2";
inline constexpr char kLeaveAllGroups[] = "DELETE FROM membership WHERE person_id = ?1";
inline constexpr char kRemoveEmptyGroups[] =
    "DELETE FROM person_group WHERE NOT EXISTS (SELECT 1 FROM membership WHERE group_id = person_group.id)";
// The same for one group, without looking at the others.
inline constexpr char kRemoveGroupIfEmpty[] =
    "DELETE FROM person_group WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM membership WHERE group_id = ?1)";
inline constexpr char kGroups[] =
    "SELECT name, (SELECT count(*) FROM membership WHERE group_id = person_group.id), id, name_key FROM person_group"
    " ORDER BY id";
inline constexpr char kGroupsOfPerson[] =
    "SELECT name, group_id, name_key FROM membership JOIN person_group ON person_group.id = group_id WHERE person_id = "
    "?1"
    " ORDER BY group_id";

// ---- Who is eligible ----

inline constexpr char kNoteEligibility[] = "INSERT INTO eligibility_change (person_id) VALUES (?1)";
inline constexpr char kForgetEligibility[] =
    "DELETE FROM eligibility_change WHERE id <= (SELECT max(id) FROM eligibility_change) - ?1";
inline constexpr char kEligibilityRange[] =
    "SELECT (SELECT min(id) FROM eligibility_change), (SELECT max(id) FROM eligibility_change)";
inline constexpr char kEligibilityAfter[] = "SELECT person_id FROM eligibility_change WHERE id > ?1 ORDER BY id";
inline constexpr char kRestriction[] =
    "SELECT id, enabled, valid_from, valid_until, expires_at FROM person WHERE id = ?1";
inline constexpr char kGroupIdsOfPerson[] = "SELECT group_id FROM membership WHERE person_id = ?1";
inline constexpr char kRestricted[] =
    "SELECT id, enabled, valid_from, valid_until, expires_at FROM person"
    " WHERE enabled = 0 OR valid_from IS NOT NULL OR valid_until IS NOT NULL OR expires_at IS NOT NULL ORDER BY id";
inline constexpr char kPersonsOfGroup[] = "SELECT person_id FROM membership WHERE group_id = ?1 ORDER BY person_id";

// ---- Templates ----

inline constexpr char kAddTemplate[] =
    "INSERT INTO template (id, person_id, embedding, quality, source, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
inline constexpr char kSetEmbedding[] = "UPDATE template SET embedding = ?2 WHERE id = ?1";
inline constexpr char kTemplateCount[] = "SELECT count(*) FROM template WHERE person_id = ?1";
inline constexpr char kOwnerOfTemplate[] = "SELECT person_id FROM template WHERE id = ?1";
inline constexpr char kRemoveTemplate[] = "DELETE FROM template WHERE id = ?1";
// For a person without templates one row with nothing in it; for nobody no row.
inline constexpr char kTemplatesOfPerson[] =
    "SELECT template.id, embedding, quality, source, template.created_at FROM person"
    " LEFT JOIN template ON person_id = person.id WHERE person.id = ?1 ORDER BY template.id";

// ---- Moving to other models ----

inline constexpr char kStage[] = "INSERT OR REPLACE INTO staged (id, person_id, embedding) VALUES (?1, ?2, ?3)";
inline constexpr char kStagedWithTemplates[] =
    "SELECT staged.id, staged.person_id, staged.embedding, template.person_id FROM staged"
    " LEFT JOIN template ON template.id = staged.id ORDER BY staged.id";
inline constexpr char kUnstaged[] =
    "SELECT id, person_id FROM template WHERE id > ?1 AND id NOT IN (SELECT id FROM staged) ORDER BY id LIMIT ?2";
inline constexpr char kUnstageTemplate[] = "DELETE FROM staged WHERE id = ?1";
inline constexpr char kUnstagePerson[] =
    "DELETE FROM staged WHERE id IN (SELECT id FROM template WHERE person_id = ?1)";
inline constexpr char kUnstageAll[] = "DELETE FROM staged";
inline constexpr char kMoveCounts[] =
    "SELECT (SELECT count(*) FROM staged), (SELECT count(*) FROM template), (SELECT count(*) FROM kept_chip)";
inline constexpr char kRemoveUnstaged[] = "DELETE FROM template WHERE id NOT IN (SELECT id FROM staged)";
inline constexpr char kTakeStaged[] =
    "UPDATE template SET embedding = (SELECT embedding FROM staged WHERE staged.id = template.id)";

inline constexpr char kKeepChip[] = "INSERT OR REPLACE INTO kept_chip (id, person_id, picture) VALUES (?1, ?2, ?3)";
inline constexpr char kKeptChip[] = "SELECT person_id, picture FROM kept_chip WHERE id = ?1";
inline constexpr char kRemoveChip[] = "DELETE FROM kept_chip WHERE id = ?1";
inline constexpr char kRemoveChipsOfPerson[] =
    "DELETE FROM kept_chip WHERE id IN (SELECT id FROM template WHERE person_id = ?1)";
inline constexpr char kRemoveAllChips[] = "DELETE FROM kept_chip";
inline constexpr char kRemoveLostChips[] = "DELETE FROM kept_chip WHERE id NOT IN (SELECT id FROM template)";
inline constexpr char kWithoutTemplate[] =
    "SELECT 'staged', id FROM staged AS row WHERE NOT EXISTS"
    " (SELECT 1 FROM template WHERE template.id = row.id AND template.person_id = row.person_id)"
    " UNION ALL SELECT 'kept_chip', id FROM kept_chip AS row WHERE NOT EXISTS"
    " (SELECT 1 FROM template WHERE template.id = row.id AND template.person_id = row.person_id)";

// ---- Import ----

// No id was ever given out.
inline constexpr char kIsUnused[] =
    "SELECT NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name IN ('person', 'template'))";

// ---- What was removed of late ----

inline constexpr char kNoteRemoval[] = "INSERT INTO removal (template_id) VALUES (?1)";
inline constexpr char kNoteRemovalsOfPerson[] =
    "INSERT INTO removal (template_id) SELECT id FROM template WHERE person_id = ?1";
inline constexpr char kForgetRemovals[] = "DELETE FROM removal WHERE id <= (SELECT max(id) FROM removal) - ?1";
inline constexpr char kRemovalRange[] = "SELECT (SELECT min(id) FROM removal), (SELECT max(id) FROM removal)";
inline constexpr char kRemovalsAfter[] = "SELECT template_id FROM removal WHERE id > ?1 ORDER BY id";

// ---- What the index and the check read ----

inline constexpr char kCounts[] = "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM template)";
inline constexpr char kTemplatesAfter[] = "SELECT id, person_id, embedding FROM template WHERE id > ?1 ORDER BY id";
inline constexpr char kTemplate[] = "SELECT id, person_id, embedding FROM template WHERE id = ?1";
// SQLite answers it from an index, in the index's order. That is much less to read than the table.
inline constexpr char kTemplateIds[] = "SELECT id FROM template";

// ---- The audit log ----

inline constexpr char kAddAuditEntry[] = "INSERT INTO audit_entry (id, bytes) VALUES (?1, ?2)";
inline constexpr char kAuditEntriesAfter[] = "SELECT id, bytes FROM audit_entry WHERE id > ?1 ORDER BY id LIMIT ?2";
inline constexpr char kLastAuditEntry[] = "SELECT id, bytes FROM audit_entry ORDER BY id DESC LIMIT 1";
inline constexpr char kFirstAuditEntry[] = "SELECT id, bytes FROM audit_entry ORDER BY id LIMIT 1";

// ---- What is still to be erased ----

inline constexpr char kAddErasePending[] = "INSERT INTO erase_pending (requested_at) VALUES (?1)";
inline constexpr char kErasePending[] = "SELECT EXISTS (SELECT 1 FROM erase_pending)";
inline constexpr char kRemoveErasePending[] = "DELETE FROM erase_pending";

inline constexpr char kPageSize[] = "PRAGMA page_size";
inline constexpr char kIntegrityCheck[] = "PRAGMA integrity_check(100)";
inline constexpr char kForeignKeyCheck[] = "PRAGMA foreign_key_check";
inline constexpr char kObjects[] = "SELECT type, name, sql FROM sqlite_master";
inline constexpr char kHighestIds[] =
    "SELECT name, seq FROM sqlite_sequence"
    " WHERE (name = 'person' AND seq < (SELECT max(id) FROM person))"
    " OR (name = 'template' AND seq < (SELECT max(id) FROM template))";
inline constexpr char kAllGroups[] =
    "SELECT id, name, name_key, EXISTS (SELECT 1 FROM membership WHERE group_id = person_group.id) FROM person_group";

}  // namespace visavis::sql
