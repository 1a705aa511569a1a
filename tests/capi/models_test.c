/* visavis/models.h: opening, describing, verifying and installing. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_models_options)
INIT_CASE(vav_model_info)

static const char kEmbedder[] = "dlib_face_recognition_resnet_model_v1";

static vav_status use_models_options(const void *options) {
  vav_models *opened = NULL;
  const vav_status status = vav_models_open(&opened, options, err);
  vav_models_destroy(opened);
  return status;
}

static vav_status use_model_info(void *out) { return vav_models_get_info(models(), 0, out, err); }

/* A set that looks only into an empty folder. */
static vav_models *models_in(const char *directory) {
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  vav_models *opened = NULL;
  options.skip_user_cache = 1;
  options.directory = directory;
  OK(vav_models_open(&opened, &options, err));
  return opened;
}

static const char *junk_file(void) {
  const char *path = fresh_path("junk.dat");
  FILE *file = fopen(path, "wb");
  CHECK(file && fputs("no model", file) >= 0);
  if (file) fclose(file);
  return path;
}

static void test_vav_models_open(void) {
  vav_models *opened = NULL;
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  int i;
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_models_open(NULL, NULL, err));
  options.skip_user_cache = 2;
  REFUSED_MAKE(opened, VAV_E_INVALID_ARGUMENT, "skip_user_cache", vav_models_open(&opened, &options, err));
  options.skip_user_cache = 0;
  options.directory = endless_text;
  REFUSED_MAKE(opened, VAV_E_INVALID_ARGUMENT, "directory", vav_models_open(&opened, &options, err));
  for (i = 0; bad_texts[i]; ++i) {
    options.directory = bad_texts[i];
    REFUSED_MAKE(opened, VAV_E_TEXT_ENCODING, "directory", vav_models_open(&opened, &options, err));
  }
  options.directory = NULL;
  options.set = "opencv";
  REFUSED_MAKE(opened, VAV_E_MODEL_UNKNOWN, "opencv-zoo", vav_models_open(&opened, &options, err));
  options.set = endless_text;
  REFUSED_MAKE(opened, VAV_E_INVALID_ARGUMENT, "set", vav_models_open(&opened, &options, err));
  for (i = 0; bad_texts[i]; ++i) {
    options.set = bad_texts[i];
    REFUSED_MAKE(opened, VAV_E_TEXT_ENCODING, "set", vav_models_open(&opened, &options, err));
  }
  options.set = NULL;
  INPUT_SIZES("options", options, use_models_options);
}

/* Of a set that is not the default one, and of none. */
static vav_models *of_set(const char *set) {
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  vav_models *opened = NULL;
  options.set = set;
  OK(vav_models_open(&opened, &options, err));
  return opened;
}

static void test_vav_models_get_set(void) {
  vav_models *zoo = of_set("opencv-zoo"), *named = of_set("dlib");
  CHECK(strcmp(vav_models_get_set(models()), "dlib") == 0);
  CHECK(strcmp(vav_models_get_set(named), "dlib") == 0);
  CHECK(strcmp(vav_models_get_set(zoo), "opencv-zoo") == 0);
  CHECK(strcmp(vav_models_get_set(NULL), "") == 0);
  CHECK(strcmp(vav_models_get_set((vav_models *)(void *)small_image()), "") == 0);
  vav_models_destroy(zoo);
  vav_models_destroy(named);
}

static void test_vav_models_detectors(void) {
  vav_models *zoo = of_set("opencv-zoo");
  CHECK(strcmp(vav_models_detectors(models()), "hog cnn") == 0);
  CHECK(strcmp(vav_models_detectors(zoo), "yunet") == 0);
  CHECK(strcmp(vav_models_detectors(NULL), "") == 0);
  vav_models_destroy(zoo);
}

static void test_vav_models_embedding_dim(void) {
  CHECK(vav_models_embedding_dim(models()) == VAV_EMBEDDING_DIM);
  CHECK(vav_models_embedding_dim(NULL) == 0);
}

static void test_vav_models_chip_size(void) {
  vav_models *zoo = of_set("opencv-zoo");
  CHECK(vav_models_chip_size(models()) == VAV_CHIP_SIZE);
  CHECK(vav_models_chip_size(zoo) == 112);
  CHECK(vav_models_chip_size(NULL) == 0);
  vav_models_destroy(zoo);
}

static void test_vav_models_default_threshold(void) {
  vav_models *zoo = of_set("opencv-zoo");
  CHECK(vav_models_default_threshold(models()) == 0.6f);
  CHECK(vav_models_default_threshold(zoo) == 1.1287f);
  CHECK(vav_models_default_threshold(NULL) == 0);
  vav_models_destroy(zoo);
}

