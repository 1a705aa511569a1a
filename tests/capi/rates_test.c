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

const test_case rates_cases[] = {CASE(vav_limits_init),
                                 CASE(vav_models_get_limits),
                                 CASE(vav_models_get_similarities),
                                 CASE(vav_models_get_calibration),
                                 CASE(vav_matches_get_limits),
                                 {NULL, NULL}};
