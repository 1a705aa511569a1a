// visavis/gallery.h: persons.
#include <algorithm>
#include <limits>

#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/gallery.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr int32_t kDefaultPage = 1000;
constexpr int32_t kLargestPage = 1'000'000;

PersonFields read_fields(const vav_person_fields* fields) {
  const auto given = read_struct(required(fields, "fields"), "fields");
  if (given.reserved != 0) throw Error(VAV_E_UNSUPPORTED, "fields.reserved is not 0");
  PersonFields result;
  result.name = optional_text(given.name, kMaxText, "fields.name");
  result.external_id = optional_text(given.external_id, kMaxText, "fields.external_id");
  result.metadata = optional_text(given.metadata, kMaxMetadata, "fields.metadata");
  return result;
}

PersonQuery read_query(const vav_person_query* query) {
  const auto asked = read_struct(query, "query");
  if (asked.limit < 0 || asked.limit > kLargestPage)
    invalid("query.limit is " + std::to_string(asked.limit) + ", not within 0..1,000,000");
  if (asked.after < 0) invalid("query.after is negative");
  if (asked.person < 0) invalid("query.person is negative");
  PersonQuery result;
  result.limit = asked.limit != 0 ? asked.limit : kDefaultPage;
  result.after = asked.after;
  if (asked.person != 0) result.id = asked.person;
  result.name = optional_text(asked.name, kMaxText, "query.name");
  result.external_id = optional_text(asked.external_id, kMaxText, "query.external_id");
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
    const Person& person = entry(checked(persons, "persons")->persons, index);
    vav_person plain{};
    plain.templates = int32_t(std::min<int64_t>(person.templates, std::numeric_limits<int32_t>::max()));
    plain.id = person.id;
    plain.created_at = person.created_at;
    plain.updated_at = person.updated_at;
    plain.name = person.name.c_str();
    plain.external_id = person.external_id ? person.external_id->c_str() : nullptr;
    plain.metadata = person.metadata.c_str();
    write_struct(out, plain, "out");
  });
}

}  // extern "C"
