/* visavis/person.h, persons: adding, changing, removing, listing. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_person_fields)
INIT_CASE(vav_person_query)
INIT_CASE(vav_person)

static vav_gallery *used;   /* by the calls that are made again with every struct_size */
static vav_persons *listed; /* from it, one person */

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }

static void use_gallery_with_ada(const char *file) {
  vav_person_fields ada = VAV_PERSON_FIELDS_INIT;
  int64_t id = 0;
  used = new_gallery(file);
  ada.name = "Ada";
  ada.external_id = "badge 1";
  ada.metadata = "{\"floor\": 3}";
  OK(vav_gallery_add_person(&id, used, &ada, err));
  CHECK(id == 1);
}

static void list_all(void) { OK(vav_gallery_list_persons(&listed, used, NULL, err)); }

static void destroy_used(void) {
  vav_persons_destroy(listed);
  vav_gallery_destroy(used);
  listed = NULL;
  used = NULL;
}

static vav_status use_add(const void *fields) {
  int64_t id = 0;
  return vav_gallery_add_person(&id, used, fields, err);
}

static vav_status use_update(const void *fields) { return vav_gallery_update_person(used, 1, fields, err); }

static vav_status use_query(const void *query) {
  vav_persons *persons = NULL;
  const vav_status status = vav_gallery_list_persons(&persons, used, query, err);
  vav_persons_destroy(persons);
  return status;
}

static vav_status use_person(void *out) { return vav_persons_get(listed, 0, out, err); }

/* A text member that adding and updating have to refuse alike. */
#define REFUSED_FIELD(member, value, code, word)                          \
  do {                                                                    \
    vav_person_fields wrong = VAV_PERSON_FIELDS_INIT;                     \
    int64_t id_ = 0;                                                      \
    wrong.name = "Grace";                                                 \
    wrong.member = (value);                                               \
    REFUSED(code, word, vav_gallery_add_person(&id_, used, &wrong, err)); \
    REFUSED(code, word, vav_gallery_update_person(used, 1, &wrong, err)); \
  } while (0)

static void refuse_fields(void) {
  int i;
  REFUSED_FIELD(name, "", VAV_E_INVALID_ARGUMENT, "name");
  REFUSED_FIELD(name, endless_text, VAV_E_INVALID_ARGUMENT, "name");
  REFUSED_FIELD(external_id, endless_text, VAV_E_INVALID_ARGUMENT, "external_id");
  REFUSED_FIELD(metadata, endless_text, VAV_E_INVALID_ARGUMENT, "metadata");
  REFUSED_FIELD(metadata, "", VAV_E_INVALID_ARGUMENT, "metadata");
  REFUSED_FIELD(metadata, "[1]", VAV_E_INVALID_ARGUMENT, "metadata");
  REFUSED_FIELD(metadata, "{\"floor\":", VAV_E_INVALID_ARGUMENT, "metadata");
  REFUSED_FIELD(consent_ref, endless_text, VAV_E_INVALID_ARGUMENT, "consent_ref");
  REFUSED_FIELD(enabled, 3, VAV_E_INVALID_ARGUMENT, "enabled");
  REFUSED_FIELD(enabled, -1, VAV_E_INVALID_ARGUMENT, "enabled");
  REFUSED_FIELD(consent_at, -2, VAV_E_INVALID_ARGUMENT, "consent_at");
  REFUSED_FIELD(valid_from, INT64_MIN, VAV_E_INVALID_ARGUMENT, "valid_from");
  REFUSED_FIELD(valid_until, -2, VAV_E_INVALID_ARGUMENT, "valid_until");
  REFUSED_FIELD(expires_at, -2, VAV_E_INVALID_ARGUMENT, "expires_at");
  for (i = 0; bad_texts[i]; ++i) {
    REFUSED_FIELD(name, bad_texts[i], VAV_E_TEXT_ENCODING, "name");
    REFUSED_FIELD(external_id, bad_texts[i], VAV_E_TEXT_ENCODING, "external_id");
    REFUSED_FIELD(metadata, bad_texts[i], VAV_E_TEXT_ENCODING, "metadata");
    REFUSED_FIELD(consent_ref, bad_texts[i], VAV_E_TEXT_ENCODING, "consent_ref");
  }
}

