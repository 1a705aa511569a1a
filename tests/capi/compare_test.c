/* visavis/compare.h: distances and decisions, and numbers that are none. */
#include <math.h>

#include "check.h"
#include "objects.h"

INIT_CASE(vav_comparison)

static float a[VAV_EMBEDDING_DIM], b[VAV_EMBEDDING_DIM];

static vav_status use_comparison(void *out) { return vav_compare(out, a, b, VAV_EMBEDDING_DIM, 0, err); }

static void test_vav_default_threshold(void) {
  CHECK(vav_default_threshold() > 0.52f && vav_default_threshold() < 0.53f);
}

/* Averaged, rounded, zeros: of no set any more, and their plain distances are within the thresholds of some sets for most
   strangers. And dlib's threshold is for what can be dlib's. */
static void refuse_what_no_set_gives(void) {
  static float wide[512], wider[512];
  vav_comparison out = VAV_COMPARISON_INIT;
  const float norms[] = {0, 1e-6f, 0.3f, 0.63f, 0.698f, 0.7071f, 0.72f, 0.75f, 0.86f, 0.98f, 1, 1.04f, 1.4f};
  const int count = (int)(sizeof norms / sizeof *norms);
  float distance = -1;
  int i, j;
  for (i = 0; i < count; ++i)
    for (j = 0; j < count; ++j) {
      const float norm = norms[i];
      const int taken = i == j && (norm == 0.7071f || norm == 0.75f || norm == 1 || norm == 1.4f);
      memset(a, 0, sizeof a);
      memset(b, 0, sizeof b);
      a[0] = norm;
      b[0] = norms[j] * 0.6f;
      b[1] = norms[j] * 0.8f;
      CHECK((vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 1.2f, NULL) == VAV_OK) == taken);
      CHECK((vav_compare_many(&distance, a, b, 1, VAV_EMBEDDING_DIM, NULL) == VAV_OK) == taken);
    }
  memset(a, 0, sizeof a);
  a[0] = 0.63f;
  REFUSED(VAV_E_INVALID_ARGUMENT, "averaged", vav_compare(&out, a, a, VAV_EMBEDDING_DIM, 1, err));
  a[0] = 2.25f; /* of somebody's own model */
  OK(vav_compare(&out, a, a, VAV_EMBEDDING_DIM, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "default_threshold", vav_compare(&out, a, a, VAV_EMBEDDING_DIM, 0, err));
  wide[0] = wider[0] = 1.4f;
  OK(vav_compare(&out, wide, wider, 512, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "default_threshold", vav_compare(&out, wide, wider, 512, 0, err));
  wider[0] = 1;
  REFUSED(VAV_E_INVALID_ARGUMENT, "different models", vav_compare(&out, wide, wider, 512, 1, err));
  wide[0] = wider[0] = 0;
  REFUSED(VAV_E_INVALID_ARGUMENT, "zeros", vav_compare(&out, wide, wider, 512, 1, err));
}

static void test_vav_compare(void) {
  vav_comparison out = VAV_COMPARISON_INIT;
  int i;
  memset(a, 0, sizeof a);
  memset(b, 0, sizeof b);
  a[3] = b[3] = 1.375f;
  b[7] = 0.5f;

  OK(vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.distance == 0.5f && out.threshold == vav_default_threshold() && out.decision == VAV_DECISION_MATCH);
  OK(vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 0.5f, err)); /* at the threshold is within it */
  CHECK(out.decision == VAV_DECISION_MATCH);
  OK(vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 0.25f, err));
  CHECK(out.threshold == 0.25f && out.decision == VAV_DECISION_UNKNOWN);
  OK(vav_compare(&out, a, a, VAV_EMBEDDING_DIM, 0, NULL));
  CHECK(out.distance == 0);

  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_compare(NULL, a, b, VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "a is NULL", vav_compare(&out, NULL, b, VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "b is NULL", vav_compare(&out, a, NULL, VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, -0.1f, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 100.5f, err));
  for (i = 0; i < 3; ++i) {
    REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, not_finite[i], err));
    b[127] = not_finite[i];
    REFUSED(VAV_E_INVALID_ARGUMENT, "finite", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 0, err));
    REFUSED(VAV_E_INVALID_ARGUMENT, "finite", vav_compare(&out, b, a, VAV_EMBEDDING_DIM, 0, err));
    b[127] = 0;
  }
  /* Of two sets of models; and whose default nobody knows. */
  memset(a, 0, sizeof a);
  memset(b, 0, sizeof b);
  a[0] = b[1] = 1;
  REFUSED(VAV_E_INVALID_ARGUMENT, "default_threshold", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 0, err));
  CHECK(out.decision == VAV_DECISION_NOT_EVALUATED && isinf(out.distance));
  OK(vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 1.1287f, err));
  CHECK(out.decision == VAV_DECISION_UNKNOWN && out.threshold == 1.1287f);
  b[1] = 1.4f;
  REFUSED(VAV_E_INVALID_ARGUMENT, "different models", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 1.2f, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "different models", vav_compare(&out, b, a, VAV_EMBEDDING_DIM, 0, err));
  memset(b, 0, sizeof b);
  a[0] = 1.4f;
  b[127] = 3e38f; /* finite, but its square is not */
  OK(vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 1, err));
  CHECK(out.decision == VAV_DECISION_UNKNOWN && !isnan(out.distance));
  a[0] = b[0] = 1.4f;
  b[127] = 0;
  OUTPUT_SIZES("out", vav_comparison, use_comparison);
  refuse_what_no_set_gives();
}

