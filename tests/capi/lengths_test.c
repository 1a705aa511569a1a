/* Whoever passes an embedding says how long it is: a wrong length is an error, and never a read past the end. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "objects.h"

/* `length` floats, and nothing behind them: where the tests run with a sanitizer, one more would be seen. */
static float *embedding_of(int32_t length) {
  float *values = malloc((size_t)length * sizeof *values);
  int32_t i;
  for (i = 0; values && i < length; ++i) values[i] = 0.01f;
  return values;
}

static void wrong_in_every_call(const float *values, int32_t length) {
  vav_gallery *gallery = new_gallery("lengths.vav");
  vav_comparison comparison = VAV_COMPARISON_INIT;
  vav_matches *one = NULL, *matches[1] = {NULL};
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t person = 0, id = 0;
  fields.name = "Ada";
  OK(vav_gallery_add_person(&person, gallery, &fields, err));
  OK(vav_gallery_add_template(&id, gallery, person, flat_embedding(1), VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "", vav_gallery_add_template(&id, gallery, person, values, length, NULL, err));
  CHECK(id == 0);
  REFUSED_MAKE(one, VAV_E_INVALID_ARGUMENT, "", vav_gallery_identify(&one, gallery, values, length, NULL, err));
  REFUSED_MAKE(one, VAV_E_INVALID_ARGUMENT, "", vav_gallery_find_duplicates(&one, gallery, values, length, 0, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "", vav_gallery_identify_batch(matches, gallery, values, length, 1, NULL, err));
  CHECK(matches[0] == NULL);
  REFUSED(VAV_E_INVALID_ARGUMENT, "", vav_gallery_verify(&comparison, gallery, person, values, length, 0, err));
  CHECK(comparison.decision == VAV_DECISION_NOT_EVALUATED);
  REFUSED(VAV_E_INVALID_ARGUMENT, "", vav_gallery_verify_with(&comparison, gallery, person, values, length, NULL, err));
  CHECK(comparison.decision == VAV_DECISION_NOT_EVALUATED);
  vav_gallery_destroy(gallery);
}

static void those_that_no_embedding_has(void) {
  static const int32_t lengths[] = {0, -1, 1, 63, 2049, INT32_MIN, INT32_MAX};
  vav_comparison comparison = VAV_COMPARISON_INIT;
  float distance = -1;
  size_t i;
  for (i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
    const int32_t length = lengths[i];
    const float *any = flat_embedding(1); /* nothing of it may be read */
    wrong_in_every_call(any, length);
    REFUSED(VAV_E_INVALID_ARGUMENT, "length", vav_compare(&comparison, any, any, length, 0, err));
    REFUSED(VAV_E_INVALID_ARGUMENT, "length", vav_compare_many(&distance, any, any, 1, length, err));
    CHECK(distance == -1);
  }
}

static void those_of_another_model(void) {
  static const int32_t lengths[] = {64, 127, 129, 512, 2048};
  vav_comparison comparison = VAV_COMPARISON_INIT;
  float distance = -1;
  size_t i;
  for (i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
    float *values = embedding_of(lengths[i]);
    wrong_in_every_call(values, lengths[i]);
    OK(vav_compare(&comparison, values, values, lengths[i], 0.5f, err)); /* two of that model are compared */
    CHECK(comparison.decision == VAV_DECISION_MATCH && comparison.distance == 0);
    OK(vav_compare_many(&distance, values, values, 1, lengths[i], err));
    CHECK(distance == 0);
    free(values);
  }
}

static void a_template_tells_its_length(void) {
  vav_gallery *gallery = new_gallery("lengths_told.vav");
  vav_templates *templates = NULL;
  vav_template one = VAV_TEMPLATE_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t person = 0, id = 0;
  fields.name = "Ada";
  OK(vav_gallery_add_person(&person, gallery, &fields, err));
  OK(vav_gallery_add_template(&id, gallery, person, flat_embedding(1), VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_gallery_list_templates(&templates, gallery, person, err));
  OK(vav_templates_get(templates, 0, &one, err));
  CHECK(one.embedding_length == VAV_EMBEDDING_DIM);
  CHECK(memcmp(one.embedding, flat_embedding(1), VAV_EMBEDDING_DIM * sizeof(float)) == 0);
  vav_templates_destroy(templates);
  vav_gallery_destroy(gallery);
}

static void chips_are_embedded_at_their_models_length(void) {
  static uint8_t chip[VAV_CHIP_SIZE * VAV_CHIP_SIZE * 3];
  static float out[2048];
  static const int32_t lengths[] = {0, 63, 64, 127, 129, 512, 2048, 2049};
  size_t i;
  if (!photo_faces()) SKIP("no models or photos here");
  for (i = 0; i < sizeof lengths / sizeof *lengths; ++i)
    REFUSED(VAV_E_INVALID_ARGUMENT, "length", vav_engine_embed_chips(out, lengths[i], engine(), chip, 1, err));
  CHECK(out[0] == 0);
  OK(vav_engine_embed_chips(out, VAV_EMBEDDING_DIM, engine(), chip, 1, err));
  CHECK(out[VAV_EMBEDDING_DIM] == 0);
}

const test_case lengths_cases[] = {
    {"those_that_no_embedding_has", those_that_no_embedding_has},
    {"those_of_another_model", those_of_another_model},
    {"a_template_tells_its_length", a_template_tells_its_length},
    {"chips_are_embedded_at_their_models_length", chips_are_embedded_at_their_models_length},
    {NULL, NULL}};
