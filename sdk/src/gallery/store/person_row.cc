// Each function goes through the list of columns, which says what a column is to callers.
#include "gallery/store/person_row.h"

#include <type_traits>
#include <utility>

#include "base/error.h"
#include "gallery/store/group_row.h"
#include "gallery/store/sealed_table.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

const SealedTable& table() { return SealedTable::of(SealedTable::Rows::person); }

bool is_key(Kind kind) { return kind == Kind::key || kind == Kind::name_key; }

// Whether bind_person() binds it; in the order of the list, `id` is ?1.
bool is_written(const ColumnRule& rule) { return is_key(rule.kind) || rule.member.index() != 0; }

PersonSql compose() {
  const auto rows = [](const std::string& templates) { return table().select + ", " + templates + " FROM person "; };
  const std::string counted = rows("(SELECT count(*) FROM template WHERE person_id = person.id)");
  std::string names, values, changes;
  int bound = 0;
  for (const ColumnRule* rule : table().columns()) {
    if (!is_written(*rule)) continue;
    const std::string value = std::string("?").append(std::to_string(++bound));
    names.append(rule->name).append(", ");
    values.append(value).append(", ");
    if (bound > 1) changes.append(bound > 2 ? ", " : "").append(rule->name).append(" = ").append(value);
  }
  return {.insert = "INSERT INTO person (" + names + "tag) VALUES (" + values + "x'')",
          .write = "UPDATE person SET " + changes + " WHERE id = ?1",
          .one = rows("0") + "WHERE id = ?1",
          .every = rows("0") + "ORDER BY id",
          .page = counted + sql::kWherePage,
          .by_name = counted + sql::kWhereName,
          .by_external_id = counted + sql::kWhereExternalId,
          .by_group = counted + sql::kWhereGroup};
}

std::vector<std::string> group_names_of(Connection& connection, const Codec& codec, int64_t person) {
  std::vector<std::string> names;
  Query query(connection, sql::kGroupsOfPerson);
  query.bind(person);
  while (query.next()) names.push_back(read_group_name(connection, codec, query, {.id = 1, .name = 0, .key = 2}));
  return names;
}

void read_column(Person& person, const SealedTable& from, const Codec& codec, const Query& row, int column) {
  const ColumnRule& rule = *from.columns()[size_t(column)];
  std::optional<std::string> text;
  if (rule.kind == Kind::text) text = codec.text_of(row, column, {rule.place, person.id, 0});
  std::visit(
      [&](auto member) {
        using Member = decltype(member);
        if constexpr (std::is_same_v<Member, bool Person::*>)
          person.*member = row.integer(column) != 0;
        else if constexpr (std::is_same_v<Member, int64_t Person::*>)
          person.*member = row.integer(column);
        else if constexpr (std::is_same_v<Member, std::optional<int64_t> Person::*>)
          person.*member = row.optional_integer(column);
        else if constexpr (std::is_same_v<Member, std::string Person::*>)
          person.*member = std::move(text).value_or("");
        else if constexpr (std::is_same_v<Member, std::optional<std::string> Person::*>)
          person.*member = std::move(text);
        else
          wipe(text);
      },
      rule.member);
}

std::optional<std::string> text_in(const Person& person, const ColumnRule& rule) {
  if (const auto* member = std::get_if<std::string Person::*>(&rule.member)) return person.**member;
  if (const auto* member = std::get_if<std::optional<std::string> Person::*>(&rule.member)) return person.**member;
  return std::nullopt;
}

void bind_plain(Query& query, const Person& person, const ColumnRule& rule) {
  if (const auto* truth = std::get_if<bool Person::*>(&rule.member))
    query.bind(int64_t{person.**truth});
  else if (const auto* number = std::get_if<int64_t Person::*>(&rule.member))
    query.bind(person.**number);
  else
    query.bind(person.*std::get<std::optional<int64_t> Person::*>(rule.member));
}

// Sets a stored value to a given one: "" and kNoTime remove it.
void set(std::string& now, const std::string& given) { now = given; }
void set(std::optional<std::string>& now, const std::string& given) {
  now = given.empty() ? std::nullopt : std::optional(given);
}
void set(std::optional<int64_t>& now, int64_t given) { now = given == kNoTime ? std::nullopt : std::optional(given); }
void set(bool& now, bool given) { now = given; }

}  // namespace

const PersonSql& PersonSql::get() {
  static const PersonSql composed = compose();
  return composed;
}

std::vector<int64_t> groups_of(Connection& connection, int64_t person) {
  std::vector<int64_t> groups;
  Query query(connection, sql::kGroupsOfPerson);
  query.bind(person);
  while (query.next()) groups.push_back(query.integer(1));
  return groups;
}

Person read_person_row(Connection& connection, const Codec& codec, const Query& row) {
  const SealedTable& from = table();
  Person person;
  person.id = row.integer(0);
  const std::vector<int64_t> groups = groups_of(connection, person.id);
  if (!from.is_tagged(codec, row, groups))
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": person " + std::to_string(person.id) +
                                           " was altered behind the gallery's back, or is damaged; remove them and "
                                           "enrol again, or restore a backup");
  const int columns = int(from.columns().size());
  for (int column = 0; column < columns; ++column) read_column(person, from, codec, row, column);
  person.templates = row.integer(columns + 2);  // it comes after the person and the row
  if (!groups.empty()) person.groups = group_names_of(connection, codec, person.id);
  return person;
}

void bind_person(Query& query, const Codec& codec, const Person& person) {
  const std::vector<const ColumnRule*>& columns = table().columns();
  for (const ColumnRule* rule : columns) {
    if (!is_written(*rule)) continue;
    if (rule->kind == Kind::plain) {
      bind_plain(query, person, *rule);
      continue;
    }
    const ColumnRule& of = is_key(rule->kind) ? *columns[size_t(table().text_of(*rule))] : *rule;
    auto text = text_in(person, of);
    query.bind(is_key(rule->kind) ? key_of(codec, *rule, text) : codec.text(text, {rule->place, person.id, 0}));
    wipe(text);
  }
}

void tag_person_row(Connection& connection, const Codec& codec, int64_t person) {
  table().write_tag(connection, codec, person, groups_of(connection, person));
}

void apply(const PersonFields& fields, Person& person) {
  for (const ColumnRule* rule : table().columns())
    std::visit(
        [&](auto field, auto member) {
          if constexpr (!std::is_same_v<decltype(field), std::monostate> &&
                        !std::is_same_v<decltype(member), std::monostate>) {
            if constexpr (requires { set(person.*member, *(fields.*field)); }) {
              if (fields.*field) set(person.*member, *(fields.*field));
            } else {
              throw Error(VAV_E_INTERNAL, std::string(rule->name) + " is of one type and set as another");
            }
          }
        },
        rule->field, rule->member);
}

}  // namespace visavis
