/* Makes the real objects that the tests work on. */
#include "objects.h"

#include <stdarg.h>

#include "check.h"

const char *scratch;

static vav_models *the_models;
static vav_engine *the_engine;
static vav_image *the_small_image, *the_photo;
static vav_faces *the_faces;
static uint8_t small_pixels[64 * 64 * 3];

static const char *path_of(const char *format, ...) {
  static char paths[4][4096];
  static int next;
  char *path = paths[next++ % 4];
  va_list args;
  va_start(args, format);
  vsnprintf(path, sizeof paths[0], format, args);
  va_end(args);
  return path;
}

const char *fresh_path(const char *name) {
  static const char *const suffixes[] = {"-wal", "-shm", ""};
  char path[4096];
  int i;
  for (i = 0; i < 3; ++i) {
    snprintf(path, sizeof path, "%s/%s%s", scratch, name, suffixes[i]);
    remove(path);
  }
  return path_of("%s/%s", scratch, name);
}

const char *photo_path(const char *name) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"), *path;
  FILE *file;
  if (cache && cache[0])
    path = path_of("%s/visavis/photos/%s", cache, name);
  else
    path = path_of("%s/.cache/visavis/photos/%s", home ? home : "", name);
  file = fopen(path, "rb");
  if (!file) return NULL;
  fclose(file);
  return path;
}

int have_models(void) {
  int32_t i;
  for (i = 0; i < vav_models_count(models()); ++i) {
    vav_model_info info = VAV_MODEL_INFO_INIT;
    OK(vav_models_get_info(models(), i, &info, err));
    if (!info.optional && !info.path) return 0;
  }
  return 1;
}

vav_models *models(void) {
  if (!the_models) OK(vav_models_open(&the_models, NULL, err));
  return the_models;
}

vav_engine *engine(void) {
  if (!the_engine) OK(vav_engine_create(&the_engine, models(), NULL, err));
  return the_engine;
}

vav_image *small_image(void) {
  vav_pixels pixels = VAV_PIXELS_INIT;
  size_t i;
  if (the_small_image) return the_small_image;
  for (i = 0; i < sizeof small_pixels; ++i) small_pixels[i] = (uint8_t)(i * 7 + i / 192 * 13);
  pixels.format = VAV_PIXEL_RGB;
  pixels.width = pixels.height = 64;
  pixels.data[0] = small_pixels;
  OK(vav_image_wrap(&the_small_image, &pixels, err));
  return the_small_image;
}

vav_image *photo(void) {
  const char *path = photo_path("obama.jpg");
  if (!the_photo && path) OK(vav_image_load(&the_photo, path, NULL, err));
  return the_photo;
}

vav_faces *measured_faces(void) {
  vav_faces *measured = NULL;
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  options.what = VAV_ANALYZE_QUALITY;
  if (have_models() && photo()) OK(vav_engine_analyze(&measured, engine(), photo(), NULL, &options, err));
  return measured;
}

vav_faces *photo_faces(void) {
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  options.what = VAV_ANALYZE_LANDMARKS | VAV_ANALYZE_CHIP | VAV_ANALYZE_EMBEDDING;
  if (!the_faces && have_models() && photo())
    OK(vav_engine_analyze(&the_faces, engine(), photo(), NULL, &options, err));
  return the_faces;
}

vav_gallery *new_gallery(const char *name) {
  vav_gallery *gallery = NULL;
  OK(vav_gallery_open(&gallery, fresh_path(name), models(), NULL, err));
  return gallery;
}

const float *embedding_at(float value) {
  static float embedding[VAV_EMBEDDING_DIM];
  embedding[0] = value;
  embedding[1] = 1.3f; /* as long as one of a face */
  return embedding;
}

void add_three_persons(vav_gallery *gallery) {
  static const char *const names[] = {"Ada", "Grace", "Nobody"};
  int i;
  for (i = 0; i < 3; ++i) {
    vav_person_fields person = VAV_PERSON_FIELDS_INIT;
    int64_t id = 0;
    person.name = names[i];
    OK(vav_gallery_add_person(&id, gallery, &person, err));
    CHECK(id == i + 1);
  }
}

const float *flat_embedding(float value) {
  static float embedding[VAV_EMBEDDING_DIM];
  int i;
  for (i = 0; i < VAV_EMBEDDING_DIM; ++i)
    embedding[i] = value + (i % 2 ? 0.12f : -0.12f); /* as long as one of a face */
  return embedding;
}

void destroy_objects(void) {
  vav_faces_destroy(the_faces);
  vav_image_destroy(the_photo);
  vav_image_destroy(the_small_image);
  vav_engine_destroy(the_engine);
  vav_models_destroy(the_models);
}
