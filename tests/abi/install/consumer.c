/* A C program outside: pixels in, HOG detector, gallery file, and out. Needs no model file. */
#include <stdio.h>
#include <stdlib.h>

#include "visavis/visavis.h"

enum { kSide = 200 };

static int fail(const vav_error *err) {
  fprintf(stderr, "%s: %s\n", vav_status_name(err->code), err->message);
  return 1;
}

int main(int argc, char **argv) {
  vav_error err = VAV_ERROR_INIT;
  vav_models *models = NULL;
  vav_engine *engine = NULL;
  vav_image *image = NULL;
  vav_faces *faces = NULL;
  vav_gallery *gallery = NULL;
  vav_person_fields ada = VAV_PERSON_FIELDS_INIT;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  vav_pixels pixels = VAV_PIXELS_INIT;
  int64_t id = 0;
  uint8_t *grey = calloc(kSide, kSide);
  if (argc != 2 || !grey) return 2;

  pixels.format = VAV_PIXEL_GRAY;
  pixels.width = pixels.height = kSide;
  pixels.data[0] = grey;
  ada.name = "Ada";
  if (vav_image_wrap(&image, &pixels, &err) || vav_models_open(&models, NULL, &err) ||
      vav_engine_create(&engine, models, NULL, &err) || vav_engine_detect(&faces, engine, image, NULL, &err) ||
      vav_gallery_open(&gallery, argv[1], models, NULL, &err) || vav_gallery_add_person(&id, gallery, &ada, &err) ||
      vav_gallery_get_info(gallery, &info, &err))
    return fail(&err);
  if (vav_faces_count(faces) != 0 || id != 1 || info.persons != 1) return 3;
  printf("visavis %s, %d models, no face in a grey picture, 1 person", vav_version(), (int)vav_models_count(models));

  vav_gallery_destroy(gallery);
  vav_faces_destroy(faces);
  vav_engine_destroy(engine);
  vav_models_destroy(models);
  vav_image_destroy(image);
  free(grey);
  return 0;
}
