// Ids only grow, and meanwhile others write with the newest key: so it is enough to go through each table once,
// upwards.
#include "gallery/store/reseal.h"

#include <optional>

#include "base/byte_writer.h"
#include "base/error.h"
#include "gallery/store/audit_log.h"
#include "gallery/store/keyring.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/person_row.h"
#include "gallery/store/sealed_table.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

const std::string kSetting = "reseal";

using Rows = SealedTable::Rows;

// A change writes a new tag. It must not make valid what somebody has altered before: so the row is checked first.
void reseal_person(Connection& connection, const Codec& codec, int64_t id) {
  {
    Query query(connection, PersonSql::get().one.c_str());
    if (!query.bind(id).next()) return;
    read_person_row(connection, codec, query);
  }
  SealedTable::of(Rows::person).reseal(connection, codec, id);
  tag_person_row(connection, codec, id);
}

// Seals everything again that is sealed but is no row of these tables.
void reseal_settings(Connection& connection, const Codec& codec) {
  OwnerSettings::read(connection, codec).write(connection, codec);
  AuditLog(connection, codec, read_gallery_id(connection)).reseal_key();
}

}  // namespace

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
  const auto bytes = ByteWriter().number(uint8_t(table)).integer(after).done();
  Query(connection, sql::kWriteSetting).bind(kSetting).bind(bytes).next();
}

void ResealProgress::remove(Connection& connection) { Query(connection, sql::kRemoveSetting).bind(kSetting).next(); }

void reseal_some(Connection& connection, const Codec& codec, ResealProgress& progress, int64_t most) {
  using Table = ResealProgress::Table;
  const auto next_table = [&] { progress = {static_cast<Table>(uint8_t(progress.table) + 1), 0}; };
  if (progress.table == Table::groups) {
    const SealedTable& groups = SealedTable::of(Rows::group);
    for_each_row(connection, groups, [&](int64_t id) { groups.reseal(connection, codec, id); });
    reseal_settings(connection, codec);
    return next_table();
  }
  const Rows rows = progress.table == Table::persons     ? Rows::person
                    : progress.table == Table::templates ? Rows::template_
                    : progress.table == Table::audit     ? Rows::audit_entry
                    : progress.table == Table::staged    ? Rows::staged
                                                         : Rows::kept_chip;
  const SealedTable& table = SealedTable::of(rows);
  std::optional<Codec> target;
  if (rows == Rows::staged)
    if (const auto to = OwnerSettings::read(connection, codec).moving_to) target = codec.with_templates_of(*to);
  const auto ids = ids_after(connection, table.ids_after.c_str(), progress.after, most);
  for (const int64_t id : ids) {
    if (table.has_tag())
      reseal_person(connection, codec, id);
    else
      table.reseal(connection, target ? *target : codec, id);
    progress.after = id;
  }
  if (ids.empty()) next_table();
}

}  // namespace visavis