/* The norm of an embedding says which recipe made it: distances are those that a gallery of it finds. */
static void compare_by_recipe(const char *set, float norm) {
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  vav_models *of_set = NULL;
  vav_gallery *gallery = NULL;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  vav_comparison verified = VAV_COMPARISON_INIT;
  vav_comparison out = VAV_COMPARISON_INIT;
  int64_t id;
  float distance = -1;
  memset(a, 0, sizeof a);
  memset(b, 0, sizeof b);
  a[3] = norm;
  b[3] = 0.6f * norm;
  b[9] = -0.8f * norm;
  options.set = set;
  OK(vav_models_open(&of_set, &options, err));
  OK(vav_gallery_open(&gallery, fresh_path("recipe.vav"), of_set, NULL, err));
  fields.name = "Ada";
  OK(vav_gallery_add_person(&id, gallery, &fields, err));
  OK(vav_gallery_add_template(&id, gallery, id, b, VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_gallery_verify(&verified, gallery, 1, a, VAV_EMBEDDING_DIM, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 0, err));
  OK(vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 1, err));
  OK(vav_compare_many(&distance, a, b, 1, VAV_EMBEDDING_DIM, err));
  CHECK(fabsf(out.distance - verified.distance) < 1e-6f && fabsf(distance - verified.distance) < 1e-6f);
  CHECK(out.distance > norm * sqrtf(0.8f)); /* farther than the vectors lie apart */
  memset(b, 0, sizeof b);
  b[9] = 1.4f; /* as long as one of dlib's */
  REFUSED(VAV_E_INVALID_ARGUMENT, "different models", vav_compare(&out, a, b, VAV_EMBEDDING_DIM, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "different models", vav_compare_many(&distance, a, b, 1, VAV_EMBEDDING_DIM, err));
  vav_gallery_destroy(gallery);
  vav_models_destroy(of_set);
}

static void test_vav_compare_many(void) {
  float many[3 * VAV_EMBEDDING_DIM] = {0}, distances[3] = {-1, -1, -1};
  int i;
  memset(a, 0, sizeof a);
  a[5] = many[5] = many[VAV_EMBEDDING_DIM + 5] = many[2 * VAV_EMBEDDING_DIM + 5] = 1.25f;
  many[0] = 3;
  many[VAV_EMBEDDING_DIM + 1] = 4;
  OK(vav_compare_many(distances, a, many, 3, VAV_EMBEDDING_DIM, err));
  CHECK(distances[0] == 3 && distances[1] == 4 && distances[2] == 0);
  distances[0] = -1;
  compare_by_recipe("dlib-1", sqrtf(0.5f));
  compare_by_recipe("sface-1", 0.75f);
  memset(a, 0, sizeof a);
  OK(vav_compare_many(distances, a, many, 0, VAV_EMBEDDING_DIM, err)); /* nobody is a count too */
  CHECK(distances[0] == -1);

  REFUSED(VAV_E_INVALID_ARGUMENT, "distances", vav_compare_many(NULL, a, many, 1, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "probe", vav_compare_many(distances, NULL, many, 1, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "many", vav_compare_many(distances, a, NULL, 1, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count", vav_compare_many(distances, a, many, -1, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count", vav_compare_many(distances, a, many, INT64_MIN, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count",
          vav_compare_many(distances, a, many, INT64_MAX, VAV_EMBEDDING_DIM, err)); /* no memory has that */
  a[0] = 1; /* the second is as long as dlib's */
  memset(many, 0, sizeof many);
  many[1] = 1;
  many[VAV_EMBEDDING_DIM + 1] = 1.4f;
  REFUSED(VAV_E_INVALID_ARGUMENT, "many[1]", vav_compare_many(distances, a, many, 3, VAV_EMBEDDING_DIM, err));
  CHECK(distances[0] == -1);
  a[0] = 0;
  for (i = 0; i < 3; ++i) {
    many[2 * VAV_EMBEDDING_DIM] = not_finite[i];
    REFUSED(VAV_E_INVALID_ARGUMENT, "many", vav_compare_many(distances, a, many, 3, VAV_EMBEDDING_DIM, err));
    many[2 * VAV_EMBEDDING_DIM] = 0;
    a[0] = not_finite[i];
    REFUSED(VAV_E_INVALID_ARGUMENT, "probe", vav_compare_many(distances, a, many, 3, VAV_EMBEDDING_DIM, err));
    a[0] = 0;
  }
}

const test_case compare_cases[] = {
    CASE(vav_default_threshold), CASE(vav_comparison_init), CASE(vav_compare), CASE(vav_compare_many), {NULL, NULL}};