static void test_vav_gallery_add_person(void) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t id = 0;
  use_gallery_with_ada("add.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "name", vav_gallery_add_person(&id, used, &fields, err));
  fields.name = "Ada"; /* names need not be unique */
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_add_person(NULL, used, &fields, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_add_person(&id, NULL, &fields, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_add_person(&id, not_a_gallery(), &fields, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "fields", vav_gallery_add_person(&id, used, NULL, err));
  fields.external_id = "badge 1";
  id = 99;
  REFUSED(VAV_E_ALREADY_EXISTS, "badge 1", vav_gallery_add_person(&id, used, &fields, err));
  CHECK(id == 0);
  fields.external_id = NULL;
  refuse_fields();
  list_all();
  CHECK(vav_persons_count(listed) == 1); /* nothing of the refused is there */
  INPUT_SIZES("fields", fields, use_add);
  destroy_used();
}

static void test_vav_gallery_update_person(void) {
  const vav_person_fields none = VAV_PERSON_FIELDS_INIT;
  vav_person_fields fields = none;
  vav_person person = VAV_PERSON_INIT;
  use_gallery_with_ada("update.vav");
  fields.name = "Ada Lovelace";
  fields.external_id = "";
  OK(vav_gallery_update_person(used, 1, &fields, err));
  list_all();
  OK(vav_persons_get(listed, 0, &person, err));
  CHECK(strcmp(person.name, "Ada Lovelace") == 0 && !person.external_id && strstr(person.metadata, "floor"));
  CHECK(person.updated_at >= person.created_at);
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_update_person(NULL, 1, &fields, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_update_person(not_a_gallery(), 1, &fields, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "fields", vav_gallery_update_person(used, 1, NULL, err));
  REFUSED(VAV_E_NOT_FOUND, "2", vav_gallery_update_person(used, 2, &fields, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_update_person(used, 0, &fields, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_update_person(used, INT64_MIN, &fields, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_update_person(used, INT64_MAX, &fields, err));
  refuse_fields();
  fields.valid_from = 200;
  fields.valid_until = 200;
  REFUSED(VAV_E_INVALID_ARGUMENT, "valid_from", vav_gallery_update_person(used, 1, &fields, err));
  fields.valid_until = 300;
  fields.enabled = VAV_SWITCH_OFF;
  fields.consent_ref = "form 7";
  fields.consent_at = 100;
  fields.expires_at = 400;
  OK(vav_gallery_update_person(used, 1, &fields, err));
  vav_persons_destroy(listed);
  list_all();
  OK(vav_persons_get(listed, 0, &person, err));
  CHECK(person.enabled == 0 && person.valid_from == 200 && person.valid_until == 300 && person.expires_at == 400);
  CHECK(strcmp(person.consent_ref, "form 7") == 0 && person.consent_at == 100 && person.last_seen_at == 0);
  fields = none;
  fields.enabled = VAV_SWITCH_ON;
  fields.consent_ref = "";
  fields.consent_at = fields.valid_from = fields.expires_at = VAV_TIME_NONE;
  OK(vav_gallery_update_person(used, 1, &fields, err));
  vav_persons_destroy(listed);
  list_all();
  OK(vav_persons_get(listed, 0, &person, err));
  CHECK(person.enabled == 1 && person.valid_from == 0 && person.valid_until == 300 && person.expires_at == 0);
  CHECK(!person.consent_ref && person.consent_at == 0);
  /* What is stored counts: valid until 300, and not from then on. */
  fields = none;
  fields.valid_from = 300;
  REFUSED(VAV_E_INVALID_ARGUMENT, "valid_from", vav_gallery_update_person(used, 1, &fields, err));
  fields.valid_from = 299;
  OK(vav_gallery_update_person(used, 1, &fields, err));
  fields = none;
  fields.valid_until = 299;
  REFUSED(VAV_E_INVALID_ARGUMENT, "valid_from", vav_gallery_update_person(used, 1, &fields, err));
  fields.valid_from = VAV_TIME_NONE;
  OK(vav_gallery_update_person(used, 1, &fields, err));
  fields.valid_from = 0;
  INPUT_SIZES("fields", fields, use_update);
  destroy_used();
}

static void test_vav_gallery_remove_person(void) {
  use_gallery_with_ada("remove.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_remove_person(NULL, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_remove_person(not_a_gallery(), 1, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_remove_person(used, -1, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_remove_person(used, INT64_MAX, err));
  OK(vav_gallery_remove_person(used, 1, err));
  REFUSED(VAV_E_NOT_FOUND, "1", vav_gallery_remove_person(used, 1, err));
  list_all();
  CHECK(vav_persons_count(listed) == 0);
  destroy_used();
}

static int32_t count_of(const vav_person_query *query) {
  vav_persons *persons = NULL;
  int32_t count;
  OK(vav_gallery_list_persons(&persons, used, query, err));
  count = vav_persons_count(persons);
  vav_persons_destroy(persons);
  return count;
}

static void test_vav_gallery_list_persons(void) {
  const vav_person_query none = VAV_PERSON_QUERY_INIT;
  vav_person_query query = none;
  int i;
  use_gallery_with_ada("list.vav");
  query.name = "Ada";
  query.external_id = "badge 1";
  query.person = 1;
  query.limit = 1;
  CHECK(count_of(&query) == 1);
  query.name = "ada";
  CHECK(count_of(&query) == 0);
  query = none;
  query.after = 1;
  CHECK(count_of(&query) == 0);
  query.after = INT64_MAX;
  CHECK(count_of(&query) == 0);

  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_list_persons(NULL, used, NULL, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_persons(&listed, NULL, NULL, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery",
               vav_gallery_list_persons(&listed, not_a_gallery(), NULL, err));
  query = none;
  query.limit = -1;
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "limit", vav_gallery_list_persons(&listed, used, &query, err));
  query.limit = INT32_MAX;
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "limit", vav_gallery_list_persons(&listed, used, &query, err));
  query.limit = 0;
  for (i = 0; bad_texts[i]; ++i) {
    query.name = bad_texts[i];
    REFUSED_MAKE(listed, VAV_E_TEXT_ENCODING, "name", vav_gallery_list_persons(&listed, used, &query, err));
    query.name = NULL;
    query.external_id = bad_texts[i];
    REFUSED_MAKE(listed, VAV_E_TEXT_ENCODING, "external_id", vav_gallery_list_persons(&listed, used, &query, err));
    query.external_id = NULL;
    query.group = bad_texts[i];
    REFUSED_MAKE(listed, VAV_E_TEXT_ENCODING, "group", vav_gallery_list_persons(&listed, used, &query, err));
    query.group = NULL;
  }
  query.group = "staff";
  CHECK(count_of(&query) == 0);
  OK(vav_gallery_join_group(used, 1, "staff", err));
  CHECK(count_of(&query) == 1);
  INPUT_SIZES("query", query, use_query);
  destroy_used();
}

static void test_vav_persons_destroy(void) {
  vav_persons_destroy(NULL);
  vav_persons_destroy((vav_persons *)(void *)small_image()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_persons_count(void) {
  CHECK(vav_persons_count(NULL) == 0);
  CHECK(vav_persons_count((vav_persons *)(void *)small_image()) == 0);
}

static void test_vav_persons_get(void) {
  vav_person person = VAV_PERSON_INIT;
  use_gallery_with_ada("get.vav");
  list_all();
  vav_gallery_destroy(used); /* a list owns what it tells */
  used = NULL;
  OK(vav_persons_get(listed, 0, &person, err));
  CHECK(person.id == 1 && strcmp(person.name, "Ada") == 0 && strcmp(person.external_id, "badge 1") == 0);
  CHECK(person.templates == 0 && person.created_at > 0 && strstr(person.metadata, "floor"));
  REFUSED(VAV_E_INVALID_ARGUMENT, "persons", vav_persons_get(NULL, 0, &person, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "persons", vav_persons_get((vav_persons *)(void *)small_image(), 0, &person, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_persons_get(listed, 1, &person, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_persons_get(listed, -1, &person, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_persons_get(listed, INT32_MAX, &person, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_persons_get(listed, 0, NULL, err));
  OUTPUT_SIZES("out", vav_person, use_person);
  destroy_used();
}

static void test_vav_gallery_purge_expired(void) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t removed = 99;
  use_gallery_with_ada("purge.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_purge_expired(NULL, used, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_purge_expired(&removed, NULL, 0, err));
  CHECK(removed == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_purge_expired(&removed, not_a_gallery(), 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "now", vav_gallery_purge_expired(&removed, used, -1, err));
  OK(vav_gallery_purge_expired(&removed, used, 0, err));
  CHECK(removed == 0);
  fields.expires_at = 1000;
  OK(vav_gallery_update_person(used, 1, &fields, err));
  OK(vav_gallery_purge_expired(&removed, used, 999, err));
  CHECK(removed == 0);
  OK(vav_gallery_purge_expired(&removed, used, 0, err)); /* the system's clock is beyond 1970 */
  CHECK(removed == 1);
  list_all();
  CHECK(vav_persons_count(listed) == 0);
  destroy_used();
}

const test_case persons_cases[] = {
    CASE(vav_person_fields_init),    CASE(vav_person_query_init),     CASE(vav_person_init),
    CASE(vav_gallery_add_person),    CASE(vav_gallery_update_person), CASE(vav_gallery_remove_person),
    CASE(vav_gallery_purge_expired), CASE(vav_gallery_list_persons),  CASE(vav_persons_destroy),
    CASE(vav_persons_count),         CASE(vav_persons_get),           {NULL, NULL}};
