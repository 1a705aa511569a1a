/* visavis/policy.h, visavis/portrait.h: limits, refusals, portraits. Needs the models and a sample photo where a face is needed. */
#include <math.h>

#include "check.h"
#include "objects.h"

INIT_CASE(vav_policy)
INIT_CASE(vav_refusal)

static vav_faces *measured = NULL;
static vav_refusals *made = NULL;

static vav_status use_policy(const void *policy) {
  const vav_status status = vav_faces_check_quality(&made, measured, 0, (const vav_policy *)policy, err);
  vav_refusals_destroy(made);
  return status;
}

static vav_status use_refusal(void *out) { return vav_refusals_get(made, 0, (vav_refusal *)out, err); }

static int refused_by(const vav_policy *policy) {
  int count;
  OK(vav_faces_check_quality(&made, measured, 0, policy, err));
  count = vav_refusals_count(made);
  vav_refusals_destroy(made);
  return count;
}

static void test_vav_policy_get_limit(void) {
  vav_quality_limit limit = {0, 0, 0};
  OK(vav_policy_get_limit(VAV_POLICY_NORMAL, VAV_QUALITY_INTER_EYE_DISTANCE, &limit, err));
  CHECK(limit.measure == VAV_QUALITY_INTER_EYE_DISTANCE && limit.least == 70 && isinf(limit.most));
  OK(vav_policy_get_limit(VAV_POLICY_STRICT, VAV_QUALITY_HEAD_SIZE, &limit, err));
  CHECK(isinf(limit.least) && limit.least < 0 && isinf(limit.most) && limit.most > 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "kind", vav_policy_get_limit(3, VAV_QUALITY_SHARPNESS, &limit, err));
  CHECK(limit.measure == 0 && limit.least == 0 && limit.most == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "kind", vav_policy_get_limit(-1, VAV_QUALITY_SHARPNESS, &limit, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "measure", vav_policy_get_limit(VAV_POLICY_NORMAL, 5, &limit, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_policy_get_limit(VAV_POLICY_NORMAL, VAV_QUALITY_SHARPNESS, NULL, err));
}

static void test_vav_faces_check_quality(void) {
  vav_policy policy = VAV_POLICY_INIT;
  vav_quality_limit limits[2] = {{VAV_QUALITY_INTER_EYE_DISTANCE, 500, INFINITY}, {VAV_QUALITY_HEAD_SIZE, 0.4f, 0.5f}};
  const vav_box nobody = {0, 0, 60, 60};
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  vav_refusal refusal = VAV_REFUSAL_INIT;
  vav_faces *none = NULL;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "faces", vav_faces_check_quality(&made, NULL, 0, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "faces",
               vav_faces_check_quality(&made, (vav_faces *)(void *)models(), 0, NULL, err));
  measured = measured_faces();
  if (!measured) SKIP("no models or sample photos: visavis models fetch");
  CHECK(refused_by(NULL) == 0);
  policy.kind = VAV_POLICY_STRICT;
  CHECK(refused_by(&policy) == 0);
  policy.limits = limits;
  policy.limit_count = 2;
  CHECK(refused_by(&policy) == 2);
  limits[1].measure = VAV_QUALITY_INTER_EYE_DISTANCE; /* of several the last holds */
  CHECK(refused_by(&policy) == 1);
  limits[1].least = -INFINITY, limits[1].most = INFINITY;
  CHECK(refused_by(&policy) == 0);

  options.what = VAV_ANALYZE_QUALITY;
  OK(vav_engine_analyze_boxes(&none, engine(), small_image(), &nobody, 1, &options, err));
  OK(vav_faces_check_quality(&made, none, 0, NULL, err));
  OK(vav_refusals_get(made, 0, &refusal, err));
  CHECK(refusal.measure == 0 && refusal.comparability == vav_faces_comparability(none, 0));
  CHECK(strcmp(refusal.text, vav_comparability_advice(refusal.comparability)) == 0);
  vav_refusals_destroy(made);
  vav_faces_destroy(none);

  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "index", vav_faces_check_quality(&made, measured, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "QUALITY", vav_faces_check_quality(&made, photo_faces(), 0, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_faces_check_quality(NULL, measured, 0, NULL, err));
  limits[1].least = NAN;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "limits[1]", vav_faces_check_quality(&made, measured, 0, &policy, err));
  limits[1].least = 2, limits[1].most = 1;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "limits[1]", vav_faces_check_quality(&made, measured, 0, &policy, err));
  limits[1].least = limits[1].most = INFINITY;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "infinite", vav_faces_check_quality(&made, measured, 0, &policy, err));
  limits[1].least = -INFINITY, limits[1].most = 20, limits[1].measure = VAV_QUALITY_OVER_EXPOSURE_PREVENTION;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "0 to 1", vav_faces_check_quality(&made, measured, 0, &policy, err));
  limits[1].least = 1, limits[1].measure = 0;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "measure", vav_faces_check_quality(&made, measured, 0, &policy, err));
  policy.limit_count = 101;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "limit_count", vav_faces_check_quality(&made, measured, 0, &policy, err));
  policy.limit_count = 0;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "limits", vav_faces_check_quality(&made, measured, 0, &policy, err));
  policy.limits = NULL;
  policy.limit_count = 1;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "limits", vav_faces_check_quality(&made, measured, 0, &policy, err));
  policy.limit_count = 0;
  policy.kind = 0, policy.limits = NULL, policy.limit_count = 0, policy.portrait = 1;
  OK(vav_faces_check_quality(&made, measured, 0, &policy, err)); /* too little above the head */
  CHECK(vav_refusals_count(made) == 1);
  OK(vav_refusals_get(made, 0, &refusal, err));
  CHECK(refusal.measure == VAV_QUALITY_MARGIN_ABOVE && fabs(refusal.limit - 1.4545) < 0.001);
  vav_refusals_destroy(made);
  limits[0].measure = VAV_QUALITY_MARGIN_ABOVE, limits[0].least = 1, policy.limits = limits, policy.limit_count = 1;
  CHECK(refused_by(&policy) == 0);
  policy.portrait = 2;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "portrait", vav_faces_check_quality(&made, measured, 0, &policy, err));
  policy.portrait = 0;
  policy.kind = 3;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "kind", vav_faces_check_quality(&made, measured, 0, &policy, err));
  policy.kind = 0;
  policy.reserved = 1;
  REFUSED_MAKE(made, VAV_E_UNSUPPORTED, "reserved", vav_faces_check_quality(&made, measured, 0, &policy, err));
  policy.reserved = 0;
  INPUT_SIZES("policy", policy, use_policy);
  vav_faces_destroy(measured);
}

