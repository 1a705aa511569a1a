/* visavis/assess.h: photos of one person, alone and beside a gallery, and what is refused. */
#include <math.h>

#include "check.h"
#include "objects.h"

INIT_CASE(vav_assess_options)
INIT_CASE(vav_assessment_summary)
INIT_CASE(vav_assessed_photo)
INIT_CASE(vav_lookalike)

enum { kPhotos = 5, kLength = VAV_EMBEDDING_DIM };

static float photos[kPhotos][kLength];
static vav_assessment *made = NULL;
static vav_gallery *used = NULL;

/* Two of one person, one of them twice; somebody else; one without a face. */
static void make_photos(void) {
  static const float places[kPhotos] = {0, 0.1f, 2.5f, 0.1f, 0};
  int i;
  for (i = 0; i < kPhotos; ++i) memcpy(photos[i], embedding_at(places[i]), sizeof photos[i]);
}

static const vav_photo_verdict known[kPhotos] = {0, 0, 0, 0, VAV_PHOTO_NO_FACE};

static vav_status make(const vav_assess_options *options) {
  return vav_assess_photos(&made, models(), NULL, 0, photos[0], kPhotos, kLength, options, err);
}

static vav_status beside(int64_t person, const vav_assess_options *options) {
  return vav_assess_photos(&made, NULL, used, person, photos[0], kPhotos, kLength, options, err);
}

static vav_status use_assess_options(const void *options) {
  const vav_status status = make((const vav_assess_options *)options);
  vav_assessment_destroy(made);
  return status;
}

static vav_status use_summary(void *out) {
  return vav_assessment_get_summary(made, (vav_assessment_summary *)out, err);
}
static vav_status use_limits(void *out) { return vav_assessment_get_limits(made, (vav_limits *)out, err); }
static vav_status use_lookalike_limits(void *out) {
  return vav_assessment_get_lookalike_limits(made, (vav_limits *)out, err);
}
static vav_status use_photo(void *out) { return vav_assessment_get_photo(made, 0, (vav_assessed_photo *)out, err); }
static vav_status use_lookalike(void *out) {
  return vav_assessment_get_lookalike(made, 2, 0, (vav_lookalike *)out, err);
}

static vav_assessed_photo photo_at(int32_t index) {
  vav_assessed_photo one = VAV_ASSESSED_PHOTO_INIT;
  OK(vav_assessment_get_photo(made, index, &one, err));
  return one;
}

/* Ada (1) at 0, Grace (2) at 2.5; Grace is disabled. */
static void use_two_persons(const char *file) {
  vav_person_fields off = VAV_PERSON_FIELDS_INIT;
  int64_t id = 0;
  used = new_gallery(file);
  add_three_persons(used);
  OK(vav_gallery_add_template(&id, used, 1, embedding_at(0), kLength, NULL, err));
  OK(vav_gallery_add_template(&id, used, 2, embedding_at(2.5f), kLength, NULL, err));
  off.enabled = VAV_SWITCH_OFF;
  OK(vav_gallery_update_person(used, 2, &off, err));
}

