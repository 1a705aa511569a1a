/* Eight threads share one engine and one gallery, from the first lazy load on; what they get equals what one thread
 * gets. threads_test SCRATCH PHOTO…   Ends with 77 when the models or photos are not on this machine. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visavis/visavis.h"

enum { kThreads = 8, kMostPhotos = 4 };

/* One face cut out of a photo without copying, and what a single thread made of it. */
typedef struct portrait {
  vav_image *photo;
  vav_image *crop;
  vav_faces *faces;
  vav_face face;
  int64_t person;
} portrait;

static portrait portraits[kMostPhotos];
static int photos, rounds;
static vav_engine *engine;
static vav_gallery *gallery;
static vav_matches *expected[kMostPhotos];

/* Everything that fails ends the test at once: the first failure is the one that tells. */
#define REQUIRE(condition)                                                                     \
  do {                                                                                         \
    if (!(condition)) {                                                                        \
      fprintf(stderr, "%s:%d: not so: %s: %s\n", __FILE__, __LINE__, #condition, err.message); \
      exit(1);                                                                                 \
    }                                                                                          \
  } while (0)
#define OK(call) REQUIRE((call) == VAV_OK)

/* A view of the face with a margin, as detectors like it: the pixels stay the photo's. */
static void cut_out(portrait *one, const vav_box *box) {
  vav_error err = VAV_ERROR_INIT;
  vav_pixels pixels = VAV_PIXELS_INIT;
  const int32_t margin = (box->right - box->left) / 3;
  int32_t left = box->left - margin, top = box->top - margin, right = box->right + margin,
          bottom = box->bottom + margin;
  OK(vav_image_get_pixels(one->photo, &pixels, &err));
  left = left < 0 ? 0 : left;
  top = top < 0 ? 0 : top;
  right = right >= pixels.width ? pixels.width - 1 : right;
  bottom = bottom >= pixels.height ? pixels.height - 1 : bottom;
  pixels.data[0] += top * pixels.stride[0] + left * 3;
  pixels.width = right - left + 1;
  pixels.height = bottom - top + 1;
  OK(vav_image_wrap(&one->crop, &pixels, &err));
}

static void prepare(vav_engine *alone, const char *path) {
  vav_error err = VAV_ERROR_INIT;
  portrait *one = &portraits[photos];
  vav_faces *found = NULL;
  vav_face face = VAV_FACE_INIT;
  OK(vav_image_load(&one->photo, path, NULL, &err));
  OK(vav_engine_detect(&found, alone, one->photo, NULL, &err));
  REQUIRE(vav_faces_count(found) > 0);
  OK(vav_faces_get(found, vav_faces_largest(found), &face, &err));
  vav_faces_destroy(found);
  cut_out(one, &face.box);
  OK(vav_engine_analyze(&one->faces, alone, one->crop, NULL, NULL, &err));
  REQUIRE(vav_faces_count(one->faces) > 0);
  vav_face_init(&one->face);
  OK(vav_faces_get(one->faces, 0, &one->face, &err));
  ++photos;
}

static int64_t enroll(const char *name, const float *embedding) {
  vav_error err = VAV_ERROR_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t person = 0, template_id = 0;
  fields.name = name;
  OK(vav_gallery_add_person(&person, gallery, &fields, &err));
  OK(vav_gallery_add_template(&template_id, gallery, person, embedding, VAV_EMBEDDING_DIM, NULL, &err));
  return person;
}

static void require_same_faces(const vav_faces *faces, const portrait *one) {
  vav_error err = VAV_ERROR_INIT;
  vav_face face = VAV_FACE_INIT;
  REQUIRE(vav_faces_count(faces) == vav_faces_count(one->faces));
  OK(vav_faces_get(faces, 0, &face, &err));
  REQUIRE(memcmp(&face, &one->face, sizeof face) == 0);
  REQUIRE(memcmp(vav_faces_embedding(faces, 0), vav_faces_embedding(one->faces, 0),
                 VAV_EMBEDDING_DIM * sizeof(float)) == 0);
}

static vav_matches *identify(const float *embedding) {
  vav_error err = VAV_ERROR_INIT;
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  vav_matches *matches = NULL;
  options.max_candidates = photos; /* the people of the photos: whom other threads enrol is far away */
  OK(vav_gallery_identify(&matches, gallery, embedding, VAV_EMBEDDING_DIM, &options, &err));
  return matches;
}

static void require_same_matches(const vav_matches *matches, const vav_matches *wanted) {
  vav_error err = VAV_ERROR_INIT;
  int32_t i;
  REQUIRE(vav_matches_count(matches) == vav_matches_count(wanted));
  REQUIRE(vav_matches_decision(matches) == vav_matches_decision(wanted));
  for (i = 0; i < vav_matches_count(wanted); ++i) {
    REQUIRE(vav_matches_person(matches, i) == vav_matches_person(wanted, i));
    REQUIRE(vav_matches_distance(matches, i) == vav_matches_distance(wanted, i));
  }
}

static void analyze_and_identify(int which) {
  vav_error err = VAV_ERROR_INIT;
  const portrait *one = &portraits[which];
  vav_faces *faces = NULL;
  vav_matches *matches;
  OK(vav_engine_analyze(&faces, engine, one->crop, NULL, NULL, &err));
  require_same_faces(faces, one);
  matches = identify(vav_faces_embedding(faces, 0));
  require_same_matches(matches, expected[which]);
  vav_matches_destroy(matches);
  vav_faces_destroy(faces);
}

static void come_and_go(int thread, int round) {
  vav_error err = VAV_ERROR_INIT;
  vav_comparison comparison = VAV_COMPARISON_INIT;
  vav_person_query query = VAV_PERSON_QUERY_INIT;
  vav_persons *persons = NULL;
  vav_templates *templates = NULL;
  vav_matches *matches;
  float own[VAV_EMBEDDING_DIM];
  char name[64];
  int64_t person;
  int i;
  for (i = 0; i < VAV_EMBEDDING_DIM; ++i) own[i] = (float)(10 + thread);
  snprintf(name, sizeof name, "thread %d round %d", thread, round);
  person = enroll(name, own);
  matches = identify(own);
  REQUIRE(vav_matches_person(matches, 0) == person && vav_matches_distance(matches, 0) == 0);
  REQUIRE(strcmp(vav_matches_name(matches, 0), name) == 0);
  vav_matches_destroy(matches);
  OK(vav_gallery_verify(&comparison, gallery, person, own, VAV_EMBEDDING_DIM, 0, &err));
  REQUIRE(comparison.decision == VAV_DECISION_MATCH);
  query.name = name;
  OK(vav_gallery_list_persons(&persons, gallery, &query, &err));
  REQUIRE(vav_persons_count(persons) == 1);
  vav_persons_destroy(persons);
  OK(vav_gallery_list_templates(&templates, gallery, person, &err));
  REQUIRE(vav_templates_count(templates) == 1);
  vav_templates_destroy(templates);
  OK(vav_gallery_remove_person(gallery, person, &err));
  REQUIRE(vav_gallery_verify(&comparison, gallery, person, own, VAV_EMBEDDING_DIM, 0, &err) == VAV_E_NOT_FOUND);
}

static void *work(void *argument) {
  const int thread = (int)(intptr_t)argument;
  int round, i;
  for (round = 0; round < rounds; ++round) {
    for (i = 0; i < photos; ++i) analyze_and_identify((i + thread) % photos);
    come_and_go(thread, round);
  }
  return NULL;
}

/* The engine's own threads, on all pictures at once. */
static void analyze_as_batch(void) {
  vav_error err = VAV_ERROR_INIT;
  const vav_image *crops[kMostPhotos];
  vav_faces *faces[kMostPhotos] = {NULL};
  int i;
  for (i = 0; i < photos; ++i) crops[i] = portraits[i].crop;
  OK(vav_engine_analyze_batch(faces, engine, crops, photos, NULL, NULL, &err));
  for (i = 0; i < photos; ++i) {
    require_same_faces(faces[i], &portraits[i]);
    vav_faces_destroy(faces[i]);
  }
}

static void require_as_before(void) {
  vav_error err = VAV_ERROR_INIT;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  vav_check_report *report = NULL;
  OK(vav_gallery_get_info(gallery, &info, &err));
  REQUIRE(info.persons == photos && info.templates == photos);
  OK(vav_gallery_check(&report, gallery, &err));
  REQUIRE(vav_check_report_count(report) == 0);
  vav_check_report_destroy(report);
}

static void run_threads(void) {
  vav_error err = VAV_ERROR_INIT;
  pthread_t threads[kThreads];
  int i;
  for (i = 0; i < kThreads; ++i) REQUIRE(pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i) == 0);
  for (i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
}

/* Models that nobody has loaded yet, so that the threads meet at the first load, and a new gallery. */
static void open_shared(const char *folder) {
  vav_error err = VAV_ERROR_INIT;
  vav_engine_options options = VAV_ENGINE_OPTIONS_INIT;
  vav_gallery_options new_one = VAV_GALLERY_OPTIONS_INIT;
  vav_models *models = NULL;
  static const char *const suffixes[] = {"", "-wal", "-shm"};
  char path[4096];
  int i;
  for (i = 2; i >= 0; --i) {
    snprintf(path, sizeof path, "%s/threads.vav%s", folder, suffixes[i]);
    remove(path);
  }
  options.threads = 2;
  new_one.mode = VAV_GALLERY_MUST_BE_NEW;
  new_one.busy_timeout_ms = 60000;
  OK(vav_models_open(&models, NULL, &err));
  OK(vav_engine_create(&engine, models, &options, &err));
  OK(vav_gallery_open(&gallery, path, models, &new_one, &err));
  vav_models_destroy(models);
  for (i = 0; i < photos; ++i) portraits[i].person = enroll("somebody", vav_faces_embedding(portraits[i].faces, 0));
  for (i = 0; i < photos; ++i) {
    expected[i] = identify(vav_faces_embedding(portraits[i].faces, 0));
    REQUIRE(vav_matches_person(expected[i], 0) == portraits[i].person && vav_matches_count(expected[i]) == photos);
  }
}

static void close_all(void) {
  int i;
  for (i = 0; i < photos; ++i) {
    vav_matches_destroy(expected[i]);
    vav_faces_destroy(portraits[i].faces);
    vav_image_destroy(portraits[i].crop);
    vav_image_destroy(portraits[i].photo);
  }
  vav_gallery_destroy(gallery);
  vav_engine_destroy(engine);
}

int main(int argc, char **argv) {
  vav_error err = VAV_ERROR_INIT;
  vav_models *models = NULL;
  vav_engine *alone = NULL;
  vav_status loaded;
  int i;
  if (argc < 4 || argc > 3 + kMostPhotos) return 2;
  rounds = atoi(argv[2]);
  OK(vav_models_open(&models, NULL, &err));
  OK(vav_engine_create(&alone, models, NULL, &err));
  vav_models_destroy(models);
  loaded = vav_engine_warm_up(alone, VAV_DETECTOR_HOG, VAV_ANALYZE_EMBEDDING, &err);
  for (i = 3; i < argc && loaded == VAV_OK; ++i) {
    FILE *file = fopen(argv[i], "rb");
    if (!file) loaded = VAV_E_FILE_NOT_FOUND;
    if (file) fclose(file);
  }
  if (loaded == VAV_E_MODEL_NOT_FOUND || loaded == VAV_E_FILE_NOT_FOUND) {
    fprintf(stderr, "skipped: the models or sample photos are not here: %s\n", err.message);
    vav_engine_destroy(alone);
    return 77;
  }
  REQUIRE(loaded == VAV_OK);
  for (i = 3; i < argc; ++i) prepare(alone, argv[i]);
  vav_engine_destroy(alone);
  open_shared(argv[1]);
  run_threads();
  analyze_as_batch();
  require_as_before();
  close_all();
  printf("%d threads, %d rounds, %d portraits: every result as with one thread\n", kThreads, rounds, photos);
  return 0;
}
