/* visavis/search.h: identifying and verifying. */
#include <math.h>

#include "three_persons.h"

INIT_CASE(vav_identify_options)

static vav_status use_identify(const void *options) {
  vav_matches *matches = NULL;
  const vav_status status = vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, options, err);
  vav_matches_destroy(matches);
  return status;
}

static vav_status use_comparison(void *out) {
  return vav_gallery_verify(out, used, 1, flat[0], VAV_EMBEDDING_DIM, 0, err);
}

/* Who is found by `options` with Ada (1) and Grace (2): "1 2" as 12. */
static int who(const vav_identify_options *options) {
  vav_matches *matches = NULL;
  int i, digits = 0;
  OK(vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, options, err));
  for (i = 0; i < vav_matches_count(matches); ++i) digits = 10 * digits + (int)vav_matches_person(matches, i);
  vav_matches_destroy(matches);
  return digits;
}

static void identify_among(void) {
  const vav_identify_options all = VAV_IDENTIFY_OPTIONS_INIT;
  vav_identify_options options = all;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  vav_matches *matches = NULL;
  vav_persons *persons = NULL;
  vav_person ada = VAV_PERSON_INIT;
  const char *groups[2] = {"staff", "night"};
  const int64_t ids[3] = {2, 7, 2};
  OK(vav_gallery_join_group(used, 2, "night", err));
  CHECK(who(&all) == 12);
  options.groups = groups;
  options.group_count = 2;
  CHECK(who(&options) == 2);
  options.group_count = 1;
  CHECK(who(&options) == 0);
  options = all;
  options.persons = ids;
  options.person_count = 3;
  CHECK(who(&options) == 2);
  fields.valid_until = 1000;
  OK(vav_gallery_update_person(used, 1, &fields, err));
  CHECK(who(&all) == 2);
  options = all;
  options.now = 999;
  CHECK(who(&options) == 12);
  options.now = 0;
  options.include_inactive = 1;
  CHECK(who(&options) == 12);
  options.best_of = 2; /* Ada's are 0 and √128 away */
  OK(vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_distance(matches, 0) > 5.65f && vav_matches_distance(matches, 0) < 5.66f);
  vav_matches_destroy(matches);
  options.best_of = 0;
  options.note_seen = 1;
  options.now = 12345678;
  CHECK(who(&options) == 12);
  OK(vav_gallery_list_persons(&persons, used, NULL, err));
  OK(vav_persons_get(persons, 0, &ada, err));
  CHECK(ada.last_seen_at == 12345678);
  OK(vav_persons_get(persons, 1, &ada, err));
  CHECK(ada.last_seen_at == 0);
  vav_persons_destroy(persons);
}

static void refuse_filters(void) {
  const vav_identify_options none = VAV_IDENTIFY_OPTIONS_INIT;
  vav_identify_options options = none;
  vav_matches *matches = NULL;
  const char *groups[1] = {NULL};
  const int64_t ids[1] = {1};
#define REFUSED_OPTION(code, word)                                                                                    \
  REFUSED_MAKE(matches, code, word, vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err)); \
  options = none
  options.best_of = -1;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "best_of");
  options.best_of = 101;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "best_of");
  options.include_inactive = 2;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "include_inactive");
  options.note_seen = -1;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "note_seen");
  options.now = -1;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "now");
  options.reserved = 1;
  REFUSED_OPTION(VAV_E_UNSUPPORTED, "reserved");
  options.groups = groups;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "groups");
  options.group_count = 1;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "groups");
  options.groups = groups;
  options.group_count = 1;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "groups");
  options.groups = groups;
  options.group_count = INT32_MAX;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "groups");
  groups[0] = bad_texts[0];
  options.groups = groups;
  options.group_count = 1;
  REFUSED_OPTION(VAV_E_TEXT_ENCODING, "groups");
  options.persons = ids;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "persons");
  options.person_count = 1;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "persons");
  options.persons = ids;
  options.person_count = -1;
  REFUSED_OPTION(VAV_E_INVALID_ARGUMENT, "persons");
}