static void test_vav_assess_photos(void) {
  vav_assess_options options = VAV_ASSESS_OPTIONS_INIT;
  vav_assessment_summary summary = VAV_ASSESSMENT_SUMMARY_INIT;
  vav_limits limits = VAV_LIMITS_INIT, asked = VAV_LIMITS_INIT;
  vav_assessed_photo one;
  int i;
  make_photos();
  options.known = known;
  OK(make(&options));
  OK(vav_assessment_get_summary(made, &summary, err));
  CHECK(summary.photos == 5 && summary.accepted == 2 && summary.same_picture == 1 && summary.different_face == 1);
  CHECK(summary.known == 1 && summary.rivals == 1 && summary.templates == 0);
  CHECK(summary.undecided == 0 && summary.wrong_person == 0);
  OK(vav_assessment_get_limits(made, &limits, err));
  OK(vav_models_get_limits(models(), 0, 0, VAV_PRESET_PHOTOS, 0, &asked, err));
  CHECK(limits.threshold == asked.threshold && limits.support == VAV_SUPPORT_MEASURED);
  one = photo_at(0);
  CHECK(one.verdict == VAV_PHOTO_ACCEPTED && one.same_as == -1 && one.compared == 1 && one.within == 1);
  CHECK(fabsf(one.nearest - 0.1f) < 1e-6f && one.mean == one.nearest && one.same_template == 0);
  one = photo_at(2);
  CHECK(one.verdict == VAV_PHOTO_DIFFERENT_FACE && one.compared == 2 && one.within == 0 && one.lookalikes == 0);
  CHECK(fabsf(one.nearest - 2.4f) < 1e-5f && fabsf(one.mean - 2.45f) < 1e-5f);
  one = photo_at(3);
  CHECK(one.verdict == VAV_PHOTO_SAME_PICTURE && one.same_as == 1 && one.compared == 1);
  one = photo_at(4);
  CHECK(one.verdict == VAV_PHOTO_NO_FACE && one.same_as == -1 && one.compared == 0 && isinf(one.nearest));
  OUTPUT_SIZES("out", vav_assessment_summary, use_summary);
  OUTPUT_SIZES("out", vav_limits, use_limits);
  OUTPUT_SIZES("out", vav_limits, use_lookalike_limits);
  OUTPUT_SIZES("out", vav_assessed_photo, use_photo);
  vav_assessment_destroy(made);
  INPUT_SIZES("options", options, use_assess_options);

  /* Nobody's, and one alone, of which nothing is known. */
  OK(vav_assess_photos(&made, models(), NULL, 0, NULL, 0, kLength, NULL, err));
  OK(vav_assessment_get_summary(made, &summary, err));
  CHECK(summary.photos == 0 && summary.undecided == 0);
  vav_assessment_destroy(made);
  OK(vav_assess_photos(&made, models(), NULL, 0, photos[0], 1, kLength, NULL, err));
  one = photo_at(0);
  CHECK(one.verdict == VAV_PHOTO_ACCEPTED && one.compared == 0 && isinf(one.nearest) && isinf(one.mean));
  vav_assessment_destroy(made);

  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "either",
               vav_assess_photos(&made, NULL, NULL, 0, photos[0], 1, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "person",
               vav_assess_photos(&made, models(), NULL, 1, photos[0], 1, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings",
               vav_assess_photos(&made, models(), NULL, 0, NULL, 1, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_assess_photos(&made, models(), NULL, 0, photos[0], -1, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_assess_photos(&made, models(), NULL, 0, photos[0], 10001, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "length",
               vav_assess_photos(&made, models(), NULL, 0, photos[0], 1, 5000, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[0]",
               vav_assess_photos(&made, models(), NULL, 0, photos[0], 1, 64, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_assess_photos(NULL, models(), NULL, 0, photos[0], 1, kLength, NULL, err));
  options.reserved = 1;
  REFUSED_MAKE(made, VAV_E_UNSUPPORTED, "reserved", make(&options));
  options.reserved = 0;
  options.all_of_person = 2;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "all_of_person", make(&options));
  options.all_of_person = 0;
  options.skip_lookalikes = -1;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "skip_lookalikes", make(&options));
  options.skip_lookalikes = 0;
  options.preset = 9;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "preset", make(&options));
  options.preset = 0;
  options.false_rate = 0.6f;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "rate", make(&options));
  options.false_rate = 0;
  for (i = 0; i < 3; ++i) {
    options.threshold = not_finite[i];
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "threshold", make(&options));
    options.threshold = 0;
    options.lookalike_threshold = not_finite[i];
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "threshold", make(&options));
    options.lookalike_threshold = 0;
    photos[3][100] = not_finite[i];
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[3]", make(&options));
    photos[3][100] = 0;
    photos[4][100] = not_finite[i]; /* is not looked at */
    OK(make(&options));
    vav_assessment_destroy(made);
  }
  for (i = 1; i < 10; ++i) {
    vav_photo_verdict wrong[kPhotos] = {0, 0, 0, 0, 0};
    if (i >= VAV_PHOTO_NO_FACE && i <= VAV_PHOTO_UNREADABLE) continue;
    wrong[2] = i;
    options.known = wrong;
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "known[2]", make(&options));
  }
  options.known = NULL;
  make_photos();
  memset(photos[2], 0, sizeof photos[2]);
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[2]", make(&options));
  photos[2][0] = 1; /* of another set of models */
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[2]", make(&options));
}

