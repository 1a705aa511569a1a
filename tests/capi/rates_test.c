/* visavis/rates.h: thresholds from rates, and the other way. */
#include <math.h>

#include "check.h"
#include "objects.h"
#include "three_persons.h"

INIT_CASE(vav_limits)

static vav_status use_limits(void *out) {
  return vav_models_get_limits(models(), 0, 0, VAV_PRESET_DEFAULT, 1, (vav_limits *)out, err);
}

static vav_models *not_models(void) { return (vav_models *)(void *)small_image(); }

static vav_limits limits_of(float threshold, float rate, vav_preset preset, int64_t comparisons) {
  vav_limits out = VAV_LIMITS_INIT;
  OK(vav_models_get_limits(models(), threshold, rate, preset, comparisons, &out, err));
  return out;
}

static void test_vav_models_get_limits(void) {
  vav_limits out = VAV_LIMITS_INIT, door, far;
  const float bad[] = {-0.1f, 0.6f, 2};
  int i;
  out = limits_of(0, 0, VAV_PRESET_DEFAULT, 0);
  CHECK(out.threshold == vav_models_default_threshold(models()) && out.comparisons == 1);
  CHECK(out.review == out.threshold && out.margin == 0 && out.support == VAV_SUPPORT_MEASURED);
  CHECK(fabs(out.rate - 0.001) < 1e-5);
  out = limits_of(0, 0.001f, VAV_PRESET_COMPAT, 1000);
  CHECK(fabs(out.rate - 0.001) < 1e-5 && out.support == VAV_SUPPORT_EXTRAPOLATED && out.comparisons == 1000);
  out = limits_of(0.3f, 0.4f, VAV_PRESET_COMPAT, 1000);
  CHECK(out.threshold == 0.3f && out.rate < 0.001f);
  out = limits_of(0, 0, VAV_PRESET_COMPAT, 1000);
  CHECK(out.threshold == 0.6f && out.rate > 0.9f);
  door = limits_of(0, 0, VAV_PRESET_DOOR, 100), far = limits_of(0, 0, VAV_PRESET_DOOR, 10000);
  CHECK(door.threshold < door.review && door.margin > 0 && far.threshold < door.threshold);
  CHECK(limits_of(0, 0, VAV_PRESET_PHOTOS, 100).threshold > limits_of(0, 0, VAV_PRESET_STANDARD, 100).threshold);
  CHECK(limits_of(0, 0, VAV_PRESET_STANDARD, 100).threshold > door.threshold);

  for (i = 0; i < 3; ++i) {
    REFUSED(VAV_E_INVALID_ARGUMENT, "rate", vav_models_get_limits(models(), 0, bad[i], 0, 1, &out, err));
    REFUSED(VAV_E_INVALID_ARGUMENT, "rate", vav_models_get_limits(models(), 0, not_finite[i], 0, 1, &out, err));
    REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_models_get_limits(models(), not_finite[i], 0, 0, 1, &out, err));
  }
  CHECK(out.threshold == 0 && out.support == VAV_SUPPORT_NOT_EVALUATED);
  REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_models_get_limits(models(), 60, 0, 0, 1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "preset", vav_models_get_limits(models(), 0, 0, 5, 1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "preset", vav_models_get_limits(models(), 0, 0, -1, 1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "comparisons", vav_models_get_limits(models(), 0, 0, 0, -1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_get_limits(NULL, 0, 0, 0, 1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_get_limits(not_models(), 0, 0, 0, 1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_models_get_limits(models(), 0, 0, 0, 1, NULL, err));
}

static void test_vav_models_get_similarities(void) {
  const float distances[] = {0.1f, 0.45f, 0.55f, 0.65f, 1.1f, INFINITY}, negative[] = {0.5f, -0.1f};
  float out[6] = {0}, rarer[6] = {0};
  vav_support supports[6];
  int i;
  OK(vav_models_get_similarities(models(), distances, 6, 0, out, supports, err));
  OK(vav_models_get_similarities(models(), distances, 6, 0.01f, rarer, NULL, err));
  for (i = 0; i < 5; ++i) {
    CHECK(out[i] > 0 && out[i] < 1 && rarer[i] < out[i]);
    CHECK(i == 0 || out[i] < out[i - 1]);
    CHECK(supports[i] == (i == 0 || i == 4 ? VAV_SUPPORT_EXTRAPOLATED : VAV_SUPPORT_MEASURED));
  }
  CHECK(isnan(out[5]) && isnan(rarer[5]) && supports[5] == VAV_SUPPORT_NOT_EVALUATED);
  CHECK(out[1] > 0.99f && out[3] < 0.2f);
  OK(vav_models_get_similarities(models(), distances, 1, 0.99999994f, out, NULL, err));
  CHECK(out[0] < 1);
  OK(vav_models_get_similarities(models(), NULL, 0, 0, NULL, NULL, err));
  out[0] = 7;
  REFUSED(VAV_E_INVALID_ARGUMENT, "distances[1]",
          vav_models_get_similarities(models(), negative, 2, 0, out, NULL, err));
  for (i = 0; i < 3; ++i)
    REFUSED(VAV_E_INVALID_ARGUMENT, "prior",
            vav_models_get_similarities(models(), distances, 1, not_finite[i], out, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "prior", vav_models_get_similarities(models(), distances, 1, 1, out, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "prior", vav_models_get_similarities(models(), distances, 1, -0.1f, out, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count", vav_models_get_similarities(models(), distances, -1, 0, out, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count",
          vav_models_get_similarities(models(), distances, INT64_MAX, 0, out, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "distances", vav_models_get_similarities(models(), NULL, 1, 0, out, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "similarities",
          vav_models_get_similarities(models(), distances, 1, 0, NULL, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_get_similarities(NULL, distances, 1, 0, out, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_get_similarities(not_models(), distances, 1, 0, out, NULL, err));
  CHECK(out[0] == 7);
}

static void test_vav_models_get_calibration(void) {
  CHECK(strstr(vav_models_get_calibration(models()), "\"false_matches\"") != NULL);
  CHECK(strcmp(vav_models_get_calibration(NULL), "") == 0);
  CHECK(strcmp(vav_models_get_calibration(not_models()), "") == 0);
}

/* What a search says of itself is what the models say of so many templates. */
static void test_vav_matches_get_limits(void) {
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  vav_limits out = VAV_LIMITS_INIT, expected;
  vav_matches *matches = NULL;
  const int64_t grace = 2;
  use_three_persons("limits.vav");
  for (options.preset = VAV_PRESET_DEFAULT; options.preset <= VAV_PRESET_COMPAT; ++options.preset) {
    OK(vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
    OK(vav_matches_get_limits(matches, &out, err));
    expected = limits_of(0, 0, options.preset, 3);
    CHECK(memcmp(&out, &expected, sizeof out) == 0);
    CHECK(vav_matches_decision(matches) == VAV_DECISION_MATCH && vav_matches_threshold(matches) == out.threshold);
    vav_matches_destroy(matches);
  }
  options.preset = VAV_PRESET_DEFAULT;
  options.persons = &grace;
  options.person_count = 1;
  options.false_rate = 0.25f;
  OK(vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
  OK(vav_matches_get_limits(matches, &out, err));
  CHECK(out.comparisons == 1 && vav_matches_decision(matches) == VAV_DECISION_UNKNOWN);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_matches_get_limits(matches, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "matches", vav_matches_get_limits(NULL, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "matches", vav_matches_get_limits((vav_matches *)(void *)used, &out, err));
  vav_matches_destroy(matches);
  options.false_rate = 0.9f;
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "rate",
               vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
  options.false_rate = 0;
  options.preset = 9;
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "options.preset",
               vav_gallery_identify(&matches, used, flat[0], VAV_EMBEDDING_DIM, &options, err));
  destroy_used();
}

/* A table of one's own: ours with other thresholds, as a file that fits these models. */
static const char *own_table(const char *name, const char *sha256, const char *recipe, const char *rows) {
  const char *path = fresh_path(name);
  FILE *file = fopen(path, "wb");
  CHECK(file != NULL);
  fprintf(file,
          "{\"set\": \"dlib\", \"recipe\": \"%s\", \"model_sha256\": \"%s\", \"persons\": 70, \"genuine\": 100,"
          " \"impostor\": 100000, \"rows\": [%s]}",
          recipe, sha256, rows);
  fclose(file);
  return path;
}

static vav_status open_with(const char *path, vav_models **out) {
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  options.calibration = path;
  return vav_models_open(out, &options, err);
}

#define ROW(threshold, matches, fmr, fnmr)                                                   \
  "{\"threshold\": " threshold ", \"false_matches\": " matches ", \"fmr\": {\"value\": " fmr \
  "}, \"fnmr\": {"                                                                           \
  "\"value\": " fnmr "}}"
#define GOOD_ROWS \
  ROW("0.5", "1000", "0.01", "0.1") "," ROW("0.4", "100", "0.001", "0.3") "," ROW("0.3", "10", "0.0001", "0.5")

/* With a table of one's own, presets, rates and similarity go by it, in galleries too. */
static void test_own_calibration(void) {
  vav_models *own = NULL;
  vav_gallery *gallery = NULL;
  vav_limits out = VAV_LIMITS_INIT, ours = limits_of(0, 0, VAV_PRESET_STANDARD, 0);
  vav_matches *matches = NULL;
  float similarity = 0;
  const float distance = 0.35f;
  int64_t person = 0, id = 0;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = "Ada";
  CHECK(ours.table == VAV_TABLE_LIBRARY && ours.persons > 1000);
  OK(open_with(own_table("own.json", vav_models_get_model_sha256(models()), vav_models_get_recipe(models()), GOOD_ROWS),
               &own));
  OK(vav_models_get_limits(own, 0, 0, VAV_PRESET_STANDARD, 0, &out, err));
  CHECK(out.threshold == 0.4f && out.table == VAV_TABLE_OWN && out.persons == 70);
  CHECK(out.support == VAV_SUPPORT_MEASURED && vav_models_default_threshold(own) == 0.4f);
  CHECK(strstr(vav_models_get_calibration(own), "\"impostor\": 100000") != NULL);
  OK(vav_models_get_limits(own, 0, 1e-5f, 0, 0, &out, err));
  CHECK(out.support == VAV_SUPPORT_EXTRAPOLATED && out.threshold < 0.3f);
  OK(vav_models_get_similarities(own, &distance, 1, 0, &similarity, NULL, err));
  CHECK(fabs(similarity - 0.2 / (0.2 + 0.0009)) < 1e-4);
  OK(vav_gallery_open(&gallery, fresh_path("own.vav"), own, NULL, err));
  vav_models_destroy(own);
  OK(vav_gallery_add_person(&person, gallery, &fields, err));
  OK(vav_gallery_add_template(&id, gallery, person, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_gallery_identify(&matches, gallery, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_matches_get_limits(matches, &out, err));
  CHECK(out.threshold == 0.4f && out.table == VAV_TABLE_OWN && out.persons == 70);
  vav_matches_destroy(matches);
  vav_gallery_destroy(gallery);
}

/* What anybody may have written decides nothing before each number was looked at. */
static void test_own_calibration_that_is_none(void) {
  static const struct {
    const char *rows, *words;
  } bad[] = {
      {"", "too few"},
      {ROW("0.5", "1000", "0.01", "0.1"), "too few"},
      {ROW("0.6", "1000", "0.01", "0.1") "," ROW("0.5", "316", "0.00316", "0.3"), "too few"},
      {ROW("0.4", "100", "0.001", "0.1") "," ROW("0.5", "50", "0.0005", "0.3"), "must fall"},
      {ROW("0.4", "100", "0.001", "0.3") "," ROW("0.3", "50", "0.0005", "0.1"), "must fall"},
      {ROW("0.5", "1000", "0.01", "0.1") "," ROW("0.4", "100", "0.0001", "0.3"), "false matches"},
      {ROW("0.5", "1000", "0.01", "0.1") "," ROW("0.4", "10", "0.0001", "0.3"), "power of ten"},
      {ROW("0.5", "9", "0.00009", "0.1"), "false_matches"},
      {ROW("3", "1000", "0.01", "0.1"), "threshold"},
      {ROW("-0.5", "1000", "0.01", "0.1"), "threshold"},
      {ROW("0.5", "1000", "0.01", "1.1"), "value"},
      {ROW("\"0.5\"", "1000", "0.01", "0.1"), "threshold"},
      {ROW("0.5", "1e300", "0.01", "0.1"), "false_matches"},
      {"[[[[[[[[[[0]]]]]]]]]]", "none"},
      {"7", "no \"threshold\""},
      {"{", "it is no valid JSON"},
      {ROW("1.1", "1000", "0.01", "0.1") "," ROW("1.09", "100", "0.001", "0.3") "," ROW("1.08", "10", "0.0001", "0.5"),
       "take them for your people"},
  };
  const char *sha = vav_models_get_model_sha256(models()), *recipe = vav_models_get_recipe(models());
  vav_models *own = NULL;
  size_t i;
  for (i = 0; i < sizeof bad / sizeof *bad; ++i)
    REFUSED_MAKE(own, VAV_E_INVALID_ARGUMENT, i == 13 ? "table" : bad[i].words,
                 open_with(own_table("bad.json", sha, recipe, bad[i].rows), &own));
  REFUSED_MAKE(own, VAV_E_INVALID_ARGUMENT, "another file",
               open_with(own_table("bad.json", "00", recipe, GOOD_ROWS), &own));
  REFUSED_MAKE(own, VAV_E_INVALID_ARGUMENT, "version", open_with(own_table("bad.json", sha, "old", GOOD_ROWS), &own));
  REFUSED_MAKE(own, VAV_E_FILE_NOT_FOUND, "gone.json", open_with(fresh_path("gone.json"), &own));
}

static void test_vav_models_get_recipe(void) {
  CHECK(strcmp(vav_models_get_recipe(models()), "chip=150,padding=0.25;metric=euclidean") == 0);
  CHECK(strcmp(vav_models_get_recipe(NULL), "") == 0 && strcmp(vav_models_get_recipe(not_models()), "") == 0);
}

static void test_vav_models_get_model_sha256(void) {
  CHECK(strlen(vav_models_get_model_sha256(models())) == 64);
  CHECK(strcmp(vav_models_get_model_sha256(NULL), "") == 0);
  CHECK(strcmp(vav_models_get_model_sha256(not_models()), "") == 0);
}

const test_case rates_cases[] = {CASE(vav_limits_init),
                                 CASE(vav_models_get_limits),
                                 CASE(vav_models_get_similarities),
                                 CASE(vav_models_get_calibration),
                                 CASE(vav_matches_get_limits),
                                 CASE(own_calibration),
                                 CASE(own_calibration_that_is_none),
                                 CASE(vav_models_get_recipe),
                                 CASE(vav_models_get_model_sha256),
                                 {NULL, NULL}};
