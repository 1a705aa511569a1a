// The columns are those of VISAVIS_SQL_PERSON_ROW in sql.h.
#include "gallery/store/person_row.h"

#include "base/byte_writer.h"
#include "base/error.h"
#include "gallery/store/group_row.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

enum ColumnOf : int {
  kId,
  kName,
  kExternalId,
  kMetadata,
  kCreatedAt,
  kUpdatedAt,
  kEnabled,
  kValidFrom,
  kValidUntil,
  kConsentRef,
  kConsentAt,
  kExpiresAt,
  kLastSeenAt,
  kTemplates,
  kNameKey,
  kExternalKey,
  kTag
};

// When somebody was last seen is written often, and lets nobody in.
constexpr int kTagged[] = {kId,        kName,       kExternalId, kMetadata,  kCreatedAt, kUpdatedAt, kEnabled,
                           kValidFrom, kValidUntil, kConsentRef, kConsentAt, kExpiresAt, kNameKey,   kExternalKey};

// In order: the tag is over them too.
std::vector<int64_t> groups_of(Connection& connection, int64_t person) {
  std::vector<int64_t> groups;
  Query query(connection, sql::kGroupsOfPerson);
  query.bind(person);
  while (query.next()) groups.push_back(query.integer(1));
  return groups;
}

std::vector<std::string> group_names_of(Connection& connection, const Codec& codec, int64_t person) {
  std::vector<std::string> names;
  Query query(connection, sql::kGroupsOfPerson);
  query.bind(person);
  while (query.next()) names.push_back(read_group_name(connection, codec, query, {.id = 1, .name = 0, .key = 2}));
  return names;
}

std::vector<uint8_t> content(const Query& row, const std::vector<int64_t>& groups) {
  ByteWriter out;
  for (const int column : kTagged) {
    out.number(static_cast<uint8_t>(row.type(column)));
    if (row.type(column) == SQLITE_INTEGER)
      out.integer(row.integer(column));
    else
      out.text(row.raw(column));
  }
  for (const int64_t group : groups) out.integer(group);
  return out.done();
}

}  // namespace

Person read_person_row(Connection& connection, const Codec& codec, const Query& row) {
  Person person;
  person.id = row.integer(kId);
  const std::vector<int64_t> groups = groups_of(connection, person.id);
  if (!codec.is_tag(row.bytes(kTag), content(row, groups), {Column::name, person.id, 0}))
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": person " + std::to_string(person.id) +
                                           " was altered behind the gallery's back, or is damaged; remove them and "
                                           "enrol again, or restore a backup");
  const auto text = [&](int column, Column what) { return codec.text_of(row, column, {what, person.id, 0}); };
  person.name = text(kName, Column::name).value_or("");
  person.external_id = text(kExternalId, Column::external_id);
  person.metadata = text(kMetadata, Column::metadata).value_or("");
  person.created_at = row.integer(kCreatedAt);
  person.updated_at = row.integer(kUpdatedAt);
  person.enabled = row.integer(kEnabled) != 0;
  person.valid_from = row.optional_integer(kValidFrom);
  person.valid_until = row.optional_integer(kValidUntil);
  person.consent_ref = text(kConsentRef, Column::consent_ref);
  person.consent_at = row.optional_integer(kConsentAt);
  person.expires_at = row.optional_integer(kExpiresAt);
  person.last_seen_at = row.optional_integer(kLastSeenAt);
  person.templates = row.integer(kTemplates);
  if (!groups.empty()) person.groups = group_names_of(connection, codec, person.id);
  return person;
}

void tag_person_row(Connection& connection, const Codec& codec, int64_t person) {
  std::vector<uint8_t> tag;
  {
    Query row(connection, sql::kPerson);
    if (!row.bind(person).next()) return;
    tag = codec.tag(content(row, groups_of(connection, person)));
  }
  Query(connection, sql::kTagPerson).bind(person).bind(tag).next();
}

}  // namespace visavis