static void test_vav_assessment_get_lookalike(void) {
  vav_assess_options options = VAV_ASSESS_OPTIONS_INIT;
  vav_assessment_summary summary = VAV_ASSESSMENT_SUMMARY_INIT;
  vav_lookalike other = VAV_LOOKALIKE_INIT;
  vav_assessed_photo one = VAV_ASSESSED_PHOTO_INIT;
  vav_limits limits = VAV_LIMITS_INIT;
  make_photos();
  use_two_persons("assess.vav");
  options.known = known;
  OK(beside(1, &options));
  CHECK(photo_at(0).verdict == VAV_PHOTO_SAME_PICTURE && photo_at(0).same_template == 1);
  CHECK(photo_at(0).same_as == -1 && photo_at(0).lookalikes == 0);
  CHECK(photo_at(1).verdict == VAV_PHOTO_ACCEPTED && photo_at(1).lookalikes == 0 && photo_at(1).compared == 1);
  CHECK(photo_at(2).verdict == VAV_PHOTO_DIFFERENT_FACE && photo_at(2).lookalikes == 1);
  OK(vav_assessment_get_lookalike(made, 2, 0, &other, err));
  CHECK(other.person == 2 && other.template_id == 2 && other.distance == 0 && strcmp(other.name, "Grace") == 0);
  OUTPUT_SIZES("out", vav_lookalike, use_lookalike);
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_assessment_get_lookalike(made, 2, 1, &other, err));
  CHECK(other.name == NULL && other.person == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_assessment_get_lookalike(made, 2, -1, &other, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "photo", vav_assessment_get_lookalike(made, 5, 0, &other, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "photo", vav_assessment_get_lookalike(made, -1, 0, &other, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "assessment", vav_assessment_get_lookalike(NULL, 0, 0, &other, err));
  OK(vav_assessment_get_lookalike_limits(made, &limits, err));
  CHECK(limits.comparisons == 2 && limits.threshold > 0);
  OK(vav_assessment_get_summary(made, &summary, err));
  CHECK(summary.templates == 1 && summary.wrong_person == 0 && summary.undecided == 0);

  /* It outlives the gallery, and what happens to it. */
  OK(vav_gallery_remove_person(used, 2, err));
  vav_gallery_destroy(used);
  OK(vav_assessment_get_lookalike(made, 2, 0, &other, err));
  CHECK(strcmp(other.name, "Grace") == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_assessment_get_photo(made, 5, &one, err));
  CHECK(one.same_as == -1 && isinf(one.nearest) && isinf(one.mean) && one.verdict == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_assessment_get_photo(made, -1, &one, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "assessment", vav_assessment_get_photo(NULL, 0, &one, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "assessment", vav_assessment_get_summary(NULL, &summary, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "assessment", vav_assessment_get_limits(NULL, &limits, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "assessment", vav_assessment_get_lookalike_limits(NULL, &limits, err));
  vav_assessment_destroy(made);

  use_two_persons("assess.vav");
  /* Who is disabled is enrolled as anybody; whose photos all show another face may be somebody else. */
  OK(beside(2, &options));
  CHECK(photo_at(2).verdict == VAV_PHOTO_SAME_PICTURE && photo_at(0).verdict == VAV_PHOTO_DIFFERENT_FACE);
  vav_assessment_destroy(made);
  OK(vav_assess_photos(&made, NULL, used, 2, photos[0], 2, kLength, NULL, err));
  OK(vav_assessment_get_summary(made, &summary, err));
  CHECK(summary.wrong_person == 1 && summary.different_face == 2 && summary.rivals == 2);
  vav_assessment_destroy(made);
  options.all_of_person = options.skip_lookalikes = 1;
  OK(beside(2, &options));
  CHECK(photo_at(0).verdict == VAV_PHOTO_ACCEPTED && photo_at(0).lookalikes == 0);
  OK(vav_assessment_get_lookalike_limits(made, &limits, err));
  CHECK(limits.threshold == 0 && limits.comparisons == 0);
  vav_assessment_destroy(made);
  options.all_of_person = options.skip_lookalikes = 0;
  /* Nobody wrote anything, and a person without templates is like somebody new. */
  OK(beside(3, &options));
  CHECK(photo_at(0).verdict == VAV_PHOTO_ACCEPTED && photo_at(0).lookalikes == 1);
  vav_assessment_destroy(made);
  OK(vav_gallery_set_threshold(used, 0.05f, err));
  OK(beside(0, &options));
  OK(vav_assessment_get_summary(made, &summary, err));
  CHECK(summary.undecided == 1 && summary.accepted == 1 && summary.rivals == 1);
  vav_assessment_destroy(made);
  REFUSED_MAKE(made, VAV_E_NOT_FOUND, "", beside(9, &options));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "person", beside(-1, &options));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "either",
               vav_assess_photos(&made, models(), used, 1, photos[0], 1, kLength, NULL, err));
  REFUSED_MAKE(
      made, VAV_E_INVALID_ARGUMENT, "gallery",
      vav_assess_photos(&made, NULL, (vav_gallery *)(void *)small_image(), 1, photos[0], 1, kLength, NULL, err));
  REFUSED_MAKE(
      made, VAV_E_INVALID_ARGUMENT, "models",
      vav_assess_photos(&made, (vav_models *)(void *)small_image(), NULL, 0, photos[0], 1, kLength, NULL, err));
  memset(photos[1], 0, sizeof photos[1]);
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[1]", beside(1, NULL));
  vav_gallery_destroy(used);
  used = NULL;
  vav_assessment_destroy(NULL);
}

static void test_vav_photo_verdict_name(void) {
  CHECK(strcmp(vav_photo_verdict_name(VAV_PHOTO_DIFFERENT_FACE), "different_face") == 0);
  CHECK(strcmp(vav_photo_verdict_name(VAV_PHOTO_UNREADABLE), "unreadable") == 0);
  CHECK(strcmp(vav_photo_verdict_name(-1), "unknown") == 0 && strcmp(vav_photo_verdict_name(9), "unknown") == 0);
}

/* The getters and _destroy are tried with the others. */
const test_case assess_cases[] = {CASE(vav_assess_options_init),
                                  CASE(vav_assessment_summary_init),
                                  CASE(vav_assessed_photo_init),
                                  CASE(vav_lookalike_init),
                                  CASE(vav_photo_verdict_name),
                                  CASE(vav_assess_photos),
                                  CASE(vav_assessment_get_lookalike),
                                  {"vav_assessment_get_summary", test_vav_assess_photos},
                                  {"vav_assessment_get_limits", test_vav_assess_photos},
                                  {"vav_assessment_get_photo", test_vav_assess_photos},
                                  {"vav_assessment_get_lookalike_limits", test_vav_assessment_get_lookalike},
                                  {"vav_assessment_destroy", test_vav_assessment_get_lookalike},
                                  {NULL, NULL}};
