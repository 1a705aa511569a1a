/* visavis/faces.h: reading results. Needs the models and a sample photo where a face is needed. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_face)

#define NEED_FACES() \
  if (!photo_faces()) SKIP("no models or sample photos: visavis models fetch")

static vav_faces* no_faces(void) {
  vav_faces* faces = NULL;
  OK(vav_engine_detect(&faces, engine(), small_image(), NULL, err));
  return faces;
}

static vav_status use_face(void* out) { return vav_faces_get(photo_faces(), 0, out, err); }

static void test_vav_faces_destroy(void) {
  vav_faces_destroy(NULL);
  vav_faces_destroy(no_faces());
  vav_faces_destroy((vav_faces*)(void*)small_image()); /* not its type: nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_faces_count(void) {
  vav_faces* none = no_faces();
  CHECK(vav_faces_count(NULL) == 0);
  CHECK(vav_faces_count((vav_faces*)(void*)small_image()) == 0);
  CHECK(none && vav_faces_count(none) == 0);
  vav_faces_destroy(none);
  NEED_FACES();
  CHECK(vav_faces_count(photo_faces()) == 1);
}

static void test_vav_faces_get(void) {
  vav_face face = VAV_FACE_INIT;
  vav_faces* none = no_faces();
  const uint32_t all = VAV_HAS_BOX | VAV_HAS_SCORE | VAV_HAS_LANDMARKS | VAV_HAS_CHIP | VAV_HAS_EMBEDDING;
  int i;
  REFUSED(VAV_E_INVALID_ARGUMENT, "faces", vav_faces_get(NULL, 0, &face, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "faces", vav_faces_get((vav_faces*)(void*)models(), 0, &face, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_faces_get(none, 0, &face, err));
  vav_faces_destroy(none);
  NEED_FACES();
  OK(vav_faces_get(photo_faces(), 0, &face, err));
  CHECK(face.has == all);
  CHECK(face.score > 0 && face.box.left < face.box.right && face.box.top < face.box.bottom);
  for (i = 0; i < VAV_LANDMARKS; ++i)
    CHECK(face.landmarks[i].x > (float)face.box.left && face.landmarks[i].x < (float)face.box.right);
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_faces_get(photo_faces(), -1, &face, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_faces_get(photo_faces(), 1, &face, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_faces_get(photo_faces(), INT32_MIN, &face, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_faces_get(photo_faces(), INT32_MAX, &face, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_faces_get(photo_faces(), 0, NULL, err));
  OUTPUT_SIZES("out", vav_face, use_face);
}

static void test_vav_faces_largest(void) {
  const vav_box boxes[3] = {{0, 0, 9, 9}, {5, 5, 30, 30}, {0, 0, 20, 20}};
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  vav_faces *none = no_faces(), *three = NULL;
  CHECK(vav_faces_largest(NULL) == -1);
  CHECK(vav_faces_largest((vav_faces*)(void*)engine()) == -1);
  CHECK(vav_faces_largest(none) == -1);
  vav_faces_destroy(none);
  if (!have_models()) SKIP("no models: visavis models fetch");
  options.what = VAV_ANALYZE_LANDMARKS;
  OK(vav_engine_analyze_boxes(&three, engine(), small_image(), boxes, 3, &options, err));
  CHECK(vav_faces_largest(three) == 1);
  vav_faces_destroy(three);
}

static void test_vav_faces_embedding(void) {
  double sum = 0;
  const float* embedding;
  int i;
  CHECK(vav_faces_embedding(NULL, 0) == NULL);
  CHECK(vav_faces_embedding((vav_faces*)(void*)engine(), 0) == NULL);
  NEED_FACES();
  CHECK(vav_faces_embedding(photo_faces(), -1) == NULL);
  CHECK(vav_faces_embedding(photo_faces(), 1) == NULL);
  CHECK(vav_faces_embedding(photo_faces(), INT32_MAX) == NULL);
  embedding = vav_faces_embedding(photo_faces(), 0);
  for (i = 0; embedding && i < VAV_EMBEDDING_DIM; ++i) sum += embedding[i] * embedding[i];
  CHECK(sum > 1 && sum < 4);
}

/* A box on no face: landmarks and chip, a reason, and no embedding that anything would take. */
static void test_vav_faces_comparability(void) {
  const vav_box box = {8, 8, 55, 55};
  vav_faces* faces = NULL;
  vav_comparison comparison = VAV_COMPARISON_INIT;
  vav_comparability verdict;
  CHECK(vav_faces_comparability(NULL, 0) == VAV_COMPARABILITY_NOT_EVALUATED);
  CHECK(vav_faces_comparability((vav_faces*)(void*)engine(), 0) == VAV_COMPARABILITY_NOT_EVALUATED);
  NEED_FACES();
  CHECK(vav_faces_comparability(photo_faces(), 0) == VAV_COMPARABLE);
  CHECK(vav_faces_comparability(photo_faces(), -1) == VAV_COMPARABILITY_NOT_EVALUATED);
  CHECK(vav_faces_comparability(photo_faces(), 1) == VAV_COMPARABILITY_NOT_EVALUATED);
  OK(vav_engine_analyze_boxes(&faces, engine(), small_image(), &box, 1, NULL, err));
  verdict = vav_faces_comparability(faces, 0);
  CHECK(verdict != VAV_COMPARABLE && verdict != VAV_COMPARABILITY_NOT_EVALUATED);
  CHECK(vav_comparability_advice(verdict)[0] != '\0');
  CHECK(vav_faces_embedding(faces, 0) == NULL);
  REFUSED(VAV_E_INVALID_ARGUMENT, "vav_faces_comparability",
          vav_compare(&comparison, vav_faces_embedding(faces, 0), vav_faces_embedding(photo_faces(), 0),
                      VAV_EMBEDDING_DIM, 0, err));
  vav_faces_destroy(faces);
}

