/* What a struct holds after a call has failed: nothing of an earlier answer. */
#include <math.h>
#include <string.h>

#include "check.h"
#include "objects.h"

/* As an earlier call may have left it, `size` bytes of it. */
static void make_old(void *out, uint32_t size) {
  memset(out, 0x5A, size);
  memcpy(out, &size, sizeof size);
}

static int is_empty(const void *out, uint32_t size) {
  const unsigned char *bytes = out;
  uint32_t i;
  for (i = sizeof size; i < size; ++i)
    if (bytes[i] != 0) return 0;
  return memcmp(out, &size, sizeof size) == 0;
}

#define IS_EMPTIED_BY(type, call)      \
  do {                                 \
    type out;                          \
    make_old(&out, sizeof out);        \
    CHECK((call) != VAV_OK);           \
    CHECK(is_empty(&out, sizeof out)); \
  } while (0)

static void structs_are_emptied(void) {
  vav_gallery *gallery = new_gallery("outputs.vav");
  IS_EMPTIED_BY(vav_gallery_info, vav_gallery_get_info(NULL, &out, err));
  IS_EMPTIED_BY(vav_audit_report, vav_gallery_verify_audit(&out, gallery, "no head", err));
  IS_EMPTIED_BY(vav_audit_report, vav_gallery_verify_audit(&out, NULL, NULL, err));
  IS_EMPTIED_BY(vav_audit_entry, vav_audit_entries_get(NULL, 0, &out, err));
  IS_EMPTIED_BY(vav_duplicate, vav_duplicates_get(NULL, 0, &out, err));
  IS_EMPTIED_BY(vav_face, vav_faces_get(NULL, 0, &out, err));
  IS_EMPTIED_BY(vav_pixels, vav_image_get_pixels(NULL, &out, err));
  IS_EMPTIED_BY(vav_job_progress, vav_job_run(NULL, 0, &out, err));
  IS_EMPTIED_BY(vav_model_info, vav_models_get_info(NULL, 0, &out, err));
  IS_EMPTIED_BY(vav_person, vav_persons_get(NULL, 0, &out, err));
  IS_EMPTIED_BY(vav_template, vav_templates_get(NULL, 0, &out, err));
  IS_EMPTIED_BY(vav_erase_receipt, vav_gallery_forget_person(&out, gallery, 99, 0, err));
  vav_gallery_destroy(gallery);
}

/* A distance of 0 would be read as the same person. */
static void a_comparison_says_that_nothing_was_compared(void) {
  vav_gallery *gallery = new_gallery("outputs2.vav");
  vav_comparison out = VAV_COMPARISON_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t id = 0;
  fields.name = "Ada";
  OK(vav_gallery_add_person(&id, gallery, &fields, err));
  OK(vav_gallery_add_template(&id, gallery, id, flat_embedding(1), VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_gallery_verify(&out, gallery, 1, flat_embedding(1), VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_MATCH);
  REFUSED(VAV_E_NOT_FOUND, "2", vav_gallery_verify(&out, gallery, 2, flat_embedding(1), VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_NOT_EVALUATED && isinf(out.distance) && out.threshold == 0);
  OK(vav_compare(&out, flat_embedding(0), flat_embedding(0), VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_MATCH);
  REFUSED(VAV_E_INVALID_ARGUMENT, "a", vav_compare(&out, NULL, flat_embedding(1), VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_NOT_EVALUATED && isinf(out.distance));
  vav_gallery_destroy(gallery);
}

const test_case outputs_cases[] = {
    {"structs_are_emptied", structs_are_emptied},
    {"a_comparison_says_that_nothing_was_compared", a_comparison_says_that_nothing_was_compared},
    {NULL, NULL}};
