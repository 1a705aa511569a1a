/* The real objects that the tests work on: each is made when first asked for, and lives until the end. */
#ifndef VISAVIS_TESTS_CAPI_OBJECTS_H
#define VISAVIS_TESTS_CAPI_OBJECTS_H

#include "visavis/visavis.h"

/* Where to write: a folder of this run alone. */
extern const char *scratch;

/* A path below the scratch folder; one that existed is removed. Good until the fourth next call. */
const char *fresh_path(const char *name);

/* The path of a sample photo; NULL when the photos are not on this machine. Good until the fourth next call. */
const char *photo_path(const char *name);

/* 1 when the landmark and embedding models are on this machine. */
int have_models(void);

vav_models *models(void);
vav_engine *engine(void);

/* 64×64 px of a pattern without a face, made from pixels; needs no file. */
vav_image *small_image(void);

/* A photo of one face, with what the engine says of it; NULL when models or photos are missing. */
vav_image *photo(void);
vav_faces *photo_faces(void);

/* Its face with the measures of its quality, the caller's to destroy; NULL as above. */
vav_faces *measured_faces(void);

/* A new gallery below the scratch folder. The caller destroys it. */
vav_gallery *new_gallery(const char *name);

/* Adds Ada (1), Grace (2) and Nobody (3) to a new gallery. */
void add_three_persons(vav_gallery *gallery);

/* An embedding like no face's: between two of these all values differ by as much. Good until the next call. */
const float *flat_embedding(float value);

/* An embedding on a line: two of these are as far apart as their values. Good until the next call. */
const float *embedding_at(float value);

void destroy_objects(void);

#endif
