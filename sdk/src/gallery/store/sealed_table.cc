// Composes statements when a table is first used, and only then.
#include "gallery/store/sealed_table.h"

#include <algorithm>

#include "base/byte_writer.h"
#include "base/error.h"
#include "base/text.h"

namespace visavis {
namespace {

using Rows = SealedTable::Rows;

struct Rules {
  const char* name;
  const char* place;       // the person and the row that sealed values belong to
  const char* constraint;  // after the columns
  std::span<const ColumnRule> columns;
};

Rules rules_of(Rows rows) {
  switch (rows) {
    case Rows::person:
      return {"person", "id, 0", ",\n  CHECK ((external_key IS NULL) = (external_id IS NULL))", kPersonColumns};
    case Rows::group:
      return {"person_group", "0, id", "", kGroupColumns};
    case Rows::template_:
      return {"template", "person_id, id", "", kTemplateColumns};
    case Rows::audit_entry:
      return {"audit_entry", "0, id", "", kAuditColumns};
    case Rows::staged:
      return {"staged", "person_id, id", "", kStagedColumns};
    case Rows::kept_chip:
      return {"kept_chip", "person_id, id", "", kKeptChipColumns};
  }
  throw Error(VAV_E_INTERNAL, "no such table");
}

bool is_sealed(Kind kind) { return kind != Kind::plain && kind != Kind::tag; }

}  // namespace

StoredValue key_of(const Codec& codec, const ColumnRule& rule, const std::optional<std::string>& text) {
  if (rule.kind != Kind::name_key || !text) return codec.key(text, rule.place);
  std::optional<std::string> looked_up = normal_form(*text);
  StoredValue key = codec.key(looked_up, rule.place);
  wipe(looked_up);
  return key;
}

SealedTable::SealedTable(Rows rows, int64_t version, const std::string& name) {
  const Rules rules = rules_of(rows);
  name_ = name.empty() ? rules.name : name;
  std::string list, definitions, changes;
  for (const ColumnRule& rule : rules.columns) {
    if (rule.since > version) continue;
    const int at = int(columns_.size());
    columns_.push_back(&rule);
    list.append(at ? ", " : "").append(rule.name);
    definitions.append(at ? ",\n  " : "").append(rule.name).append(" ").append(rule.definition);
    if (rule.kind == Kind::tag) tag_ = at;
    if (rule.in_tag) tagged_.push_back(at);
    if (!is_sealed(rule.kind)) continue;
    sealed_.push_back(at);
    changes.append(sealed_.size() > 1 ? ", " : "").append(rule.name).append(" = ?");
    changes += std::to_string(sealed_.size() + 1);
  }
  std::ranges::sort(tagged_, {}, [&](int at) { return columns_[size_t(at)]->in_tag; });
  create = std::string("CREATE TABLE ") + rules.name + " (\n  " + definitions + rules.constraint + "\n)";
  select = "SELECT " + list + ", " + rules.place;
  one = select + " FROM " + name_ + " WHERE id = ?1";
  every = select + " FROM " + name_ + " ORDER BY id";
  ids_after = "SELECT id FROM " + name_ + " WHERE id > ?1 ORDER BY id LIMIT ?2";
  reseal_ = "UPDATE " + name_ + " SET " + changes + " WHERE id = ?1";
  write_tag_ = "UPDATE " + name_ + " SET tag = ?2 WHERE id = ?1";
}

const SealedTable& SealedTable::of(Rows rows) {
  static const SealedTable tables[] = {{Rows::person, schema::kVersion},    {Rows::group, schema::kVersion},
                                       {Rows::template_, schema::kVersion}, {Rows::audit_entry, schema::kVersion},
                                       {Rows::staged, schema::kVersion},    {Rows::kept_chip, schema::kVersion}};
  return tables[size_t(rows)];
}

int SealedTable::column(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, [](const ColumnRule* rule) { return rule->name; });
  if (found == columns_.end()) throw Error(VAV_E_INTERNAL, "no column " + std::string(name));
  return int(found - columns_.begin());
}

