// The lists themselves. CONTRIBUTING.md says what else a new column needs.
#include "gallery/store/columns.h"

namespace visavis {

namespace schema {

const int64_t kVersion = 4;

}  // namespace schema

namespace {

constexpr const char* kId = "INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0)";

// last_seen_at is written often and lets nobody in: so no tag covers it.
constexpr ColumnRule kPerson[] = {
    {.name = "id", .definition = kId, .in_tag = 1, .member = &Person::id},
    {.name = "external_key",
     .definition = "BLOB UNIQUE",
     .kind = Kind::key,
     .place = Column::external_id,
     .in_tag = 14},
    {.name = "external_id",
     .definition = "TEXT",
     .kind = Kind::text,
     .place = Column::external_id,
     .in_tag = 3,
     .member = &Person::external_id,
     .field = &PersonFields::external_id},
    {.name = "name_key", .definition = "BLOB NOT NULL", .kind = Kind::name_key, .place = Column::name, .in_tag = 13},
    {.name = "name",
     .definition = "TEXT NOT NULL CHECK (name <> '')",
     .kind = Kind::text,
     .place = Column::name,
     .in_tag = 2,
     .member = &Person::name,
     .field = &PersonFields::name},
    {.name = "metadata",
     .definition = "TEXT NOT NULL DEFAULT '{}'",
     .kind = Kind::text,
     .place = Column::metadata,
     .in_tag = 4,
     .member = &Person::metadata,
     .field = &PersonFields::metadata},
    {.name = "created_at", .definition = "INTEGER NOT NULL", .in_tag = 5, .member = &Person::created_at},
    {.name = "updated_at", .definition = "INTEGER NOT NULL", .in_tag = 6, .member = &Person::updated_at},
    {.name = "enabled",
     .definition = "INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1))",
     .in_tag = 7,
     .member = &Person::enabled,
     .field = &PersonFields::enabled},
    {.name = "valid_from",
     .definition = "INTEGER",
     .in_tag = 8,
     .member = &Person::valid_from,
     .field = &PersonFields::valid_from},
    {.name = "valid_until",
     .definition = "INTEGER",
     .in_tag = 9,
     .member = &Person::valid_until,
     .field = &PersonFields::valid_until},
    {.name = "consent_ref",
     .definition = "TEXT",
     .kind = Kind::text,
     .place = Column::consent_ref,
     .in_tag = 10,
     .member = &Person::consent_ref,
     .field = &PersonFields::consent_ref},
    {.name = "consent_at",
     .definition = "INTEGER",
     .in_tag = 11,
     .member = &Person::consent_at,
     .field = &PersonFields::consent_at},
    {.name = "expires_at",
     .definition = "INTEGER",
     .in_tag = 12,
     .member = &Person::expires_at,
     .field = &PersonFields::expires_at},
    {.name = "last_seen_at", .definition = "INTEGER", .member = &Person::last_seen_at},
    {.name = "tag", .definition = "BLOB NOT NULL", .kind = Kind::tag},
};

constexpr ColumnRule kGroup[] = {
    {.name = "id", .definition = kId},
    {.name = "name_key", .definition = "BLOB NOT NULL UNIQUE", .kind = Kind::name_key, .place = Column::group_name},
    {.name = "name", .definition = "TEXT NOT NULL CHECK (name <> '')", .kind = Kind::text, .place = Column::group_name},
};

// embedding: its numbers as little-endian 32-bit floats, the offset and a checksum, or these numbers encrypted. The
// bounds of its size here are those of 128 numbers; schema.cc writes those of other lengths.
constexpr ColumnRule kTemplate[] = {
    {.name = "id", .definition = kId},
    {.name = "person_id", .definition = "INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE"},
    {.name = "embedding",
     .definition = "BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) BETWEEN 512 AND 1024)",
     .kind = Kind::embedding,
     .place = Column::embedding},
    {.name = "quality", .definition = "REAL"},
    {.name = "source", .definition = "TEXT", .kind = Kind::text, .place = Column::source},
    {.name = "created_at", .definition = "INTEGER NOT NULL"},
};

constexpr ColumnRule kAudit[] = {
    {.name = "id", .definition = kId},
    {.name = "bytes", .definition = "BLOB NOT NULL", .kind = Kind::bytes, .place = Column::audit_entry},
};

// Of templates, by the template's id. They refer to no table: so the table of the templates can be made anew, and
// whoever removes a template removes these as well.
constexpr const char* kTemplateId = "INTEGER PRIMARY KEY CHECK (id > 0)";

// The embedding that a template will have when the gallery moves to other models.
constexpr ColumnRule kStaged[] = {
    {.name = "id", .definition = kTemplateId, .since = 4},
    {.name = "person_id", .definition = "INTEGER NOT NULL", .since = 4},
    {.name = "embedding", .definition = "BLOB NOT NULL", .kind = Kind::staged, .place = Column::embedding, .since = 4},
};

// The picture of a face, kept so that its template can be made again.
constexpr ColumnRule kKeptChip[] = {
    {.name = "id", .definition = kTemplateId, .since = 4},
    {.name = "person_id", .definition = "INTEGER NOT NULL", .since = 4},
    {.name = "picture",
     .definition = "BLOB NOT NULL",
     .kind = Kind::signed_bytes,
     .place = Column::kept_chip,
     .since = 4},
};

}  // namespace

const std::span<const ColumnRule> kPersonColumns = kPerson, kGroupColumns = kGroup, kTemplateColumns = kTemplate,
                                  kAuditColumns = kAudit, kStagedColumns = kStaged, kKeptChipColumns = kKeptChip;

}  // namespace visavis
