/* visavis/search.h, the same face twice. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_duplicate_query)
INIT_CASE(vav_duplicate)

/* Four persons; 1 and 3 look alike (0.0113 apart), and so do 2 and 4. */
static vav_gallery *used;
static vav_duplicates *listed;
static float places[4][VAV_EMBEDDING_DIM];

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }
static vav_duplicates *not_duplicates(void) { return (vav_duplicates *)(void *)small_image(); }

static void use_twins(const char *file) {
  static const float values[] = {0, 1, 0.001f, 1.001f};
  static const char *const names[] = {"Ada", "Bo", "Ada again", "Bo again"};
  int i;
  used = new_gallery(file);
  for (i = 0; i < 4; ++i) {
    vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
    int64_t person = 0, id = 0;
    fields.name = names[i];
    memcpy(places[i], flat_embedding(values[i]), sizeof places[i]);
    OK(vav_gallery_add_person(&person, used, &fields, err));
    OK(vav_gallery_add_template(&id, used, person, places[i], VAV_EMBEDDING_DIM, NULL, err));
  }
}

static void destroy_used(void) {
  vav_duplicates_destroy(listed);
  vav_gallery_destroy(used);
  listed = NULL;
  used = NULL;
}

static vav_status use_query(const void *query) {
  vav_duplicates *found = NULL;
  const vav_status status = vav_gallery_list_duplicates(&found, used, query, err);
  vav_duplicates_destroy(found);
  return status;
}

static vav_status use_duplicate(void *out) { return vav_duplicates_get(listed, 0, out, err); }

static void test_vav_gallery_find_duplicates(void) {
  vav_matches *matches = NULL;
  vav_person_fields off = VAV_PERSON_FIELDS_INIT;
  float bad[VAV_EMBEDDING_DIM] = {0};
  int i;
  use_twins("find.vav");
  off.enabled = VAV_SWITCH_OFF; /* who may not enter is still somebody */
  OK(vav_gallery_update_person(used, 3, &off, err));
  OK(vav_gallery_find_duplicates(&matches, used, places[0], VAV_EMBEDDING_DIM, 0, 0, err));
  CHECK(vav_matches_count(matches) == 2 && vav_matches_decision(matches) == VAV_DECISION_MATCH);
  CHECK(vav_matches_person(matches, 0) == 1 && vav_matches_person(matches, 1) == 3);
  vav_matches_destroy(matches);
  OK(vav_gallery_find_duplicates(&matches, used, places[0], VAV_EMBEDDING_DIM, 1, 0, err));
  CHECK(vav_matches_count(matches) == 1 && vav_matches_person(matches, 0) == 3);
  vav_matches_destroy(matches);
  OK(vav_gallery_find_duplicates(&matches, used, places[0], VAV_EMBEDDING_DIM, 1, 0.01f, err));
  CHECK(vav_matches_count(matches) == 0 && vav_matches_decision(matches) == VAV_DECISION_UNKNOWN);
  CHECK(vav_matches_threshold(matches) == 0.01f);
  vav_matches_destroy(matches);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out",
          vav_gallery_find_duplicates(NULL, used, places[0], VAV_EMBEDDING_DIM, 0, 0, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "gallery",
               vav_gallery_find_duplicates(&matches, NULL, places[0], VAV_EMBEDDING_DIM, 0, 0, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "gallery",
               vav_gallery_find_duplicates(&matches, not_a_gallery(), places[0], VAV_EMBEDDING_DIM, 0, 0, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "embedding",
               vav_gallery_find_duplicates(&matches, used, NULL, VAV_EMBEDDING_DIM, 0, 0, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "threshold",
               vav_gallery_find_duplicates(&matches, used, places[0], VAV_EMBEDDING_DIM, 0, -1, err));
  for (i = 0; i < 3; ++i) {
    bad[3] = not_finite[i];
    REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "embedding",
                 vav_gallery_find_duplicates(&matches, used, bad, VAV_EMBEDDING_DIM, 0, 0, err));
  }
  destroy_used();
}

static void test_vav_gallery_list_duplicates(void) {
  const vav_duplicate_query none = VAV_DUPLICATE_QUERY_INIT;
  vav_duplicate_query query = none;
  vav_duplicate pair = VAV_DUPLICATE_INIT;
  use_twins("list.vav");
  OK(vav_gallery_list_duplicates(&listed, used, NULL, err));
  CHECK(vav_duplicates_count(listed) == 2 && vav_duplicates_last(listed) == 0);
  vav_duplicates_destroy(listed);
  query.limit = 1;
  query.after = 1;
  OK(vav_gallery_list_duplicates(&listed, used, &query, err));
  CHECK(vav_duplicates_count(listed) == 1 && vav_duplicates_last(listed) == 2);
  OK(vav_duplicates_get(listed, 0, &pair, err));
  CHECK(pair.person == 2 && pair.other == 4);
  vav_duplicates_destroy(listed);
  query = none;
  query.threshold = 0.01f;
  OK(vav_gallery_list_duplicates(&listed, used, &query, err));
  CHECK(vav_duplicates_count(listed) == 0);
  vav_duplicates_destroy(listed);
  query.after = INT64_MAX;
  OK(vav_gallery_list_duplicates(&listed, used, &query, err));
  CHECK(vav_duplicates_count(listed) == 0 && vav_duplicates_last(listed) == 0);
  vav_duplicates_destroy(listed);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_list_duplicates(NULL, used, NULL, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_duplicates(&listed, NULL, NULL, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery",
               vav_gallery_list_duplicates(&listed, not_a_gallery(), NULL, err));
  query.after = -1;
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "after", vav_gallery_list_duplicates(&listed, used, &query, err));
  query = none;
  query.limit = -1;
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "limit", vav_gallery_list_duplicates(&listed, used, &query, err));
  query.limit = INT32_MAX;
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "limit", vav_gallery_list_duplicates(&listed, used, &query, err));
  query = none;
  query.threshold = not_finite[0];
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "threshold", vav_gallery_list_duplicates(&listed, used, &query, err));
  query = none;
  query.reserved = 1;
  REFUSED_MAKE(listed, VAV_E_UNSUPPORTED, "reserved", vav_gallery_list_duplicates(&listed, used, &query, err));
  INPUT_SIZES("query", none, use_query);
  destroy_used();
}

