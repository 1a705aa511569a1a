// visavis/person.h: persons, their groups and their templates.
#include <algorithm>
#include <limits>

#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/person.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

std::optional<int64_t> read_time(int64_t time, const char* what) {
  if (time < VAV_TIME_NONE) invalid(std::string(what) + " is " + std::to_string(time) + ", which is not a time");
  if (time == 0) return std::nullopt;
  if (time > kLatestTime) invalid(std::string(what) + " is too late for a time in milliseconds since 1970");
  return time;  // VAV_TIME_NONE is kNoTime
}

PersonFields read_fields(const vav_person_fields* fields) {
  static_assert(VAV_TIME_NONE == kNoTime);
  const auto given = read_struct(required(fields, "fields"), "fields");
  if (given.enabled < VAV_SWITCH_KEEP || given.enabled > VAV_SWITCH_OFF)
    invalid("fields.enabled is " + std::to_string(given.enabled) + ", not a value of vav_switch");
  PersonFields result;
  result.name = optional_text(given.name, kMostText, "fields.name");
  result.external_id = optional_text(given.external_id, kMostText, "fields.external_id");
  result.metadata = optional_text(given.metadata, kMostMetadata, "fields.metadata");
  if (given.enabled != VAV_SWITCH_KEEP) result.enabled = given.enabled == VAV_SWITCH_ON;
  result.consent_ref = optional_text(given.consent_ref, kMostText, "fields.consent_ref");
  result.consent_at = read_time(given.consent_at, "fields.consent_at");
  result.valid_from = read_time(given.valid_from, "fields.valid_from");
  result.valid_until = read_time(given.valid_until, "fields.valid_until");
  result.expires_at = read_time(given.expires_at, "fields.expires_at");
  if (given.valid_from > 0 && given.valid_until > 0 && given.valid_from >= given.valid_until)
    invalid("fields.valid_from is not before fields.valid_until");
  return result;
}

PersonQuery read_query(const vav_person_query* query) {
  const auto asked = read_struct(query, "query");
  within(asked.limit, 0, kMostOfAPage, "query.limit");
  if (asked.after < 0) invalid("query.after is negative");
  if (asked.person < 0) invalid("query.person is negative");
  PersonQuery result;
  result.limit = asked.limit != 0 ? asked.limit : kDefaultPage;
  result.after = asked.after;
  if (asked.person != 0) result.id = asked.person;
  result.name = optional_text(asked.name, kMostText, "query.name");
  result.external_id = optional_text(asked.external_id, kMostText, "query.external_id");
  result.group = optional_text(asked.group, kMostText, "query.group");
  return result;
}

const Group* group_at(const vav_groups* groups, int32_t index) {
  return index >= 0 && index < vav_groups_count(groups) ? &groups->groups[size_t(index)] : nullptr;
}

TemplateFields read_fields(const vav_template_fields* fields) {
  const auto given = read_struct(fields, "fields");
  require_unused(given.reserved, "fields.reserved");
  read_flag(given.has_quality, "fields.has_quality");
  TemplateFields result;
  if (given.has_quality == 1) {
    if (!(given.quality >= 0 && given.quality <= 1))  // NaN fails every comparison
      invalid("fields.quality is " + std::to_string(given.quality) + ", not within 0..1");
    result.quality = given.quality;
  }
  result.source = optional_text(given.source, kMostText, "fields.source");
  return result;
}

}  // namespace

extern "C" {

void vav_person_fields_init(vav_person_fields* fields) { init_struct(fields); }
void vav_person_query_init(vav_person_query* query) { init_struct(query); }
void vav_person_init(vav_person* person) { init_struct(person); }

vav_status vav_gallery_add_person(int64_t* out_person, vav_gallery* gallery, const vav_person_fields* fields,
                                  vav_error* err) {
  if (out_person) *out_person = 0;
  return guard(err, [&] {
    required(out_person, "out_person");
    Gallery& core = checked_gallery(gallery);
    *out_person = core.add_person(read_fields(fields));
  });
}

vav_status vav_gallery_update_person(vav_gallery* gallery, int64_t person, const vav_person_fields* fields,
                                     vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    core.update_person(person, read_fields(fields));
  });
}

vav_status vav_gallery_remove_person(vav_gallery* gallery, int64_t person, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).remove_person(person); });
}

vav_status vav_gallery_purge_expired(int64_t* out_removed, vav_gallery* gallery, int64_t now, vav_error* err) {
  if (out_removed) *out_removed = 0;
  return guard(err, [&] {
    required(out_removed, "out_removed");
    *out_removed = checked_gallery(gallery).purge_expired(read_now(now, "now"));
  });
}

vav_status vav_gallery_list_persons(vav_persons** out, vav_gallery* gallery, const vav_person_query* query,
                                    vav_error* err) {
  return guard_make(out, err, [&] {
    Gallery& core = checked_gallery(gallery);
    auto list = std::make_unique<vav_persons>();
    list->persons = core.persons(read_query(query));
    return list;
  });
}

