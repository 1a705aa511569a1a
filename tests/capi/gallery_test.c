/* visavis/gallery.h: opening, what it holds, checking, transactions. Persons and search have files of their own. */
#include <math.h>
#include <stdio.h>

#include "check.h"
#include "objects.h"

INIT_CASE(vav_gallery_options)
INIT_CASE(vav_gallery_info)

static vav_gallery *used; /* by the calls that are made again with every struct_size */

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }

static vav_status use_gallery_options(const void *options) {
  vav_gallery *opened = NULL;
  const vav_status status = vav_gallery_open(&opened, fresh_path("sizes.vav"), models(), options, err);
  vav_gallery_destroy(opened);
  return status;
}

static vav_status use_info(void *out) { return vav_gallery_get_info(used, out, err); }

static int64_t add(vav_gallery *gallery, const char *name) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t id = 0;
  fields.name = name;
  OK(vav_gallery_add_person(&id, gallery, &fields, err));
  return id;
}

static int64_t persons_in(vav_gallery *gallery) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  OK(vav_gallery_get_info(gallery, &info, err));
  return info.persons;
}

static void open_in_every_mode(const char *path) {
  vav_gallery *gallery = NULL;
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t id = 7;
  options.mode = VAV_GALLERY_MUST_EXIST;
  REFUSED_MAKE(gallery, VAV_E_FILE_NOT_FOUND, path, vav_gallery_open(&gallery, path, models(), &options, err));
  options.mode = VAV_GALLERY_READ_ONLY;
  REFUSED_MAKE(gallery, VAV_E_FILE_NOT_FOUND, path, vav_gallery_open(&gallery, path, models(), &options, err));
  options.mode = VAV_GALLERY_MUST_BE_NEW;
  OK(vav_gallery_open(&gallery, path, models(), &options, err));
  add(gallery, "Ada");
  vav_gallery_destroy(gallery);
  REFUSED_MAKE(gallery, VAV_E_ALREADY_EXISTS, path, vav_gallery_open(&gallery, path, models(), &options, err));
  options.mode = VAV_GALLERY_MUST_EXIST;
  OK(vav_gallery_open(&gallery, path, models(), &options, err));
  CHECK(persons_in(gallery) == 1);
  vav_gallery_destroy(gallery);
  options.mode = VAV_GALLERY_READ_ONLY;
  OK(vav_gallery_open(&gallery, path, models(), &options, err));
  CHECK(persons_in(gallery) == 1);
  fields.name = "Grace";
  REFUSED(VAV_E_PERMISSION, "read", vav_gallery_add_person(&id, gallery, &fields, err));
  vav_gallery_destroy(gallery);
}

static void test_vav_gallery_open(void) {
  vav_gallery *gallery = NULL;
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  const char *path = fresh_path("open.vav"), *junk;
  FILE *file;
  int i;
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_open(NULL, path, models(), NULL, err));
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "path", vav_gallery_open(&gallery, NULL, models(), NULL, err));
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "path", vav_gallery_open(&gallery, "", models(), NULL, err));
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "path", vav_gallery_open(&gallery, endless_text, models(), NULL, err));
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "models", vav_gallery_open(&gallery, path, NULL, NULL, err));
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "models",
               vav_gallery_open(&gallery, path, (vav_models *)(void *)small_image(), NULL, err));
  for (i = 0; bad_texts[i]; ++i)
    REFUSED_MAKE(gallery, VAV_E_TEXT_ENCODING, "path", vav_gallery_open(&gallery, bad_texts[i], models(), NULL, err));
  options.mode = 4;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "mode", vav_gallery_open(&gallery, path, models(), &options, err));
  options.mode = INT32_MIN;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "mode", vav_gallery_open(&gallery, path, models(), &options, err));
  options.mode = 0;
  options.busy_timeout_ms = -1;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "timeout", vav_gallery_open(&gallery, path, models(), &options, err));
  options.busy_timeout_ms = 0;
  options.threads = -1;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "threads", vav_gallery_open(&gallery, path, models(), &options, err));
  options.threads = 257;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "threads", vav_gallery_open(&gallery, path, models(), &options, err));
  options.threads = 2;
  options.durability = 2;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "durability",
               vav_gallery_open(&gallery, path, models(), &options, err));
  options.durability = VAV_DURABILITY_NORMAL;
  options.busy_timeout_ms = INT32_MAX;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "timeout", vav_gallery_open(&gallery, path, models(), &options, err));
  file = fopen(path, "rb");
  CHECK(file == NULL); /* none of the refused calls made a file */

  junk = fresh_path("junk.vav");
  file = fopen(junk, "wb");
  CHECK(file && fputs("A text of some length that is no gallery, though somebody gave it the name of one.", file) >= 0);
  if (file) fclose(file);
  REFUSED_MAKE(gallery, VAV_E_GALLERY_FORMAT, "junk.vav", vav_gallery_open(&gallery, junk, models(), NULL, err));
  options.busy_timeout_ms = 1000;
  INPUT_SIZES("options", options, use_gallery_options);
  open_in_every_mode(fresh_path("-modes \xc3\xa9.vav"));
}

