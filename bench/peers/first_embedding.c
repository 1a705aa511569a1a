/* The shortest program that gets an embedding out of a photo: what a start costs. first_embedding THREADS MODELS PHOTO
 */
#include <stdio.h>
#include <stdlib.h>

#include "visavis/visavis.h"

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  vav_error err = VAV_ERROR_INIT;
  vav_models_options where = VAV_MODELS_OPTIONS_INIT;
  vav_engine_options how = VAV_ENGINE_OPTIONS_INIT;
  how.threads = atoi(argv[1]);
  where.directory = argv[2];
  vav_models *models = NULL;
  vav_engine *engine = NULL;
  vav_image *photo = NULL;
  vav_faces *faces = NULL;
  if (vav_models_open(&models, &where, &err) || vav_engine_create(&engine, models, &how, &err) ||
      vav_image_load(&photo, argv[3], NULL, &err) || vav_engine_analyze(&faces, engine, photo, NULL, NULL, &err)) {
    fprintf(stderr, "first_embedding: %s\n", err.message);
    return 1;
  }
  const float *embedding = vav_faces_embedding(faces, 0);
  if (!embedding) return 1;
  for (int i = 0; i < VAV_EMBEDDING_DIM; ++i) printf("%c%.9g", i ? ',' : '[', embedding[i]);
  puts("]");
  vav_faces_destroy(faces);
  vav_image_destroy(photo);
  vav_engine_destroy(engine);
  vav_models_destroy(models);
  return 0;
}