static void test_vav_gallery_identify(void) {
  vav_matches *matches = NULL;
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  float bad[VAV_EMBEDDING_DIM] = {0};
  int i;
  use_three_persons("identify.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_identify(NULL, used, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "gallery",
               vav_gallery_identify(&matches, NULL, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "gallery",
               vav_gallery_identify(&matches, not_a_gallery(), flat[0], VAV_EMBEDDING_DIM, NULL, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "embedding",
               vav_gallery_identify(&matches, used, NULL, VAV_EMBEDDING_DIM, NULL, err));
  options.max_candidates = -1;
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "max_candidates",
               vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
  options.max_candidates = INT32_MAX;
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "max_candidates",
               vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
  options.max_candidates = 10000;
  options.only_within_threshold = -1;
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "only_within_threshold",
               vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
  options.only_within_threshold = 1;
  for (i = 0; i < 5; ++i) {
    options.threshold = i < 3 ? not_finite[i] : i == 3 ? -0.5f : 101;
    REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "threshold",
                 vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
    bad[127] = not_finite[i % 3];
    REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "embedding",
                 vav_gallery_identify(&matches, used, bad, VAV_EMBEDDING_DIM, NULL, err));
  }
  options.threshold = 1;
  INPUT_SIZES("options", options, use_identify);
  OK(vav_gallery_identify(&matches, used, flat[2], VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_count(matches) == 1 && vav_matches_person(matches, 0) == 2);
  vav_matches_destroy(matches);
  refuse_filters();
  identify_among();
  destroy_used();
}

static void test_vav_gallery_identify_batch(void) {
  vav_matches *one = NULL, *several[3];
  float probes[3 * VAV_EMBEDDING_DIM];
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  int i, k;
  use_three_persons("identify_batch.vav");
  for (i = 0; i < 3; ++i) memcpy(probes + i * VAV_EMBEDDING_DIM, flat[2 - i], sizeof flat[0]);
  options.threshold = 1.1f;
  OK(vav_gallery_identify_batch(several, used, probes, VAV_EMBEDDING_DIM, 3, &options, err));
  for (i = 0; i < 3; ++i) {
    OK(vav_gallery_identify(&one, used, flat[2 - i], VAV_EMBEDDING_DIM, &options, err));
    CHECK(vav_matches_decision(several[i]) == vav_matches_decision(one));
    CHECK(vav_matches_count(several[i]) == vav_matches_count(one) && vav_matches_count(one) > 0);
    for (k = 0; k < vav_matches_count(one); ++k) {
      CHECK(vav_matches_person(several[i], k) == vav_matches_person(one, k));
      CHECK(vav_matches_distance(several[i], k) == vav_matches_distance(one, k));
    }
    vav_matches_destroy(one);
    vav_matches_destroy(several[i]);
  }
  OK(vav_gallery_identify_batch(NULL, used, NULL, VAV_EMBEDDING_DIM, 0, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out",
          vav_gallery_identify_batch(NULL, used, probes, VAV_EMBEDDING_DIM, 1, NULL, err));
  several[0] = one;
  REFUSED(VAV_E_INVALID_ARGUMENT, "embeddings",
          vav_gallery_identify_batch(several, used, NULL, VAV_EMBEDDING_DIM, 1, NULL, err));
  CHECK(several[0] == NULL);
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery",
          vav_gallery_identify_batch(several, NULL, probes, VAV_EMBEDDING_DIM, 1, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count",
          vav_gallery_identify_batch(several, used, probes, VAV_EMBEDDING_DIM, -1, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count",
          vav_gallery_identify_batch(NULL, used, probes, VAV_EMBEDDING_DIM, 100001, NULL, err));
  probes[VAV_EMBEDDING_DIM] = NAN;
  several[0] = several[1] = one;
  REFUSED(VAV_E_INVALID_ARGUMENT, "embeddings[1]",
          vav_gallery_identify_batch(several, used, probes, VAV_EMBEDDING_DIM, 2, NULL, err));
  CHECK(several[0] == NULL && several[1] == NULL);
  destroy_used();
}

static void test_vav_matches_destroy(void) {
  vav_matches_destroy(NULL);
  vav_matches_destroy((vav_matches *)(void *)small_image()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

/* Who is nearest to `value`: two candidates, as Nobody has no template. The caller destroys them. */
static vav_matches *nearest_to(float value) {
  vav_matches *matches = NULL;
  OK(vav_gallery_identify(&matches, used, flat_embedding(value), VAV_EMBEDDING_DIM, NULL, err));
  CHECK(vav_matches_count(matches) == 2);
  return matches;
}

static vav_matches *not_matches(void) { return (vav_matches *)(void *)small_image(); }

static void test_vav_matches_decision(void) {
  vav_matches *near, *far;
  use_three_persons("decision.vav");
  near = nearest_to(1.01f);
  far = nearest_to(1.6f);
  CHECK(vav_matches_decision(near) == VAV_DECISION_MATCH);
  CHECK(vav_matches_decision(far) == VAV_DECISION_UNKNOWN);
  CHECK(vav_matches_decision(NULL) == VAV_DECISION_NOT_EVALUATED);
  CHECK(vav_matches_decision(not_matches()) == VAV_DECISION_NOT_EVALUATED);
  vav_matches_destroy(near);
  vav_matches_destroy(far);
  destroy_used();
}

static void test_vav_matches_threshold(void) {
  vav_matches *matches;
  use_three_persons("threshold.vav");
  matches = nearest_to(1);
  CHECK(vav_matches_threshold(matches) == vav_default_threshold());
  CHECK(vav_matches_threshold(NULL) == 0);
  CHECK(vav_matches_threshold(not_matches()) == 0);
  vav_matches_destroy(matches);
  destroy_used();
}

static void test_vav_matches_count(void) {
  vav_matches *matches = NULL;
  vav_gallery *empty = new_gallery("empty.vav");
  CHECK(vav_matches_count(NULL) == 0);
  CHECK(vav_matches_count(not_matches()) == 0);
  OK(vav_gallery_identify(&matches, empty, flat_embedding(0), VAV_EMBEDDING_DIM, NULL, err));
  CHECK(vav_matches_count(matches) == 0 && vav_matches_decision(matches) == VAV_DECISION_UNKNOWN);
  vav_matches_destroy(matches);
  vav_gallery_destroy(empty);
}

static void test_vav_matches_person(void) {
  vav_matches *matches;
  use_three_persons("person.vav");
  matches = nearest_to(1);
  CHECK(vav_matches_person(matches, 0) == 1 && vav_matches_person(matches, 1) == 2);
  CHECK(vav_matches_person(matches, 2) == 0 && vav_matches_person(matches, -1) == 0);
  CHECK(vav_matches_person(matches, INT32_MAX) == 0 && vav_matches_person(NULL, 0) == 0);
  CHECK(vav_matches_person(not_matches(), 0) == 0);
  vav_matches_destroy(matches);
  destroy_used();
}

static void test_vav_matches_template(void) {
  vav_matches *matches;
  use_three_persons("template.vav");
  matches = nearest_to(1);
  CHECK(vav_matches_template(matches, 0) == 2 && vav_matches_template(matches, 1) == 3);
  CHECK(vav_matches_template(matches, 2) == 0 && vav_matches_template(matches, INT32_MIN) == 0);
  CHECK(vav_matches_template(NULL, 0) == 0 && vav_matches_template(not_matches(), 0) == 0);
  vav_matches_destroy(matches);
  destroy_used();
}

static void test_vav_matches_distance(void) {
  vav_matches *matches;
  use_three_persons("distance.vav");
  matches = nearest_to(1);
  CHECK(vav_matches_distance(matches, 0) == 0);
  CHECK(vav_matches_distance(matches, 1) > 11.31f && vav_matches_distance(matches, 1) < 11.32f); /* √128 */
  CHECK(vav_matches_distance(matches, 2) == -1 && vav_matches_distance(matches, -1) == -1);
  CHECK(vav_matches_distance(NULL, 0) == -1 && vav_matches_distance(not_matches(), 0) == -1);
  vav_matches_destroy(matches);
  destroy_used();
}

static void test_vav_matches_name(void) {
  vav_matches *matches;
  use_three_persons("name.vav");
  matches = nearest_to(1);
  OK(vav_gallery_remove_person(used, 1, err)); /* a result tells what was so when it was made */
  CHECK(strcmp(vav_matches_name(matches, 0), "Ada") == 0 && strcmp(vav_matches_name(matches, 1), "Grace") == 0);
  CHECK(vav_matches_name(matches, 2) == NULL && vav_matches_name(matches, -1) == NULL);
  CHECK(vav_matches_name(NULL, 0) == NULL && vav_matches_name(not_matches(), 0) == NULL);
  vav_matches_destroy(matches);
  destroy_used();
}

static void test_vav_gallery_verify(void) {
  vav_comparison out = VAV_COMPARISON_INIT;
  float bad[VAV_EMBEDDING_DIM] = {0};
  int i;
  use_three_persons("verify.vav");
  OK(vav_gallery_verify(&out, used, 1, flat[1], VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_MATCH && out.distance == 0 && out.threshold < vav_default_threshold());
  OK(vav_gallery_verify(&out, used, 2, flat[1], VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_UNKNOWN);
  OK(vav_gallery_verify(&out, used, 3, flat[1], VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_NOT_EVALUATED);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_verify(NULL, used, 1, flat[0], VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_verify(&out, NULL, 1, flat[0], VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery",
          vav_gallery_verify(&out, not_a_gallery(), 1, flat[0], VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "embedding", vav_gallery_verify(&out, used, 1, NULL, VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_NOT_FOUND, "4", vav_gallery_verify(&out, used, 4, flat[0], VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_verify(&out, used, INT64_MIN, flat[0], VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_gallery_verify(&out, used, 1, flat[0], VAV_EMBEDDING_DIM, -1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "threshold",
          vav_gallery_verify(&out, used, 1, flat[0], VAV_EMBEDDING_DIM, 1.25f, err));
  for (i = 0; i < 3; ++i) {
    REFUSED(VAV_E_INVALID_ARGUMENT, "threshold",
            vav_gallery_verify(&out, used, 1, flat[0], VAV_EMBEDDING_DIM, not_finite[i], err));
    bad[0] = not_finite[i];
    REFUSED(VAV_E_INVALID_ARGUMENT, "embedding", vav_gallery_verify(&out, used, 1, bad, VAV_EMBEDDING_DIM, 0, err));
  }
  OUTPUT_SIZES("out", vav_comparison, use_comparison);
  destroy_used();
}

const test_case search_cases[] = {CASE(vav_identify_options_init),
                                  CASE(vav_gallery_identify),
                                  CASE(vav_gallery_identify_batch),
                                  CASE(vav_gallery_verify),
                                  CASE(vav_matches_destroy),
                                  CASE(vav_matches_decision),
                                  CASE(vav_matches_threshold),
                                  CASE(vav_matches_count),
                                  CASE(vav_matches_person),
                                  CASE(vav_matches_template),
                                  CASE(vav_matches_distance),
                                  CASE(vav_matches_name),
                                  {NULL, NULL}};
