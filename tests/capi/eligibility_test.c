/* visavis/search.h: what identify and verify say of persons who may not be let in now. */
#include "check.h"
#include "objects.h"

/* Ada (1) with templates at 0 and 1, Grace (2) at 2, Nobody (3) without any. */
static vav_gallery *used;

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }

static void use_three_persons(const char *file) {
  static const int64_t owner[] = {1, 1, 2};
  int64_t id = 0;
  int i;
  used = new_gallery(file);
  add_three_persons(used);
  for (i = 0; i < 3; ++i)
    OK(vav_gallery_add_template(&id, used, owner[i], embedding_at((float)i), VAV_EMBEDDING_DIM, NULL, err));
}

static void set_enabled(int64_t person, vav_switch on) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.enabled = on;
  OK(vav_gallery_update_person(used, person, &fields, err));
}

static vav_comparison use_verify_with_out;
static vav_status use_verify_with(const void *options) {
  return vav_gallery_verify_with(&use_verify_with_out, used, 1, embedding_at(0), VAV_EMBEDDING_DIM, options, err);
}

static void test_vav_gallery_verify_with(void) {
  static const char *const vault[] = {"vault"};
  static const int64_t others[] = {2, 3};
  vav_comparison out = VAV_COMPARISON_INIT;
  const vav_comparison fresh = VAV_COMPARISON_INIT;
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  use_verify_with_out = fresh;
  use_three_persons("verify_with.vav");
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, NULL, err));
  CHECK(out.decision == VAV_DECISION_MATCH && out.distance == 0);
  options.best_of = 2;
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.distance == 0.5f && out.decision == VAV_DECISION_MATCH);
  options.best_of = 0;
  options.groups = vault;
  options.group_count = 1;
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.decision == VAV_DECISION_INACTIVE);
  OK(vav_gallery_join_group(used, 1, "vault", err));
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.decision == VAV_DECISION_MATCH);
  options.persons = others;
  options.person_count = 2;
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.decision == VAV_DECISION_INACTIVE);
  options.persons = NULL;
  options.person_count = 0;
  /* Validity, by the caller's clock. */
  fields.valid_until = 2000;
  OK(vav_gallery_update_person(used, 1, &fields, err));
  options.now = 1999;
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.decision == VAV_DECISION_MATCH);
  options.now = 2000;
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.decision == VAV_DECISION_INACTIVE);
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(2), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.decision == VAV_DECISION_UNKNOWN);
  OK(vav_gallery_verify(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_INACTIVE);
  options.include_inactive = 1;
  OK(vav_gallery_verify_with(&out, used, 1, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(out.decision == VAV_DECISION_MATCH);
  /* A disabled employee is not "the same person". */
  set_enabled(2, VAV_SWITCH_OFF);
  OK(vav_gallery_verify(&out, used, 2, embedding_at(2), VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_INACTIVE && out.distance == 0);
  OK(vav_gallery_verify_with(&out, used, 2, embedding_at(2), VAV_EMBEDDING_DIM, NULL, err));
  CHECK(out.decision == VAV_DECISION_INACTIVE);
  OK(vav_gallery_verify_with(&out, used, 3, embedding_at(2), VAV_EMBEDDING_DIM, NULL, err));
  CHECK(out.decision == VAV_DECISION_NOT_EVALUATED);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out",
          vav_gallery_verify_with(NULL, used, 1, embedding_at(0), VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery",
          vav_gallery_verify_with(&out, NULL, 1, embedding_at(0), VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery",
          vav_gallery_verify_with(&out, not_a_gallery(), 1, embedding_at(0), VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "embedding",
          vav_gallery_verify_with(&out, used, 1, NULL, VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_NOT_FOUND, "4", vav_gallery_verify_with(&out, used, 4, embedding_at(0), VAV_EMBEDDING_DIM, NULL, err));
  options.groups = NULL;
  options.group_count = 0;
  INPUT_SIZES("options", options, use_verify_with);
  vav_gallery_destroy(used);
}

static void test_vav_matches_inactive(void) {
  static const char *const staff = "staff";
  static const int64_t ada = 1;
  vav_switch enabled;
  int64_t twin = 0;
  vav_matches *matches = NULL;
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  use_three_persons("inactive.vav");
  set_enabled(2, VAV_SWITCH_OFF);
  /* Grace's own face: she is not named, and neither is Ada, who is within this threshold too, in her place. */
  options.threshold = 1.2f;
  OK(vav_gallery_identify(&matches, used, embedding_at(2), VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_UNKNOWN && vav_matches_inactive(matches) == 1);
  CHECK(vav_matches_count(matches) == 1 && vav_matches_person(matches, 0) == 1);
  vav_matches_destroy(matches);
  /* Ada's face: nobody inactive is nearer. */
  OK(vav_gallery_identify(&matches, used, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_MATCH && vav_matches_inactive(matches) == 0);
  vav_matches_destroy(matches);
  options.include_inactive = 1;
  OK(vav_gallery_identify(&matches, used, embedding_at(2), VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_MATCH && vav_matches_inactive(matches) == 0);
  CHECK(vav_matches_person(matches, 0) == 2);
  vav_matches_destroy(matches);
  CHECK(vav_matches_inactive(NULL) == 0);
  /* Narrowing hides nobody who stands there: Grace is disabled or not, in no group, and Ada is in one. */
  OK(vav_gallery_join_group(used, 1, "staff", err));
  options.include_inactive = 0;
  options.groups = &staff;
  options.group_count = 1;
  for (enabled = VAV_SWITCH_ON; enabled <= VAV_SWITCH_OFF; ++enabled) {
    set_enabled(2, enabled);
    OK(vav_gallery_identify(&matches, used, embedding_at(2), VAV_EMBEDDING_DIM, &options, err));
    CHECK(vav_matches_decision(matches) == VAV_DECISION_UNKNOWN && vav_matches_inactive(matches) == 1);
    CHECK(vav_matches_count(matches) == 1 && vav_matches_person(matches, 0) == 1);
    vav_matches_destroy(matches);
    OK(vav_gallery_identify(&matches, used, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
    CHECK(vav_matches_decision(matches) == VAV_DECISION_MATCH && vav_matches_inactive(matches) == 0);
    vav_matches_destroy(matches);
  }
  set_enabled(2, VAV_SWITCH_ON);
  options.groups = NULL;
  options.group_count = 0;
  options.persons = &ada;
  options.person_count = 1;
  OK(vav_gallery_identify(&matches, used, embedding_at(2), VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_UNKNOWN && vav_matches_inactive(matches) == 1);
  vav_matches_destroy(matches);
  /* Two persons with the very same template, one of them disabled: it may be that one, whoever was there first. */
  options.persons = NULL;
  options.person_count = 0;
  OK(vav_gallery_add_template(&twin, used, 2, embedding_at(1), VAV_EMBEDDING_DIM, NULL, err));
  for (enabled = 1; enabled <= 2; ++enabled) {
    set_enabled(enabled, VAV_SWITCH_OFF);
    OK(vav_gallery_identify(&matches, used, embedding_at(1), VAV_EMBEDDING_DIM, &options, err));
    CHECK(vav_matches_decision(matches) == VAV_DECISION_UNKNOWN && vav_matches_inactive(matches) == 1);
    CHECK(vav_matches_person(matches, 0) == 3 - enabled);
    vav_matches_destroy(matches);
    set_enabled(enabled, VAV_SWITCH_ON);
  }
  /* Beyond the threshold she is nobody. */
  options.threshold = 0.1f;
  OK(vav_gallery_identify(&matches, used, embedding_at(3), VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_UNKNOWN && vav_matches_inactive(matches) == 0);
  vav_matches_destroy(matches);
  vav_gallery_destroy(used);
}

const test_case eligibility_cases[] = {CASE(vav_gallery_verify_with), CASE(vav_matches_inactive), {NULL, NULL}};
