/* visavis/models.h: opening, describing, verifying and installing. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_models_options)
INIT_CASE(vav_model_info)
INIT_CASE(vav_own_model)

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
  CHECK(strcmp(vav_models_detectors(models()), "hog cnn yunet") == 0);
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
  CHECK(vav_models_default_threshold(models()) == vav_default_threshold());
  CHECK(vav_models_default_threshold(zoo) > 1.15f && vav_models_default_threshold(zoo) < 1.16f);
  CHECK(vav_models_default_threshold(NULL) == 0);
  vav_models_destroy(zoo);
}

/* Each set's embeddings are none of the other. */
static void test_vav_models_check_embedding(void) {
  vav_models *zoo = of_set("opencv-zoo");
  float embedding[VAV_EMBEDDING_DIM] = {0};
  REFUSED(VAV_E_INVALID_ARGUMENT, "zeros", vav_models_check_embedding(zoo, embedding, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "zeros", vav_models_check_embedding(models(), embedding, VAV_EMBEDDING_DIM, err));
  embedding[5] = 1;
  OK(vav_models_check_embedding(zoo, embedding, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "may be one of \"opencv-zoo\"",
          vav_models_check_embedding(models(), embedding, VAV_EMBEDDING_DIM, err));
  embedding[6] = -1;
  OK(vav_models_check_embedding(models(), embedding, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "may be one of \"dlib\"",
          vav_models_check_embedding(zoo, embedding, VAV_EMBEDDING_DIM, err));
  embedding[6] = 3;
  REFUSED(VAV_E_INVALID_ARGUMENT, "3.162", vav_models_check_embedding(models(), embedding, VAV_EMBEDDING_DIM, err));
  embedding[6] = not_finite[0];
  REFUSED(VAV_E_INVALID_ARGUMENT, "embedding", vav_models_check_embedding(zoo, embedding, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "127 numbers", vav_models_check_embedding(zoo, flat_embedding(0), 127, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "length", vav_models_check_embedding(zoo, embedding, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "NULL", vav_models_check_embedding(zoo, NULL, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_check_embedding(NULL, embedding, VAV_EMBEDDING_DIM, err));
  vav_models_destroy(zoo);
}

/* Neither a gallery nor an export takes the models of another set. Of numbers alone a gallery of opencv-zoo takes none of
 * dlib's; the other takes them, and they are near to nobody. */
static void test_sets_do_not_mix(void) {
  static const char *const kSets[] = {"dlib", "opencv-zoo"};
  float embeddings[2][VAV_EMBEDDING_DIM] = {{0}, {0}}, two[2 * VAV_EMBEDDING_DIM];
  const float *foreign;
  const char *paths[2], *exported[2];
  vav_models *sets[2];
  vav_gallery *galleries[2] = {NULL, NULL}, *other = NULL;
  vav_matches *matches = NULL, *batch[2] = {NULL, NULL};
  vav_comparison compared = VAV_COMPARISON_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  vav_job *job = NULL;
  int64_t person = 0, id = 0;
  int i;
  embeddings[0][3] = 1.4f;
  embeddings[1][3] = 1;
  fields.name = "Ada";
  for (i = 0; i < 2; ++i) {
    sets[i] = of_set(kSets[i]);
    paths[i] = fresh_path(i == 0 ? "set_dlib.vav" : "set_zoo.vav");
    OK(vav_gallery_open(&galleries[i], paths[i], sets[i], NULL, err));
    OK(vav_gallery_add_person(&person, galleries[i], &fields, err));
    OK(vav_gallery_add_template(&id, galleries[i], person, embeddings[i], VAV_EMBEDDING_DIM, NULL, err));
    exported[i] = fresh_path(i == 0 ? "set_dlib.export" : "set_zoo.export");
    OK(vav_gallery_start_export(&job, galleries[i], exported[i], 0, err));
    OK(vav_job_run(job, 10000, NULL, err));
    vav_job_destroy(job);
  }
  for (i = 0; i < 2; ++i) {
    REFUSED_MAKE(other, VAV_E_GALLERY_RECIPE, kSets[i], vav_gallery_open(&other, paths[i], sets[1 - i], NULL, err));
    REFUSED_MAKE(job, VAV_E_GALLERY_RECIPE, kSets[1 - i],
                 vav_gallery_start_import(&job, galleries[i], exported[1 - i], 0, err));
    /* What is its own is decided at its own threshold. */
    OK(vav_gallery_verify(&compared, galleries[i], person, embeddings[i], VAV_EMBEDDING_DIM, 0, err));
    CHECK(compared.threshold == vav_models_default_threshold(sets[i]));
    OK(vav_gallery_identify(&matches, galleries[i], embeddings[i], VAV_EMBEDDING_DIM, NULL, err));
    CHECK(vav_matches_threshold(matches) == vav_models_default_threshold(sets[i]));
    vav_matches_destroy(matches);
  }
  foreign = embeddings[0];
  memcpy(two, embeddings[1], sizeof embeddings[1]);
  memcpy(two + VAV_EMBEDDING_DIM, foreign, sizeof embeddings[0]);
  REFUSED(VAV_E_INVALID_ARGUMENT, "\"dlib\"",
          vav_gallery_add_template(&id, galleries[1], person, foreign, VAV_EMBEDDING_DIM, NULL, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "\"dlib\"",
               vav_gallery_identify(&matches, galleries[1], foreign, VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "\"dlib\"",
          vav_gallery_identify_batch(batch, galleries[1], two, VAV_EMBEDDING_DIM, 2, NULL, err));
  CHECK(!batch[0] && !batch[1]);
  REFUSED(VAV_E_INVALID_ARGUMENT, "\"dlib\"",
          vav_gallery_verify(&compared, galleries[1], person, foreign, VAV_EMBEDDING_DIM, 1.2f, err));
  CHECK(compared.decision == VAV_DECISION_NOT_EVALUATED);
  REFUSED(VAV_E_INVALID_ARGUMENT, "\"dlib\"",
          vav_gallery_verify_with(&compared, galleries[1], person, foreign, VAV_EMBEDDING_DIM, NULL, err));
  REFUSED_MAKE(matches, VAV_E_INVALID_ARGUMENT, "\"dlib\"",
               vav_gallery_find_duplicates(&matches, galleries[1], foreign, VAV_EMBEDDING_DIM, 0, 0, err));
  for (i = 0; i < 2; ++i) {
    vav_gallery_destroy(galleries[i]);
    vav_models_destroy(sets[i]);
  }
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

/* What works is tested by tests/cli/test_own_models.py, which can make an ONNX file. */
static void test_vav_models_add(void) {
  vav_models *here = models_in(scratch);
  vav_own_model model = VAV_OWN_MODEL_INIT;
  const char *junk = junk_file();
  model.name = "mine";
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_add(NULL, junk, &model, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "path", vav_models_add(here, NULL, &model, err));
  REFUSED(VAV_E_MODEL_ALTERED, "", vav_models_add(here, junk, &model, err));
  REFUSED(VAV_E_FILE_NOT_FOUND, "", vav_models_add(here, fresh_path("no.onnx"), &model, err));
  model.name = "../mine";
  REFUSED(VAV_E_INVALID_ARGUMENT, "name", vav_models_add(here, junk, &model, err));
  model.name = NULL;
  REFUSED(VAV_E_INVALID_ARGUMENT, "name", vav_models_add(here, junk, &model, err));
  vav_models_destroy(here);
}

static void test_vav_models_remove(void) {
  vav_models *here = models_in(scratch);
  REFUSED(VAV_E_INVALID_ARGUMENT, "models", vav_models_remove(NULL, "mine", err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "name", vav_models_remove(here, NULL, err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "mine", vav_models_remove(here, "mine", err));
  REFUSED(VAV_E_MODEL_NOT_FOUND, "dlib", vav_models_remove(here, "dlib", err));
  vav_models_destroy(here);
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

const test_case models_cases[] = {CASE(vav_models_options_init),
                                  CASE(vav_model_info_init),
                                  CASE(vav_own_model_init),
                                  CASE(vav_models_open),
                                  CASE(vav_models_destroy),
                                  CASE(vav_models_count),
                                  CASE(vav_models_get_info),
                                  CASE(vav_models_verify),
                                  CASE(vav_models_install),
                                  CASE(vav_models_add),
                                  CASE(vav_models_remove),
                                  CASE(vav_models_get_directory),
                                  CASE(vav_models_get_set),
                                  CASE(vav_models_detectors),
                                  CASE(vav_models_embedding_dim),
                                  CASE(vav_models_chip_size),
                                  CASE(vav_models_default_threshold),
                                  CASE(vav_models_check_embedding),
                                  {"sets_do_not_mix", test_sets_do_not_mix},
                                  CASE(vav_models_manifest),
                                  {NULL, NULL}};