static void test_vav_gallery_model_set(void) {
  static const char *const sets[] = {"dlib", "opencv-zoo", "dlib-1", "sface-1"};
  const char *set = "before", *path, *junk = fresh_path("empty.vav");
  FILE *file;
  size_t i;
  for (i = 0; i < sizeof sets / sizeof sets[0]; ++i) {
    vav_models_options options = VAV_MODELS_OPTIONS_INIT;
    vav_models *of_set = NULL;
    vav_gallery *gallery = NULL;
    path = fresh_path("of_set.vav");
    REFUSED(VAV_E_FILE_NOT_FOUND, "of_set.vav", vav_gallery_model_set(&set, path, err));
    CHECK(strcmp(set, "") == 0);
    options.set = sets[i];
    OK(vav_models_open(&of_set, &options, err));
    OK(vav_gallery_open(&gallery, path, of_set, NULL, err));
    OK(vav_gallery_model_set(&set, path, err)); /* while it is open */
    CHECK(strcmp(set, sets[i]) == 0);
    vav_gallery_destroy(gallery);
    vav_models_destroy(of_set);
    set = "before";
    OK(vav_gallery_model_set(&set, path, err));
    CHECK(strcmp(set, sets[i]) == 0);
  }
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_model_set(NULL, path, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "path", vav_gallery_model_set(&set, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "path", vav_gallery_model_set(&set, "", err));
  for (i = 0; bad_texts[i]; ++i) REFUSED(VAV_E_TEXT_ENCODING, "path", vav_gallery_model_set(&set, bad_texts[i], err));
  file = fopen(junk, "wb");
  CHECK(file != NULL);
  if (file) fclose(file);
  REFUSED(VAV_E_GALLERY_FORMAT, "empty", vav_gallery_model_set(&set, junk, err));
}

static void test_vav_gallery_destroy(void) {
  vav_gallery *gallery;
  vav_gallery_options again = VAV_GALLERY_OPTIONS_INIT;
  const char *path = fresh_path("destroy.vav");
  vav_gallery_destroy(NULL);
  vav_gallery_destroy(not_a_gallery()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
  gallery = new_gallery("destroy.vav");
  add(gallery, "Ada");
  OK(vav_gallery_begin(gallery, err));
  add(gallery, "Grace");
  vav_gallery_destroy(gallery); /* takes back what was not committed */
  again.mode = VAV_GALLERY_MUST_EXIST;
  OK(vav_gallery_open(&gallery, path, models(), &again, err));
  CHECK(persons_in(gallery) == 1);
  vav_gallery_destroy(gallery);
}

static void test_vav_gallery_get_info(void) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  used = new_gallery("info.vav");
  OK(vav_gallery_get_info(used, &info, err));
  CHECK(info.persons == 0 && info.templates == 0 && info.schema_version > 0 && info.created_at > 0);
  CHECK(strlen(info.model_sha256) == 64 && strstr(info.recipe, "chip=150"));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_get_info(NULL, &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_get_info(not_a_gallery(), &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_get_info(used, NULL, err));
  OUTPUT_SIZES("out", vav_gallery_info, use_info);
  vav_gallery_destroy(used);
}

static void test_vav_gallery_check(void) {
  vav_gallery *gallery = new_gallery("check.vav");
  vav_check_report *report = NULL;
  OK(vav_gallery_check(&report, gallery, err));
  CHECK(report && vav_check_report_count(report) == 0);
  vav_check_report_destroy(report);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_check(NULL, gallery, err));
  REFUSED_MAKE(report, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_check(&report, NULL, err));
  REFUSED_MAKE(report, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_check(&report, not_a_gallery(), err));
  vav_gallery_destroy(gallery);
}

static void test_vav_check_report_destroy(void) {
  vav_check_report_destroy(NULL);
  vav_check_report_destroy((vav_check_report *)(void *)small_image());
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_check_report_count(void) {
  CHECK(vav_check_report_count(NULL) == 0);
  CHECK(vav_check_report_count((vav_check_report *)(void *)small_image()) == 0);
}

static void test_vav_check_report_problem(void) {
  vav_gallery *gallery = new_gallery("problem.vav");
  vav_check_report *report = NULL;
  CHECK(vav_check_report_problem(NULL, 0) == NULL);
  CHECK(vav_check_report_problem((vav_check_report *)(void *)small_image(), 0) == NULL);
  OK(vav_gallery_check(&report, gallery, err));
  CHECK(vav_check_report_problem(report, 0) == NULL);
  CHECK(vav_check_report_problem(report, -1) == NULL);
  CHECK(vav_check_report_problem(report, INT32_MAX) == NULL);
  vav_check_report_destroy(report);
  vav_gallery_destroy(gallery);
}

static void test_vav_gallery_begin(void) {
  vav_gallery *gallery = new_gallery("begin.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_begin(NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_begin(not_a_gallery(), err));
  OK(vav_gallery_begin(gallery, err));
  REFUSED(VAV_E_WRONG_STATE, "transaction", vav_gallery_begin(gallery, err));
  OK(vav_gallery_rollback(gallery, err));
  OK(vav_gallery_begin(gallery, err));
  vav_gallery_destroy(gallery);
}

static void test_vav_gallery_commit(void) {
  vav_gallery *gallery = new_gallery("commit.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_commit(NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_commit(not_a_gallery(), err));
  REFUSED(VAV_E_WRONG_STATE, "transaction", vav_gallery_commit(gallery, err));
  OK(vav_gallery_begin(gallery, err));
  add(gallery, "Ada");
  OK(vav_gallery_commit(gallery, err));
  CHECK(persons_in(gallery) == 1);
  REFUSED(VAV_E_WRONG_STATE, "transaction", vav_gallery_commit(gallery, err));
  vav_gallery_destroy(gallery);
}

static void test_vav_gallery_rollback(void) {
  vav_gallery *gallery = new_gallery("rollback.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_rollback(NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_rollback(not_a_gallery(), err));
  REFUSED(VAV_E_WRONG_STATE, "transaction", vav_gallery_rollback(gallery, err));
  OK(vav_gallery_begin(gallery, err));
  add(gallery, "Ada");
  OK(vav_gallery_rollback(gallery, err));
  CHECK(persons_in(gallery) == 0);
  vav_gallery_destroy(gallery);
}

static void test_vav_gallery_set_threshold(void) {
  static const float bad[] = {-0.1f, 1.21f, 60, 1e-7f, NAN, INFINITY};
  vav_gallery *gallery = new_gallery("threshold.vav"), *other = NULL;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  vav_matches *matches = NULL;
  vav_comparison compared = VAV_COMPARISON_INIT;
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  char path[4096];
  int64_t id = 0;
  size_t i;
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_set_threshold(NULL, 0.5f, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_set_threshold(not_a_gallery(), 0.5f, err));
  for (i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_gallery_set_threshold(gallery, bad[i], err));
  add(gallery, "Ada");
  OK(vav_gallery_add_template(&id, gallery, 1, embedding_at(0), VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_gallery_get_info(gallery, &info, err));
  CHECK(info.threshold == 0);
  OK(vav_gallery_set_threshold(gallery, 0.4f, err));
  /* Every handle decides by it, unless it is asked for another. */
  snprintf(path, sizeof path, "%s/threshold.vav", scratch);
  OK(vav_gallery_open(&other, path, models(), NULL, err));
  OK(vav_gallery_get_info(other, &info, err));
  CHECK(info.threshold == 0.4f);
  OK(vav_gallery_identify(&matches, other, embedding_at(0.5f), VAV_EMBEDDING_DIM, NULL, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_UNKNOWN && vav_matches_threshold(matches) == 0.4f);
  vav_matches_destroy(matches);
  options.threshold = 0.6f;
  OK(vav_gallery_identify(&matches, other, embedding_at(0.5f), VAV_EMBEDDING_DIM, &options, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_MATCH);
  vav_matches_destroy(matches);
  OK(vav_gallery_verify(&compared, other, 1, embedding_at(0.5f), VAV_EMBEDDING_DIM, 0, err));
  CHECK(compared.decision == VAV_DECISION_UNKNOWN && compared.threshold == 0.4f);
  OK(vav_gallery_find_duplicates(&matches, other, embedding_at(0.5f), VAV_EMBEDDING_DIM, 0, 0, err));
  CHECK(vav_matches_count(matches) == 0 && vav_matches_threshold(matches) == 0.4f);
  vav_matches_destroy(matches);
  /* What is rolled back never was. */
  OK(vav_gallery_begin(gallery, err));
  OK(vav_gallery_set_threshold(gallery, 0.2f, err));
  OK(vav_gallery_rollback(gallery, err));
  OK(vav_gallery_verify(&compared, gallery, 1, embedding_at(0.3f), VAV_EMBEDDING_DIM, 0, err));
  CHECK(compared.threshold == 0.4f);
  OK(vav_gallery_set_threshold(other, 0, err));
  OK(vav_gallery_verify(&compared, gallery, 1, embedding_at(0.3f), VAV_EMBEDDING_DIM, 0, err));
  CHECK(compared.threshold == vav_default_threshold());
  vav_gallery_destroy(other);
  vav_gallery_destroy(gallery);
}

const test_case gallery_cases[] = {
    CASE(vav_gallery_options_init),  CASE(vav_gallery_info_init),  CASE(vav_gallery_open),
    CASE(vav_gallery_destroy),       CASE(vav_gallery_get_info),   CASE(vav_gallery_check),
    CASE(vav_check_report_destroy),  CASE(vav_check_report_count), CASE(vav_check_report_problem),
    CASE(vav_gallery_begin),         CASE(vav_gallery_commit),     CASE(vav_gallery_rollback),
    CASE(vav_gallery_set_threshold), CASE(vav_gallery_model_set),  {NULL, NULL}};