static void test_vav_comparability_name(void) {
  int32_t i, j;
  CHECK(strcmp(vav_comparability_name(VAV_NOT_COMPARABLE_BLURRED), "blurred") == 0);
  CHECK(strcmp(vav_comparability_name(-1), "unknown") == 0);
  CHECK(strcmp(vav_comparability_name(INT32_MAX), "unknown") == 0);
  for (i = 0; i <= VAV_NOT_COMPARABLE_NOISY; ++i)
    for (j = 0; j < i; ++j) CHECK(strcmp(vav_comparability_name(i), vav_comparability_name(j)) != 0);
}

static void test_vav_comparability_advice(void) {
  int32_t i;
  for (i = -1; i <= VAV_NOT_COMPARABLE_NOISY + 1; ++i)
    CHECK((vav_comparability_advice(i)[0] == '\0') == (i == VAV_COMPARABLE));
}

static void test_vav_faces_embedding_length(void) {
  CHECK(vav_faces_embedding_length(NULL, 0) == 0);
  CHECK(vav_faces_embedding_length((vav_faces*)(void*)engine(), 0) == 0);
  NEED_FACES();
  CHECK(vav_faces_embedding_length(photo_faces(), -1) == 0);
  CHECK(vav_faces_embedding_length(photo_faces(), 1) == 0);
  CHECK(vav_faces_embedding_length(photo_faces(), 0) == VAV_EMBEDDING_DIM);
}

static void test_vav_faces_chip(void) {
  const uint8_t* chip;
  int i, lowest = 255, highest = 0;
  CHECK(vav_faces_chip(NULL, 0) == NULL);
  CHECK(vav_faces_chip((vav_faces*)(void*)engine(), 0) == NULL);
  NEED_FACES();
  CHECK(vav_faces_chip(photo_faces(), -1) == NULL);
  CHECK(vav_faces_chip(photo_faces(), 1) == NULL);
  chip = vav_faces_chip(photo_faces(), 0);
  for (i = 0; chip && i < VAV_CHIP_SIZE * VAV_CHIP_SIZE * 3; ++i) {
    lowest = chip[i] < lowest ? chip[i] : lowest;
    highest = chip[i] > highest ? chip[i] : highest;
  }
  CHECK(highest - lowest > 100); /* a face, not an empty square */
}

static void test_vav_landmarks_count(void) { CHECK(vav_landmarks_count() == VAV_LANDMARKS); }
static void test_vav_faces_chip_size(void) {
  CHECK(vav_faces_chip_size(NULL) == 0);
  CHECK(vav_faces_chip_size((vav_faces*)(void*)small_image()) == 0);
}

static void test_vav_chip_size(void) { CHECK(vav_chip_size() == VAV_CHIP_SIZE); }
static void test_vav_embedding_dim(void) { CHECK(vav_embedding_dim() == VAV_EMBEDDING_DIM); }

const test_case faces_cases[] = {CASE(vav_face_init),
                                 CASE(vav_faces_destroy),
                                 CASE(vav_faces_count),
                                 CASE(vav_faces_get),
                                 CASE(vav_faces_largest),
                                 CASE(vav_faces_embedding),
                                 CASE(vav_faces_embedding_length),
                                 CASE(vav_faces_chip),
                                 CASE(vav_landmarks_count),
                                 CASE(vav_faces_chip_size),
                                 CASE(vav_chip_size),
                                 CASE(vav_embedding_dim),
                                 CASE(vav_faces_comparability),
                                 CASE(vav_comparability_name),
                                 CASE(vav_comparability_advice),
                                 {NULL, NULL}};
