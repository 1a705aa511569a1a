/* visavis/cluster.h: clusters and labels, and what is refused. */
#include <math.h>

#include "check.h"
#include "objects.h"

INIT_CASE(vav_clustering_options)

enum { kFaces = 6, kLength = VAV_EMBEDDING_DIM };

static float faces[kFaces][kLength];
static vav_clustering *made = NULL;

/* Three of one person, two of another, and one of somebody else. */
static void make_faces(void) {
  static const float middles[kFaces] = {0, 0.01f, 3, 0.02f, 3.01f, -3};
  int i, k;
  memset(faces, 0, sizeof faces);
  for (i = 0; i < kFaces; ++i)
    for (k = 0; k < kLength; ++k) faces[i][k] = k % 2 ? 0.1f : 0.1f * middles[i];
  for (i = 0; i < kFaces; ++i) faces[i][1] = 1;
}

static vav_status make(const vav_clustering_options *options) {
  return vav_clustering_create(&made, models(), faces[0], kFaces, kLength, options, err);
}

static vav_status use_clustering_options(const void *options) {
  const vav_status status = make((const vav_clustering_options *)options);
  vav_clustering_destroy(made);
  return status;
}

static vav_status use_limits(void *out) { return vav_clustering_get_limits(made, (vav_limits *)out, err); }
static vav_status use_progress(void *out) { return vav_clustering_run(made, 0, (vav_job_progress *)out, err); }

static void test_vav_clustering_create(void) {
  vav_clustering_options options = VAV_CLUSTERING_OPTIONS_INIT;
  vav_limits limits = VAV_LIMITS_INIT, photos = VAV_LIMITS_INIT;
  int i;
  make_faces();
  OK(make(NULL));
  OK(vav_clustering_get_limits(made, &limits, err));
  OK(vav_models_get_limits(models(), 0, 0, VAV_PRESET_PHOTOS, kFaces - 1, &photos, err));
  CHECK(limits.threshold == photos.threshold && limits.comparisons == kFaces - 1);
  CHECK(limits.support == VAV_SUPPORT_MEASURED && limits.rate > 0);
  vav_clustering_destroy(made);
  options.threshold = 0.4f;
  options.threads = 1;
  OK(make(&options));
  OK(vav_clustering_get_limits(made, &limits, err));
  CHECK(limits.threshold == 0.4f);
  OUTPUT_SIZES("out", vav_limits, use_limits);
  REFUSED(VAV_E_INVALID_ARGUMENT, "clustering", vav_clustering_get_limits(NULL, &limits, err));
  vav_clustering_destroy(made);
  INPUT_SIZES("options", options, use_clustering_options);

  options.threads = 257;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "threads", make(&options));
  options.threads = 0;
  options.reserved = 1;
  REFUSED_MAKE(made, VAV_E_UNSUPPORTED, "reserved", make(&options));
  options.reserved = 0;
  options.threshold = 1.3f;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "threshold", make(&options));
  options.threshold = 0;
  options.false_rate = 0.6f;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "rate", make(&options));
  options.false_rate = 0;
  options.preset = 9;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "preset", make(&options));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "models",
               vav_clustering_create(&made, NULL, faces[0], kFaces, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings",
               vav_clustering_create(&made, models(), NULL, kFaces, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_clustering_create(&made, models(), faces[0], -1, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_clustering_create(&made, models(), faces[0], 10000001, kLength, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "length",
               vav_clustering_create(&made, models(), faces[0], kFaces, 5000, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "128",
               vav_clustering_create(&made, models(), faces[0], kFaces, 64, NULL, err));
  for (i = 0; i < 3; ++i) {
    faces[4][100] = not_finite[i];
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[4]", make(NULL));
  }
  memset(faces[4], 0, sizeof faces[4]);
  faces[4][0] = 1; /* of another set of models */
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[4]", make(NULL));
  faces[4][0] = 0;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "embeddings[4]", make(NULL));
}

static void test_vav_clustering_run(void) {
  vav_job_progress progress = VAV_JOB_PROGRESS_INIT;
  int64_t labels[kFaces] = {-1, -1, -1, -1, -1, -1};
  make_faces();
  OK(make(NULL));
  REFUSED(VAV_E_WRONG_STATE, "finished", vav_clustering_get_labels(labels, made, NULL, err));
  CHECK(labels[0] == -1);
  REFUSED(VAV_E_INVALID_ARGUMENT, "clustering", vav_clustering_run(NULL, 0, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "milliseconds", vav_clustering_run(made, -1, NULL, err));
  OK(vav_clustering_run(made, 0, NULL, err));
  OK(vav_clustering_run(made, 1, &progress, err)); /* when it is finished it stays so */
  CHECK(progress.finished == 1 && progress.done == progress.total && progress.total == 2 * kFaces);
  OUTPUT_SIZES("out", vav_job_progress, use_progress);
  vav_clustering_destroy(made);
  /* Of nobody. */
  OK(vav_clustering_create(&made, models(), NULL, 0, kLength, NULL, err));
  OK(vav_clustering_run(made, 0, &progress, err));
  CHECK(progress.finished == 1 && progress.total == 0);
  OK(vav_clustering_get_labels(NULL, made, NULL, err));
  vav_clustering_destroy(made);
}

static void test_vav_clustering_get_labels(void) {
  int64_t labels[kFaces], earlier[kFaces] = {0, 70, 3, 70, 0, 3};
  static const int64_t plain[kFaces] = {1, 1, 2, 1, 2, 3}, kept[kFaces] = {70, 70, 3, 70, 3, 71};
  make_faces();
  OK(make(NULL));
  OK(vav_clustering_run(made, 0, NULL, err));
  OK(vav_clustering_get_labels(labels, made, NULL, err));
  CHECK(memcmp(labels, plain, sizeof plain) == 0);
  OK(vav_clustering_get_labels(labels, made, earlier, err));
  CHECK(memcmp(labels, kept, sizeof kept) == 0);
  earlier[2] = -1;
  REFUSED(VAV_E_INVALID_ARGUMENT, "earlier[2]", vav_clustering_get_labels(labels, made, earlier, err));
  earlier[2] = ((int64_t)1 << 53) + 1;
  REFUSED(VAV_E_INVALID_ARGUMENT, "earlier[2]", vav_clustering_get_labels(labels, made, earlier, err));
  earlier[2] = (int64_t)1 << 53, earlier[5] = 0; /* a new cluster would be above it */
  REFUSED(VAV_E_INVALID_ARGUMENT, "earlier", vav_clustering_get_labels(labels, made, earlier, err));
  CHECK(memcmp(labels, kept, sizeof kept) == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "labels", vav_clustering_get_labels(NULL, made, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "clustering", vav_clustering_get_labels(labels, NULL, NULL, err));
  vav_clustering_destroy(made);
  vav_clustering_destroy(NULL);
}

/* vav_clustering_get_limits and _destroy are tried with the others. */
const test_case cluster_cases[] = {CASE(vav_clustering_options_init),
                                   CASE(vav_clustering_create),
                                   {"vav_clustering_get_limits", test_vav_clustering_create},
                                   CASE(vav_clustering_run),
                                   CASE(vav_clustering_get_labels),
                                   {"vav_clustering_destroy", test_vav_clustering_get_labels},
                                   {NULL, NULL}};