int SealedTable::text_of(const ColumnRule& key) const {
  const auto found = std::ranges::find_if(
      columns_, [&](const ColumnRule* other) { return other->kind == Kind::text && other->place == key.place; });
  if (found == columns_.end()) throw Error(VAV_E_INTERNAL, std::string(key.name) + " is the key of no text");
  return int(found - columns_.begin());
}

Place SealedTable::place_of(const Query& row, const ColumnRule& rule) const {
  const int after = int(columns_.size());
  return {rule.place, row.integer(after), row.integer(after + 1)};
}

void SealedTable::require_sound(const Codec& codec, const Query& row) const {
  for (size_t at = 0; at < columns_.size(); ++at) {
    const ColumnRule& rule = *columns_[at];
    const int column = int(at);
    if (rule.kind == Kind::text) {
      auto text = codec.text_of(row, column, place_of(row, rule));
      wipe(text);
    } else if (rule.kind == Kind::embedding || rule.kind == Kind::staged) {
      codec.embedding_of(row.bytes(column), place_of(row, rule));
    } else if (rule.kind == Kind::bytes) {
      codec.open_bytes(row.bytes(column), place_of(row, rule));
    } else if (rule.kind == Kind::signed_bytes) {
      auto bytes = codec.open_signed(row.bytes(column), place_of(row, rule));
      wipe(bytes);
    }
  }
}

std::vector<uint8_t> SealedTable::content(const Query& row, std::span<const int64_t> groups) const {
  ByteWriter out;
  for (const int column : tagged_) {
    out.number(uint8_t(row.type(column)));
    if (row.type(column) == SQLITE_INTEGER)
      out.integer(row.integer(column));
    else
      out.text(row.raw(column));
  }
  for (const int64_t group : groups) out.integer(group);
  return out.done();
}

bool SealedTable::is_tagged(const Codec& codec, const Query& row, std::span<const int64_t> groups) const {
  return codec.is_tag(row.bytes(tag_), content(row, groups), {Column::name, row.integer(0), 0});
}

void SealedTable::write_tag(Connection& connection, const Codec& codec, int64_t id,
                            std::span<const int64_t> groups) const {
  std::vector<uint8_t> tag;
  {
    Query row(connection, one.c_str());
    if (!row.bind(id).next()) return;
    tag = codec.tag(content(row, groups));
  }
  Query(connection, write_tag_.c_str()).bind(id).bind(tag).next();
}

StoredValue SealedTable::sealed_anew(const Codec& codec, const Query& row, size_t column) const {
  const ColumnRule& rule = *columns_[column];
  const int at = int(column);
  const Place place = place_of(row, rule);
  const auto blob = [](const std::vector<uint8_t>& bytes) {
    return StoredValue{StoredValue::Kind::blob, {bytes.begin(), bytes.end()}};
  };
  switch (rule.kind) {
    case Kind::text: {
      auto text = codec.text_of(row, at, place);
      StoredValue value = codec.text(text, place);
      wipe(text);
      return value;
    }
    case Kind::key:
    case Kind::name_key: {
      auto text = codec.text_of(row, text_of(rule), place);
      StoredValue value = key_of(codec, rule, text);
      wipe(text);
      return value;
    }
    case Kind::embedding:
    case Kind::staged: {
      const Codec::Template stored = codec.embedding_of(row.bytes(at), place);
      return blob(codec.embedding(stored.embedding, stored.offset, place));
    }
    case Kind::bytes:
      return blob(codec.bytes(codec.open_bytes(row.bytes(at), place), place));
    case Kind::signed_bytes: {
      auto bytes = codec.open_signed(row.bytes(at), place);
      StoredValue value = blob(codec.signed_bytes(bytes, place));
      wipe(bytes);
      return value;
    }
    default:
      throw Error(VAV_E_INTERNAL, std::string(rule.name) + " is not sealed");
  }
}

void SealedTable::reseal(Connection& connection, const Codec& codec, int64_t id) const {
  std::vector<StoredValue> values;
  {
    Query row(connection, one.c_str());
    if (!row.bind(id).next()) return;
    for (const int column : sealed_) values.push_back(sealed_anew(codec, row, size_t(column)));
  }
  Query change(connection, reseal_.c_str());
  change.bind(id);
  for (const StoredValue& value : values) change.bind(value);
  change.next();
}

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

}  // namespace visavis