static void test_vav_models_destroy(void) {
  vav_models_destroy(NULL);
  vav_models_destroy((vav_models *)(void *)small_image()); /* not its type: nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
  vav_models_destroy(models_in("nowhere"));
}

static void test_vav_models_count(void) {
  CHECK(vav_models_count(models()) >= 3);
  CHECK(vav_models_count(NULL) == 0);
  CHECK(vav_models_count((vav_models *)(void *)small_image()) == 0);
}

static void test_vav_models_get_info(void) {
  vav_model_info info = VAV_MODEL_INFO_INIT;
  int32_t i, count = vav_models_count(models()), embedders = 0;
  for (i = 0; i < count; ++i) {
    OK(vav_models_get_info(models(), i, &info, err));
    CHECK(info.id[0] && info.file[0] && info.license[0] && info.source[0] && info.purpose[0]);
    CHECK(strlen(info.sha256) == 64 && info.size > 0);
    CHECK(info.set && info.training_data[0]);
    CHECK(strcmp(info.id, kEmbedder) != 0 || (!info.optional && strcmp(info.set, "dlib") == 0));
    embedders += strcmp(info.id, kEmbedder) == 0;
  }
  CHECK(embedders == 1);
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_get_info(NULL, 0, &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_get_info((vav_models *)(void *)small_image(), 0, &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_models_get_info(models(), -1, &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_models_get_info(models(), count, &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_models_get_info(models(), INT32_MIN, &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_models_get_info(models(), INT32_MAX, &info, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_models_get_info(models(), 0, NULL, err));
  OUTPUT_SIZES("out", vav_model_info, use_model_info);
}

static void test_vav_models_verify(void) {
  vav_models *empty = models_in("nowhere");
  int i;
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_verify(NULL, kEmbedder, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_verify((vav_models *)(void *)small_image(), kEmbedder, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "id", vav_models_verify(models(), NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "id", vav_models_verify(models(), endless_text, err));
  REFUSED(VAV_E_MODEL_UNKNOWN, "", vav_models_verify(models(), "", err));
  REFUSED(VAV_E_MODEL_UNKNOWN, "../secret", vav_models_verify(models(), "../secret", err));
  for (i = 0; bad_texts[i]; ++i) REFUSED(VAV_E_TEXT_ENCODING, "id", vav_models_verify(models(), bad_texts[i], err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "nowhere", vav_models_verify(empty, kEmbedder, err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "visavis models fetch", vav_models_verify(empty, kEmbedder, err));
  vav_models_destroy(empty);
  if (!have_models()) SKIP("no models: visavis models fetch");
  OK(vav_models_verify(models(), "shape_predictor_5_face_landmarks", err));
}

static void test_vav_models_install(void) {
  vav_models *here = models_in(scratch);
  const char *junk = junk_file();
  int i;
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_install(NULL, kEmbedder, junk, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models",
          vav_models_install((vav_models *)(void *)small_image(), kEmbedder, junk, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "id", vav_models_install(here, NULL, junk, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "path", vav_models_install(here, kEmbedder, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "path", vav_models_install(here, kEmbedder, endless_text, err));
  REFUSED(VAV_E_MODEL_UNKNOWN, "no_such", vav_models_install(here, "no_such", junk, err));
  REFUSED(VAV_E_MODEL_ALTERED, "junk.dat", vav_models_install(here, kEmbedder, junk, err));
  REFUSED(VAV_E_FILE_NOT_FOUND, "nowhere.dat", vav_models_install(here, kEmbedder, "nowhere.dat", err));
  for (i = 0; bad_texts[i]; ++i) {
    REFUSED(VAV_E_TEXT_ENCODING, "id", vav_models_install(here, bad_texts[i], junk, err));
    REFUSED(VAV_E_TEXT_ENCODING, "path", vav_models_install(here, kEmbedder, bad_texts[i], err));
  }
  REFUSED(VAV_E_MODEL_NOT_FOUND, "", vav_models_verify(here, kEmbedder, err)); /* nothing was written */
  vav_models_destroy(here);
}

static void test_vav_models_get_directory(void) {
  vav_models *here = models_in(scratch);
  CHECK(strcmp(vav_models_get_directory(here), scratch) == 0);
  CHECK(strcmp(vav_models_get_directory(NULL), "") == 0);
  CHECK(strcmp(vav_models_get_directory((vav_models *)(void *)small_image()), "") == 0);
  vav_models_destroy(here);
}

static void test_vav_models_manifest(void) {
  CHECK(vav_models_manifest()[0] == '{');
  CHECK(strstr(vav_models_manifest(), kEmbedder) != NULL);
}

const test_case models_cases[] = {CASE(vav_models_options_init),  CASE(vav_model_info_init),
                                  CASE(vav_models_open),          CASE(vav_models_destroy),
                                  CASE(vav_models_count),         CASE(vav_models_get_info),
                                  CASE(vav_models_verify),        CASE(vav_models_install),
                                  CASE(vav_models_get_directory), CASE(vav_models_get_set),
                                  CASE(vav_models_detectors),     CASE(vav_models_embedding_dim),
                                  CASE(vav_models_chip_size),     CASE(vav_models_default_threshold),
                                  CASE(vav_models_manifest),      {NULL, NULL}};