void vav_persons_destroy(vav_persons* persons) { destroy(persons); }

int32_t vav_persons_count(const vav_persons* persons) { return alive(persons) ? count_of(persons->persons) : 0; }

vav_status vav_persons_get(const vav_persons* persons, int32_t index, vav_person* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Person& person = entry(checked(persons, "persons")->persons, index);
    vav_person plain{};
    plain.templates = int32_t(std::min<int64_t>(person.templates, std::numeric_limits<int32_t>::max()));
    plain.id = person.id;
    plain.created_at = person.created_at;
    plain.updated_at = person.updated_at;
    plain.name = person.name.c_str();
    plain.external_id = person.external_id ? person.external_id->c_str() : nullptr;
    plain.metadata = person.metadata.c_str();
    plain.consent_ref = person.consent_ref ? person.consent_ref->c_str() : nullptr;
    plain.enabled = person.enabled;
    plain.groups = count_of(person.groups);
    plain.consent_at = person.consent_at.value_or(0);
    plain.valid_from = person.valid_from.value_or(0);
    plain.valid_until = person.valid_until.value_or(0);
    plain.expires_at = person.expires_at.value_or(0);
    plain.last_seen_at = person.last_seen_at.value_or(0);
    write_struct(out, plain, "out");
  });
}

const char* vav_persons_group(const vav_persons* persons, int32_t index, int32_t group) {
  if (index < 0 || index >= vav_persons_count(persons)) return nullptr;
  const auto& groups = persons->persons[size_t(index)].groups;
  return group >= 0 && group < count_of(groups) ? groups[size_t(group)].c_str() : nullptr;
}

vav_status vav_gallery_join_group(vav_gallery* gallery, int64_t person, const char* group, vav_error* err) {
  return guard(err, [&] {
    std::string name = checked_text(group, kMostText, "group");
    const WipedAfterwards wiped{name};
    checked_gallery(gallery).join_group(person, name);
  });
}

vav_status vav_gallery_leave_group(vav_gallery* gallery, int64_t person, const char* group, vav_error* err) {
  return guard(err, [&] {
    std::string name = checked_text(group, kMostText, "group");
    const WipedAfterwards wiped{name};
    checked_gallery(gallery).leave_group(person, name);
  });
}

vav_status vav_gallery_list_groups(vav_groups** out, vav_gallery* gallery, vav_error* err) {
  return guard_make(out, err, [&] {
    auto list = std::make_unique<vav_groups>();
    list->groups = checked_gallery(gallery).groups();
    return list;
  });
}

void vav_groups_destroy(vav_groups* groups) { destroy(groups); }

int32_t vav_groups_count(const vav_groups* groups) { return alive(groups) ? count_of(groups->groups) : 0; }

const char* vav_groups_name(const vav_groups* groups, int32_t index) {
  const Group* group = group_at(groups, index);
  return group ? group->name.c_str() : nullptr;
}

int64_t vav_groups_persons(const vav_groups* groups, int32_t index) {
  const Group* group = group_at(groups, index);
  return group ? group->persons : 0;
}

void vav_template_fields_init(vav_template_fields* fields) { init_struct(fields); }
void vav_template_init(vav_template* out) { init_struct(out); }

vav_status vav_gallery_add_template(int64_t* out_template, vav_gallery* gallery, int64_t person, const float* embedding,
                                    int32_t length, const vav_template_fields* fields, vav_error* err) {
  if (out_template) *out_template = 0;
  return guard(err, [&] {
    required(out_template, "out_template");
    Gallery& core = checked_gallery(gallery);
    *out_template = core.add_template(person, read_embedding(embedding, length, "embedding"), read_fields(fields));
  });
}

vav_status vav_gallery_remove_template(vav_gallery* gallery, int64_t template_id, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).remove_template(template_id); });
}

vav_status vav_gallery_list_templates(vav_templates** out, vav_gallery* gallery, int64_t person, vav_error* err) {
  return guard_make(out, err, [&] {
    auto list = std::make_unique<vav_templates>();
    list->templates = checked_gallery(gallery).templates(person);
    return list;
  });
}

void vav_templates_destroy(vav_templates* templates) { destroy(templates); }

int32_t vav_templates_count(const vav_templates* templates) {
  return alive(templates) ? count_of(templates->templates) : 0;
}

vav_status vav_templates_get(const vav_templates* templates, int32_t index, vav_template* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Template& one = entry(checked(templates, "templates")->templates, index);
    vav_template plain{};
    plain.has_quality = one.fields.quality.has_value();
    plain.id = one.id;
    plain.created_at = one.created_at;
    plain.quality = one.fields.quality.value_or(0);
    plain.source = one.fields.source ? one.fields.source->c_str() : nullptr;
    plain.embedding = one.embedding.data();
    plain.embedding_length = int32_t(one.embedding.size());
    write_struct(out, plain, "out");
  });
}

}  // extern "C"
