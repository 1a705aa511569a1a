/* visavis/engine.h: pictures, boxes, landmarks and chips, and what is none of these. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_engine_options)
INIT_CASE(vav_detect_options)
INIT_CASE(vav_analyze_options)

#define NEED_MODELS() \
  if (!have_models()) SKIP("no models: visavis models fetch")

static vav_faces *made; /* what the calls under test give */
static const vav_box kBox = {8, 8, 55, 55};
static const vav_point kPoints[VAV_LANDMARKS] = {{45, 20}, {38, 20}, {18, 20}, {26, 20}, {32, 38}};

static vav_engine *not_an_engine(void) { return (vav_engine *)(void *)small_image(); }
static vav_image *not_an_image(void) { return (vav_image *)(void *)models(); }

static vav_status freed(vav_status status) {
  vav_faces_destroy(made);
  made = NULL;
  return status;
}

static vav_status use_engine_options(const void *options) {
  vav_engine *created = NULL;
  const vav_status status = vav_engine_create(&created, models(), options, err);
  vav_engine_destroy(created);
  return status;
}

static vav_status use_detect(const void *options) {
  return freed(vav_engine_detect(&made, engine(), small_image(), options, err));
}

static vav_status use_analyze_detect(const void *options) {
  return freed(vav_engine_analyze(&made, engine(), small_image(), options, NULL, err));
}

static vav_status use_analyze(const void *options) {
  return freed(vav_engine_analyze(&made, engine(), small_image(), NULL, options, err));
}

static vav_status use_batch_detect(const void *options) {
  return vav_engine_analyze_batch(&made, engine(), NULL, 0, options, NULL, err);
}

static vav_status use_batch(const void *options) {
  return vav_engine_analyze_batch(&made, engine(), NULL, 0, NULL, options, err);
}

static vav_status use_boxes(const void *options) {
  return freed(vav_engine_analyze_boxes(&made, engine(), small_image(), NULL, 0, options, err));
}

static vav_status use_faces(const void *options) {
  vav_faces *nothing = NULL;
  const vav_status code = vav_engine_analyze_boxes(&nothing, engine(), small_image(), NULL, 0, NULL, err);
  const vav_status used =
      code ? code : freed(vav_engine_analyze_faces(&made, engine(), small_image(), nothing, NULL, 0, options, err));
  vav_faces_destroy(nothing);
  return used;
}

static vav_status use_landmarks(const void *options) {
  return freed(vav_engine_analyze_landmarks(&made, engine(), small_image(), NULL, 0, options, err));
}

static void test_vav_engine_create(void) {
  vav_engine *created = NULL;
  vav_models *own = NULL;
  vav_faces *faces = NULL;
  vav_engine_options options = VAV_ENGINE_OPTIONS_INIT;
  OK(vav_models_open(&own, NULL, err));
  options.threads = 256;
  OK(vav_engine_create(&created, own, &options, err));
  vav_models_destroy(own); /* the engine keeps what it needs */
  OK(vav_engine_detect(&faces, created, small_image(), NULL, err));
  vav_faces_destroy(faces);
  vav_engine_destroy(created);

  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_engine_create(NULL, models(), NULL, err));
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "models", vav_engine_create(&created, NULL, NULL, err));
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "models",
               vav_engine_create(&created, (vav_models *)(void *)small_image(), NULL, err));
  options.threads = -1;
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "threads", vav_engine_create(&created, models(), &options, err));
  options.threads = 257;
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "threads", vav_engine_create(&created, models(), &options, err));
  options.threads = 0;
  options.backend = -1;
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "backend", vav_engine_create(&created, models(), &options, err));
  options.backend = INT32_MAX;
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "backend", vav_engine_create(&created, models(), &options, err));
  options.backend = VAV_BACKEND_AUTO;
  options.precision = -1;
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "precision", vav_engine_create(&created, models(), &options, err));
  options.precision = VAV_PRECISION_FAST + 1;
  REFUSED_MAKE(created, VAV_E_INVALID_ARGUMENT, "precision", vav_engine_create(&created, models(), &options, err));
  options.precision = VAV_PRECISION_FAST;
  OK(vav_engine_create(&created, models(), &options, err));
  CHECK(strstr(vav_engine_get_backend(created), "; ") != NULL);
  vav_engine_destroy(created);
  options.precision = VAV_PRECISION_EXACT;
  options.backend = VAV_BACKEND_DLIB;
  INPUT_SIZES("options", options, use_engine_options);
}