static void test_vav_refusals_get(void) {
  vav_policy policy = VAV_POLICY_INIT;
  const vav_quality_limit limit = {VAV_QUALITY_INTER_EYE_DISTANCE, 500, INFINITY};
  vav_refusal out = VAV_REFUSAL_INIT;
  REFUSED(VAV_E_INVALID_ARGUMENT, "refusals", vav_refusals_get(NULL, 0, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "refusals", vav_refusals_get((vav_refusals *)(void *)models(), 0, &out, err));
  measured = measured_faces();
  if (!measured) SKIP("no models or sample photos: visavis models fetch");
  policy.limits = &limit;
  policy.limit_count = 1;
  OK(vav_faces_check_quality(&made, measured, 0, &policy, err));
  OK(vav_refusals_get(made, 0, &out, err));
  CHECK(out.measure == VAV_QUALITY_INTER_EYE_DISTANCE && out.comparability == 0 && out.limit == 500);
  CHECK(fabs(out.raw - 106) < 5 && strstr(out.text, "px apart, needs 500: step nearer") != NULL);
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_refusals_get(made, 1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_refusals_get(made, -1, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_refusals_get(made, 0, NULL, err));
  OUTPUT_SIZES("out", vav_refusal, use_refusal);
  vav_refusals_destroy(made);
  vav_faces_destroy(measured);
}

static void test_vav_image_cut_portrait(void) {
  vav_image *portrait = NULL;
  vav_faces *again = NULL;
  vav_face face = VAV_FACE_INIT;
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  vav_faces *boxes = NULL;
  REFUSED_MAKE(portrait, VAV_E_INVALID_ARGUMENT, "image", vav_image_cut_portrait(&portrait, NULL, NULL, 0, 0, err));
  REFUSED_MAKE(portrait, VAV_E_INVALID_ARGUMENT, "faces",
               vav_image_cut_portrait(&portrait, small_image(), NULL, 0, 0, err));
  if (!photo_faces()) SKIP("no models or sample photos: visavis models fetch");
  OK(vav_image_cut_portrait(&portrait, photo(), photo_faces(), 0, 0, err));
  CHECK(abs(vav_image_width(portrait) - 4 * 106) < 20); /* four times the distance of the eyes */
  vav_image_destroy(portrait);
  OK(vav_image_cut_portrait(&portrait, photo(), photo_faces(), 0, 600, err));
  CHECK(vav_image_width(portrait) == 600 && vav_image_height(portrait) == 800);
  options.what = VAV_ANALYZE_LANDMARKS;
  OK(vav_engine_analyze(&again, engine(), portrait, NULL, &options, err));
  OK(vav_faces_get(again, 0, &face, err));
  CHECK(fabs((face.landmarks[0].x + face.landmarks[1].x) / 2 - 375) < 6);
  CHECK(fabs((face.landmarks[2].x + face.landmarks[3].x) / 2 - 225) < 6);
  CHECK(fabs((face.landmarks[0].y + face.landmarks[3].y) / 2 - 360) < 6);
  vav_faces_destroy(again);
  vav_image_destroy(portrait);

  REFUSED_MAKE(portrait, VAV_E_INVALID_ARGUMENT, "index",
               vav_image_cut_portrait(&portrait, photo(), photo_faces(), 1, 0, err));
  REFUSED_MAKE(portrait, VAV_E_INVALID_ARGUMENT, "width",
               vav_image_cut_portrait(&portrait, photo(), photo_faces(), 0, 11, err));
  REFUSED_MAKE(portrait, VAV_E_INVALID_ARGUMENT, "width",
               vav_image_cut_portrait(&portrait, photo(), photo_faces(), 0, VAV_PORTRAIT_WIDTH_MAX + 1, err));
  REFUSED_MAKE(portrait, VAV_E_INVALID_ARGUMENT, "outside of the picture",
               vav_image_cut_portrait(&portrait, small_image(), photo_faces(), 0, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_image_cut_portrait(NULL, photo(), photo_faces(), 0, 0, err));
  OK(vav_engine_detect(&boxes, engine(), photo(), NULL, err));
  REFUSED_MAKE(portrait, VAV_E_INVALID_ARGUMENT, "landmarks",
               vav_image_cut_portrait(&portrait, photo(), boxes, 0, 0, err));
  vav_faces_destroy(boxes);
}

static void test_vav_refusals_destroy(void) {
  vav_refusals_destroy(NULL);
  vav_refusals_destroy((vav_refusals *)(void *)small_image()); /* not its type: nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_refusals_count(void) {
  CHECK(vav_refusals_count(NULL) == 0);
  CHECK(vav_refusals_count((vav_refusals *)(void *)small_image()) == 0);
}

const test_case policy_cases[] = {
    CASE(vav_policy_init),         CASE(vav_refusal_init),       CASE(vav_policy_get_limit),
    CASE(vav_faces_check_quality), CASE(vav_refusals_get),       CASE(vav_refusals_destroy),
    CASE(vav_refusals_count),      CASE(vav_image_cut_portrait), {NULL, NULL}};