static void test_vav_duplicates_destroy(void) {
  vav_duplicates_destroy(NULL);
  vav_duplicates_destroy(not_duplicates()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_duplicates_count(void) {
  CHECK(vav_duplicates_count(NULL) == 0 && vav_duplicates_count(not_duplicates()) == 0);
}

static void test_vav_duplicates_last(void) {
  CHECK(vav_duplicates_last(NULL) == 0 && vav_duplicates_last(not_duplicates()) == 0);
}

static void test_vav_duplicates_get(void) {
  vav_duplicate pair = VAV_DUPLICATE_INIT;
  use_twins("get.vav");
  OK(vav_gallery_list_duplicates(&listed, used, NULL, err));
  vav_gallery_destroy(used); /* a list owns what it tells */
  used = NULL;
  OK(vav_duplicates_get(listed, 0, &pair, err));
  CHECK(pair.person == 1 && pair.other == 3 && pair.distance > 0.0112f && pair.distance < 0.0114f);
  CHECK(strcmp(pair.name, "Ada") == 0 && strcmp(pair.other_name, "Ada again") == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "duplicates", vav_duplicates_get(NULL, 0, &pair, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "duplicates", vav_duplicates_get(not_duplicates(), 0, &pair, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_duplicates_get(listed, 2, &pair, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_duplicates_get(listed, -1, &pair, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_duplicates_get(listed, 0, NULL, err));
  OUTPUT_SIZES("out", vav_duplicate, use_duplicate);
  destroy_used();
}

const test_case duplicates_cases[] = {
    CASE(vav_duplicate_query_init),    CASE(vav_duplicate_init),     CASE(vav_gallery_find_duplicates),
    CASE(vav_gallery_list_duplicates), CASE(vav_duplicates_destroy), CASE(vav_duplicates_count),
    CASE(vav_duplicates_last),         CASE(vav_duplicates_get),     {NULL, NULL}};