static void test_vav_engine_destroy(void) {
  vav_engine_destroy(NULL);
  vav_engine_destroy(not_an_engine()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_engine_get_backend(void) {
  CHECK(vav_engine_get_backend(engine())[0] != '\0');
  CHECK(strcmp(vav_engine_get_backend(NULL), "") == 0);
  CHECK(strcmp(vav_engine_get_backend(not_an_engine()), "") == 0);
}

static void test_vav_engine_warm_up(void) {
  vav_models_options nowhere = VAV_MODELS_OPTIONS_INIT;
  vav_models *none = NULL;
  vav_engine *without = NULL;
  OK(vav_engine_warm_up(engine(), VAV_DETECTOR_HOG, 0, err)); /* needs no file */
  REFUSED(VAV_E_INVALID_ARGUMENT, "engine", vav_engine_warm_up(NULL, VAV_DETECTOR_HOG, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "engine", vav_engine_warm_up(not_an_engine(), VAV_DETECTOR_HOG, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "detector", vav_engine_warm_up(engine(), -1, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "detector", vav_engine_warm_up(engine(), INT32_MAX, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "what", vav_engine_warm_up(engine(), VAV_DETECTOR_HOG, 16, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "what", vav_engine_warm_up(engine(), VAV_DETECTOR_HOG, UINT32_MAX, err));
  nowhere.skip_user_cache = 1;
  nowhere.directory = "nowhere";
  OK(vav_models_open(&none, &nowhere, err));
  OK(vav_engine_create(&without, none, NULL, err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "nowhere", vav_engine_warm_up(without, VAV_DETECTOR_HOG, VAV_ANALYZE_EMBEDDING, err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "mmod", vav_engine_warm_up(without, VAV_DETECTOR_CNN, 0, err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "fetch face_detection_yunet", vav_engine_warm_up(without, VAV_DETECTOR_YUNET, 0, err));
  vav_engine_destroy(without);
  vav_models_destroy(none);
  /* The default detector of a set and HOG are told apart. */
  nowhere.set = "dlib-1";
  OK(vav_models_open(&none, &nowhere, err));
  OK(vav_engine_create(&without, none, NULL, err));
  OK(vav_engine_warm_up(without, VAV_DETECTOR_HOG, 0, err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "yunet", vav_engine_warm_up(without, VAV_DETECTOR_DEFAULT, 0, err));
  vav_engine_destroy(without);
  vav_models_destroy(none);
  nowhere.set = "opencv-zoo";
  OK(vav_models_open(&none, &nowhere, err));
  OK(vav_engine_create(&without, none, NULL, err));
  REFUSED(VAV_E_UNSUPPORTED, "hog", vav_engine_warm_up(without, VAV_DETECTOR_HOG, 0, err));
  vav_engine_destroy(without);
  vav_models_destroy(none);
}

/* One member of the detect options that has to be refused by all that take them. */
#define REFUSED_DETECT(member, value) REFUSED_DETECT_NAMING(#member, member, value)
#define REFUSED_DETECT_NAMING(word, member, value)                                                                    \
  do {                                                                                                                \
    const vav_image *const one = small_image();                                                                       \
    vav_detect_options wrong = VAV_DETECT_OPTIONS_INIT;                                                               \
    wrong.member = (value);                                                                                           \
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, word, vav_engine_detect(&made, engine(), small_image(), &wrong, err)); \
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, word,                                                                  \
                 vav_engine_analyze(&made, engine(), small_image(), &wrong, NULL, err));                              \
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, word,                                                                  \
                 vav_engine_analyze_batch(&made, engine(), &one, 1, &wrong, NULL, err));                              \
  } while (0)

static void test_vav_engine_detect(void) {
  vav_detect_options options = VAV_DETECT_OPTIONS_INIT;
  int i;
  OK(vav_engine_detect(&made, engine(), small_image(), NULL, err));
  CHECK(vav_faces_count(made) == 0);
  vav_faces_destroy(made);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_engine_detect(NULL, engine(), small_image(), NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine", vav_engine_detect(&made, NULL, small_image(), NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_detect(&made, not_an_engine(), small_image(), NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image", vav_engine_detect(&made, engine(), NULL, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image", vav_engine_detect(&made, engine(), not_an_image(), NULL, err));
  REFUSED_DETECT(detector, 4);
  REFUSED_DETECT(detector, -1);
  REFUSED_DETECT(min_face, -1);
  REFUSED_DETECT(min_face, INT32_MAX);
  REFUSED_DETECT(max_face, INT32_MIN);
  REFUSED_DETECT(clip, 2);
  REFUSED_DETECT(threshold, 10.5f);
  for (i = 0; i < 3; ++i) REFUSED_DETECT(threshold, not_finite[i]);
  REFUSED_DETECT(gray, 2);
  REFUSED_DETECT(gray, -1);
  REFUSED_DETECT_NAMING("roi", roi.left, -1);
  REFUSED_DETECT_NAMING("roi", roi.left, 1); /* right of the right side */
  REFUSED_DETECT_NAMING("roi", roi.top, INT32_MAX);
  REFUSED_DETECT_NAMING("roi", roi.right, 64); /* one beyond */
  REFUSED_DETECT_NAMING("roi", roi.bottom, INT32_MAX);
  options.roi.right = options.roi.bottom = 63;
  options.gray = 1;
  OK(vav_engine_detect(&made, engine(), small_image(), &options, err));
  vav_faces_destroy(made);
  options.detector = VAV_DETECTOR_CNN;
  REFUSED_MAKE(made, VAV_E_UNSUPPORTED, "gray", vav_engine_detect(&made, engine(), small_image(), &options, err));
  options = (vav_detect_options)VAV_DETECT_OPTIONS_INIT;
  INPUT_SIZES("options", options, use_detect);
}

static void test_vav_engine_analyze(void) {
  vav_detect_options detect = VAV_DETECT_OPTIONS_INIT;
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_engine_analyze(NULL, engine(), small_image(), NULL, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine", vav_engine_analyze(&made, NULL, small_image(), NULL, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze(&made, not_an_engine(), small_image(), NULL, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image", vav_engine_analyze(&made, engine(), NULL, NULL, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image",
               vav_engine_analyze(&made, engine(), not_an_image(), NULL, NULL, err));
  options.what = 16;
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "what",
               vav_engine_analyze(&made, engine(), small_image(), NULL, &options, err));
  NEED_MODELS();
  options.what = VAV_ANALYZE_LANDMARKS;
  INPUT_SIZES("detect", detect, use_analyze_detect);
  INPUT_SIZES("options", options, use_analyze);
}

static void test_vav_engine_analyze_batch(void) {
  const vav_image *images[2] = {small_image(), small_image()};
  vav_faces *out[2] = {NULL, NULL};
  vav_detect_options detect = VAV_DETECT_OPTIONS_INIT;
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_engine_analyze_batch(NULL, engine(), images, 2, NULL, NULL, err));
  REFUSED_MAKE(out[1], VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze_batch(out, NULL, images, 2, NULL, NULL, err));
  REFUSED_MAKE(out[1], VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze_batch(out, not_an_engine(), images, 2, NULL, NULL, err));
  REFUSED_MAKE(out[1], VAV_E_INVALID_ARGUMENT, "images",
               vav_engine_analyze_batch(out, engine(), NULL, 2, NULL, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count", vav_engine_analyze_batch(out, engine(), images, -1, NULL, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count", vav_engine_analyze_batch(out, engine(), images, INT32_MIN, NULL, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count", vav_engine_analyze_batch(out, engine(), images, INT32_MAX, NULL, NULL, err));
  images[1] = NULL;
  REFUSED_MAKE(out[0], VAV_E_INVALID_ARGUMENT, "[1]",
               vav_engine_analyze_batch(out, engine(), images, 2, NULL, NULL, err));
  images[1] = not_an_image();
  REFUSED_MAKE(out[1], VAV_E_INVALID_ARGUMENT, "[1]",
               vav_engine_analyze_batch(out, engine(), images, 2, NULL, NULL, err));
  images[1] = small_image();
  OK(vav_engine_analyze_batch(NULL, engine(), NULL, 0, NULL, NULL, err));
  INPUT_SIZES("detect", detect, use_batch_detect);
  INPUT_SIZES("options", options, use_batch);
  NEED_MODELS();
  OK(vav_engine_analyze_batch(out, engine(), images, 2, NULL, NULL, err));
  CHECK(out[0] && out[1] && out[0] != out[1]);
  vav_faces_destroy(out[0]);
  vav_faces_destroy(out[1]);
}

/* One member of a box that has to be refused. */
#define REFUSED_BOX(member, value)                                                               \
  do {                                                                                           \
    vav_box boxes[2];                                                                            \
    boxes[0] = boxes[1] = kBox;                                                                  \
    boxes[1].member = (value);                                                                   \
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "box",                                            \
                 vav_engine_analyze_boxes(&made, engine(), small_image(), boxes, 2, NULL, err)); \
  } while (0)

static void test_vav_engine_analyze_boxes(void) {
  const vav_box beyond = {-1000000, -1000000, 1000000, 1000000};
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  vav_face face = VAV_FACE_INIT;
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_engine_analyze_boxes(NULL, engine(), small_image(), &kBox, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze_boxes(&made, NULL, small_image(), &kBox, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze_boxes(&made, not_an_engine(), small_image(), &kBox, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image",
               vav_engine_analyze_boxes(&made, engine(), NULL, &kBox, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image",
               vav_engine_analyze_boxes(&made, engine(), not_an_image(), &kBox, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "boxes",
               vav_engine_analyze_boxes(&made, engine(), small_image(), NULL, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_engine_analyze_boxes(&made, engine(), small_image(), &kBox, -1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_engine_analyze_boxes(&made, engine(), small_image(), &kBox, INT32_MAX, NULL, err));
  REFUSED_BOX(left, 56);
  REFUSED_BOX(top, 56);
  REFUSED_BOX(left, INT32_MIN);
  REFUSED_BOX(right, INT32_MAX);
  REFUSED_BOX(bottom, 1000001);
  INPUT_SIZES("options", options, use_boxes);
  NEED_MODELS();
  OK(vav_engine_analyze_boxes(&made, engine(), small_image(), &beyond, 1, NULL, err));
  OK(vav_faces_get(made, 0, &face, err));
  CHECK(face.has == (VAV_HAS_BOX | VAV_HAS_LANDMARKS)); /* no face there, so no embedding */
  CHECK(face.box.left == -1000000 && face.box.bottom == 1000000);
  vav_faces_destroy(made);
}

static void test_vav_engine_analyze_faces(void) {
  const int32_t first = 0, wrong[] = {-1, 1000, INT32_MIN};
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  const vav_box box = {10, 10, 90, 90};
  vav_faces *detected = NULL, *nothing = NULL;
  int i;
  OK(vav_engine_analyze_boxes(&nothing, engine(), small_image(), NULL, 0, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out",
          vav_engine_analyze_faces(NULL, engine(), small_image(), nothing, &first, 0, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze_faces(&made, NULL, small_image(), nothing, &first, 0, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image",
               vav_engine_analyze_faces(&made, engine(), NULL, nothing, &first, 0, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "faces",
               vav_engine_analyze_faces(&made, engine(), small_image(), NULL, &first, 0, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "indices",
               vav_engine_analyze_faces(&made, engine(), small_image(), nothing, NULL, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_engine_analyze_faces(&made, engine(), small_image(), nothing, &first, -1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "indices",
               vav_engine_analyze_faces(&made, engine(), small_image(), nothing, &first, 1, NULL, err));
  vav_faces_destroy(nothing);
  INPUT_SIZES("options", options, use_faces);
  if (!photo_faces()) SKIP("no models or sample photos: visavis models fetch");
  OK(vav_engine_detect(&detected, engine(), photo(), NULL, err));
  for (i = 0; i < 3; ++i)
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "indices",
                 vav_engine_analyze_faces(&made, engine(), photo(), detected, &wrong[i], 1, NULL, err));
  OK(vav_engine_analyze_faces(&made, engine(), photo(), detected, &first, 1, NULL, err));
  CHECK(vav_faces_count(made) == 1);
  CHECK(memcmp(vav_faces_embedding(made, 0), vav_faces_embedding(photo_faces(), 0),
               VAV_EMBEDDING_DIM * sizeof(float)) == 0);
  vav_faces_destroy(made);
  vav_faces_destroy(detected);
  /* A box of the caller is none that a detector saw: nothing says where the eyes are in it. */
  OK(vav_engine_analyze_boxes(&detected, engine(), photo(), &box, 1, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "detector",
               vav_engine_analyze_faces(&made, engine(), photo(), detected, &first, 1, NULL, err));
  vav_faces_destroy(detected);
}

static void test_vav_engine_analyze_landmarks(void) {
  vav_point points[2 * VAV_LANDMARKS];
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  vav_face face = VAV_FACE_INIT;
  int i;
  memcpy(points, kPoints, sizeof kPoints);
  memcpy(points + VAV_LANDMARKS, kPoints, sizeof kPoints);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out",
          vav_engine_analyze_landmarks(NULL, engine(), small_image(), points, 2, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze_landmarks(&made, NULL, small_image(), points, 2, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "engine",
               vav_engine_analyze_landmarks(&made, not_an_engine(), small_image(), points, 2, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image",
               vav_engine_analyze_landmarks(&made, engine(), NULL, points, 2, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "image",
               vav_engine_analyze_landmarks(&made, engine(), not_an_image(), points, 2, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "landmarks",
               vav_engine_analyze_landmarks(&made, engine(), small_image(), NULL, 2, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_engine_analyze_landmarks(&made, engine(), small_image(), points, -2, NULL, err));
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "count",
               vav_engine_analyze_landmarks(&made, engine(), small_image(), points, INT32_MAX, NULL, err));
  for (i = 0; i < 4; ++i) {
    points[2 * VAV_LANDMARKS - 1].y = i < 3 ? not_finite[i] : 1.1e6f;
    REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "landmark",
                 vav_engine_analyze_landmarks(&made, engine(), small_image(), points, 2, NULL, err));
  }
  memset(points, 0, sizeof points);
  REFUSED_MAKE(made, VAV_E_INVALID_ARGUMENT, "one place",
               vav_engine_analyze_landmarks(&made, engine(), small_image(), points, 1, NULL, err));
  INPUT_SIZES("options", options, use_landmarks);
  NEED_MODELS();
  OK(vav_engine_analyze_landmarks(&made, engine(), small_image(), kPoints, 1, NULL, err));
  OK(vav_faces_get(made, 0, &face, err));
  CHECK(face.has == VAV_HAS_LANDMARKS);
  CHECK(memcmp(face.landmarks, kPoints, sizeof kPoints) == 0);
  vav_faces_destroy(made);
}

static void test_vav_engine_embed_chips(void) {
  static const uint8_t chip[VAV_CHIP_SIZE * VAV_CHIP_SIZE * 3];
  float embedding[VAV_EMBEDDING_DIM] = {0}, again[VAV_EMBEDDING_DIM];
  REFUSED(VAV_E_INVALID_ARGUMENT, "embeddings",
          vav_engine_embed_chips(NULL, VAV_EMBEDDING_DIM, engine(), chip, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "engine", vav_engine_embed_chips(embedding, VAV_EMBEDDING_DIM, NULL, chip, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "engine",
          vav_engine_embed_chips(embedding, VAV_EMBEDDING_DIM, not_an_engine(), chip, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "chips",
          vav_engine_embed_chips(embedding, VAV_EMBEDDING_DIM, engine(), NULL, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count",
          vav_engine_embed_chips(embedding, VAV_EMBEDDING_DIM, engine(), chip, -1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "count",
          vav_engine_embed_chips(embedding, VAV_EMBEDDING_DIM, engine(), chip, INT32_MAX, err));
  OK(vav_engine_embed_chips(NULL, VAV_EMBEDDING_DIM, engine(), NULL, 0, err));
  if (!photo_faces()) SKIP("no models or sample photos: visavis models fetch");
  OK(vav_engine_embed_chips(again, VAV_EMBEDDING_DIM, engine(), vav_faces_chip(photo_faces(), 0), 1, err));
  CHECK(memcmp(again, vav_faces_embedding(photo_faces(), 0), sizeof again) == 0);
}

const test_case engine_cases[] = {CASE(vav_engine_options_init),
                                  CASE(vav_detect_options_init),
                                  CASE(vav_analyze_options_init),
                                  CASE(vav_engine_create),
                                  CASE(vav_engine_destroy),
                                  CASE(vav_engine_get_backend),
                                  CASE(vav_engine_warm_up),
                                  CASE(vav_engine_detect),
                                  CASE(vav_engine_analyze),
                                  CASE(vav_engine_analyze_batch),
                                  CASE(vav_engine_analyze_boxes),
                                  CASE(vav_engine_analyze_faces),
                                  CASE(vav_engine_analyze_landmarks),
                                  CASE(vav_engine_embed_chips),
                                  {NULL, NULL}};
