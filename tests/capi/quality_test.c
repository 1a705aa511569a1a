/* visavis/quality.h: the measures of a face. Needs the models and a sample photo where a face is needed. */
#include <math.h>

#include "check.h"
#include "objects.h"

INIT_CASE(vav_quality)

static vav_faces *measured = NULL;

static vav_status use_quality(void *out) {
  return vav_faces_get_quality(measured, 0, VAV_QUALITY_SHARPNESS, (vav_quality *)out, err);
}

static void test_vav_faces_get_quality(void) {
  vav_quality out = VAV_QUALITY_INIT;
  vav_face face = VAV_FACE_INIT;
  int32_t i;
  REFUSED(VAV_E_INVALID_ARGUMENT, "faces", vav_faces_get_quality(NULL, 0, VAV_QUALITY_SHARPNESS, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "faces",
          vav_faces_get_quality((vav_faces *)(void *)models(), 0, VAV_QUALITY_SHARPNESS, &out, err));
  measured = measured_faces();
  if (!measured) SKIP("no models or sample photos: visavis models fetch");
  OK(vav_faces_get(measured, 0, &face, err));
  CHECK(face.has == (VAV_HAS_BOX | VAV_HAS_SCORE | VAV_HAS_LANDMARKS | VAV_HAS_QUALITY));
  for (i = 0; i < vav_quality_count(); ++i) {
    OK(vav_faces_get_quality(measured, 0, vav_quality_at(i), &out, err));
    CHECK(out.measure == vav_quality_at(i) && out.score >= 0 && out.score <= 100);
    CHECK((out.state == VAV_QUALITY_NOT_EVALUATED) == (out.measure == VAV_QUALITY_HEAD_POSE_PITCH));
    CHECK(out.gap == (out.state == VAV_QUALITY_NOT_EVALUATED ? VAV_QUALITY_GAP_POINTS : VAV_QUALITY_GAP_NONE));
  }
  OK(vav_faces_get_quality(measured, 0, VAV_QUALITY_INTER_EYE_DISTANCE, &out, err));
  CHECK(out.state == VAV_QUALITY_APPROXIMATE && fabs(out.raw - 106) < 5 && out.score > 80);
  OK(vav_faces_get_quality(measured, 0, VAV_QUALITY_SINGLE_FACE_PRESENT, &out, err));
  CHECK(out.state == VAV_QUALITY_EVALUATED && out.raw == 0 && out.score == 100);
  /* Of faces that nobody measured nothing is known. */
  OK(vav_faces_get_quality(photo_faces(), 0, VAV_QUALITY_SHARPNESS, &out, err));
  CHECK(out.measure == VAV_QUALITY_SHARPNESS && out.state == VAV_QUALITY_NOT_EVALUATED);
  CHECK(out.gap == VAV_QUALITY_GAP_NONE && out.raw == 0 && out.score == 0);

  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_faces_get_quality(measured, 1, VAV_QUALITY_SHARPNESS, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_faces_get_quality(measured, -1, VAV_QUALITY_SHARPNESS, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "measure", vav_faces_get_quality(measured, 0, 0, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "measure", vav_faces_get_quality(measured, 0, 0x41, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "measure", vav_faces_get_quality(measured, 0, INT32_MIN, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_faces_get_quality(measured, 0, VAV_QUALITY_SHARPNESS, NULL, err));
  OUTPUT_SIZES("out", vav_quality, use_quality);
  vav_faces_destroy(measured);
}

static void test_vav_quality_count(void) { CHECK(vav_quality_count() == 18); }

static void test_vav_quality_at(void) {
  int32_t i;
  CHECK(vav_quality_at(0) == VAV_QUALITY_ILLUMINATION_UNIFORMITY);
  CHECK(vav_quality_at(vav_quality_count() - 1) == VAV_QUALITY_HEAD_POSE_ROLL);
  for (i = 1; i < vav_quality_count(); ++i) CHECK(vav_quality_at(i) > vav_quality_at(i - 1));
  CHECK(vav_quality_at(-1) == 0 && vav_quality_at(vav_quality_count()) == 0 && vav_quality_at(INT32_MAX) == 0);
}

static void test_vav_quality_name(void) {
  int32_t i;
  CHECK(strcmp(vav_quality_name(VAV_QUALITY_HEAD_SIZE), "head_size") == 0);
  CHECK(strcmp(vav_quality_name(VAV_QUALITY_NATURAL_COLOUR), "natural_colour") == 0);
  CHECK(strcmp(vav_quality_name(0), "unknown") == 0 && strcmp(vav_quality_name(0x4a), "unknown") == 0);
  for (i = 0; i < vav_quality_count(); ++i) CHECK(strcmp(vav_quality_name(vav_quality_at(i)), "unknown") != 0);
}

static void test_vav_quality_gap_name(void) {
  CHECK(strcmp(vav_quality_gap_name(VAV_QUALITY_GAP_GREY), "grey") == 0);
  CHECK(strcmp(vav_quality_gap_name(VAV_QUALITY_GAP_FACES), "faces") == 0);
  CHECK(strcmp(vav_quality_gap_name(-1), "unknown") == 0 && strcmp(vav_quality_gap_name(99), "unknown") == 0);
}

static void test_vav_quality_advice(void) {
  vav_quality value = VAV_QUALITY_INIT;
  int32_t i;
  CHECK(strcmp(vav_quality_advice(NULL), "") == 0 && strcmp(vav_quality_advice(&value), "") == 0);
  value.state = VAV_QUALITY_EVALUATED;
  CHECK(strcmp(vav_quality_advice(&value), "") == 0); /* of no measure */
  for (i = 0; i < vav_quality_count(); ++i) {
    value.measure = vav_quality_at(i);
    value.score = 20;
    CHECK(vav_quality_advice(&value)[0] != '\0');
    value.score = 100;
    CHECK(vav_quality_advice(&value)[0] == '\0');
  }
  value.score = 20;
  value.measure = VAV_QUALITY_HEAD_SIZE;
  value.raw = 0.1f;
  CHECK(strstr(vav_quality_advice(&value), "nearer") != NULL);
  value.raw = 0.8f;
  CHECK(strstr(vav_quality_advice(&value), "back") != NULL);
}

const test_case quality_cases[] = {
    CASE(vav_quality_init), CASE(vav_faces_get_quality), CASE(vav_quality_count),  CASE(vav_quality_at),
    CASE(vav_quality_name), CASE(vav_quality_gap_name),  CASE(vav_quality_advice), {NULL, NULL}};
