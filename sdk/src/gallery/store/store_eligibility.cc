// Groups, and who is eligible: each function is one statement of sql.h.
#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "gallery/store/group_row.h"
#include "gallery/store/person_row.h"
#include "gallery/store/sealed_table.h"
#include "gallery/store/sql.h"
#include "gallery/store/store.h"

namespace visavis {
namespace {

Restriction restriction_in(const Query& query) {
  return {query.integer(0), query.integer(1) != 0, query.optional_integer(2), query.optional_integer(3),
          query.optional_integer(4)};
}

}  // namespace

void Store::note_eligibility(int64_t person) {
  Query(*connection_, sql::kNoteEligibility).bind(person).next();
  Query(*connection_, sql::kForgetEligibility).bind(kKeptChanges).next();
}

std::optional<int64_t> Store::group_of(const std::string& name) {
  for (const StoredValue& key : codec_.keys(normal_form(name), Column::group_name)) {
    Query query(*connection_, sql::kGroupOfKey);
    if (!query.bind(key).next()) continue;
    const int64_t id = query.integer(0);
    if (!same_text(read_group_name(*connection_, codec_, query, {.id = 0, .name = 1, .key = 2}), name))
      throw Error(VAV_E_GALLERY_CORRUPT, connection_->path() +
                                             ": the index of groups leads to another group; somebody "
                                             "has altered the file, or it is damaged: restore a backup");
    return id;
  }
  return std::nullopt;
}

void Store::join(int64_t person, const std::string& name) {
  auto group = group_of(name);
  if (!group) {
    int64_t& last = change_settings().last_group;
    group = last = next_id("person_group", last);
    Query(*connection_, sql::kAddGroup)
        .bind(*group)
        .bind(codec_.key(normal_form(name), Column::group_name))
        .bind(codec_.text(name, {Column::group_name, 0, *group}))
        .next();
  }
  Query(*connection_, sql::kJoinGroup).bind(person).bind(*group).next();
}

void Store::set_groups(int64_t person, const std::vector<std::string>& groups) {
  const std::vector<int64_t> before = leave_all_groups(person);
  for (const std::string& group : groups) join(person, group);
  remove_if_empty(before);
}

std::vector<int64_t> Store::leave_all_groups(int64_t person) {
  std::vector<int64_t> groups;
  {
    Query query(*connection_, sql::kGroupIdsOfPerson);
    groups = ids(query.bind(person));
  }
  if (!groups.empty()) Query(*connection_, sql::kLeaveAllGroups).bind(person).next();
  return groups;
}

void Store::remove_if_empty(const std::vector<int64_t>& groups) {
  for (const int64_t group : groups) Query(*connection_, sql::kRemoveGroupIfEmpty).bind(group).next();
}

bool Store::join_group(int64_t person, const std::string& group) {
  if (!is_proved(person)) return false;
  join(person, group);
  tag_person_row(*connection_, codec_, person);
  note_eligibility(person);
  return true;
}

bool Store::leave_group(int64_t person, const std::string& name) {
  if (!is_proved(person)) return false;
  const auto group = group_of(name);
  if (!group) return true;
  Query(*connection_, sql::kLeaveGroup).bind(person).bind(*group).next();
  if (connection_->changes() == 0) return true;
  remove_if_empty({*group});
  tag_person_row(*connection_, codec_, person);
  note_eligibility(person);
  return true;
}

std::vector<Group> Store::groups() {
  std::vector<Group> groups;
  Query query(*connection_, sql::kGroups);
  while (query.next())
    groups.push_back({read_group_name(*connection_, codec_, query, {.id = 2, .name = 0, .key = 3}), query.integer(1)});
  return groups;
}

std::vector<Restriction> Store::restrictions() {
  std::vector<Restriction> restrictions;
  Query query(*connection_, sql::kRestricted);
  while (query.next()) restrictions.push_back(restriction_in(query));
  return restrictions;
}

std::optional<Restriction> Store::restriction(int64_t person) {
  Query query(*connection_, sql::kRestriction);
  if (!query.bind(person).next()) return std::nullopt;
  return restriction_in(query);
}

std::vector<int64_t> Store::group_ids_of(int64_t person) {
  Query query(*connection_, sql::kGroupIdsOfPerson);
  return ids(query.bind(person));
}

int64_t Store::last_eligibility_change() {
  Query query(*connection_, sql::kEligibilityRange);
  query.next();
  return query.integer(1);
}

std::optional<std::vector<int64_t>> Store::eligibility_changed_after(int64_t change) {
  return journal_after(sql::kEligibilityRange, sql::kEligibilityAfter, change);
}

std::vector<int64_t> Store::persons_after(int64_t person, int64_t limit) {
  return ids_after(*connection_, SealedTable::of(SealedTable::Rows::person).ids_after.c_str(), person, limit);
}

std::vector<int64_t> Store::persons_of_group(int64_t group) {
  Query query(*connection_, sql::kPersonsOfGroup);
  return ids(query.bind(group));
}

}  // namespace visavis
