/* Do two photos show the same person? Usage: verify_pair A.jpg B.jpg
 * Takes the largest face of each. Exit: 0 same person, 1 different, 2 wrong use, 3 failed (also: no face). */
#include <stdio.h>
#include <visavis/visavis.h>

/* Each call below explains a failure in `err`; one place prints it. */
static int failed(const vav_error *err) {
  fprintf(stderr, "%s: %s\n", vav_status_name(err->code), err->message);
  return 3;
}

/* The faces of one photo, or NULL after saying why. A photo without a face is no error of the library: the result is
 * there and empty, and what it means is for the caller to decide. Here it means that there is nothing to compare. */
static vav_faces *analyze(vav_engine *engine, const char *path) {
  vav_error err = VAV_ERROR_INIT;
  vav_image *image = NULL;
  vav_faces *faces = NULL;
  if (vav_image_load(&image, path, NULL, &err) || vav_engine_analyze(&faces, engine, image, NULL, NULL, &err)) {
    failed(&err);
  } else if (vav_faces_count(faces) == 0) {
    fprintf(stderr, "%s: no face found\n", path);
    vav_faces_destroy(faces);
    faces = NULL;
  }
  vav_image_destroy(image); /* the faces own their memory and do not need the image */
  return faces;
}

int main(int argc, char **argv) {
  vav_error err = VAV_ERROR_INIT;
  vav_models *models = NULL;
  vav_engine *engine = NULL;
  vav_faces *a = NULL, *b = NULL;
  int result = 3;

  if (argc != 3) {
    fprintf(stderr, "usage: verify_pair A.jpg B.jpg\n");
    return 2;
  }
  /* Default options everywhere: models from the per-user cache, dlib's frontal detector, its threshold. */
  if (vav_models_open(&models, NULL, &err) || vav_engine_create(&engine, models, NULL, &err)) {
    result = failed(&err);
  } else if ((a = analyze(engine, argv[1])) != NULL && (b = analyze(engine, argv[2])) != NULL) {
    vav_comparison comparison = VAV_COMPARISON_INIT;
    /* A face that cannot be compared has no embedding, and vav_compare says so: that is not "different people". */
    if (vav_compare(&comparison, vav_faces_embedding(a, vav_faces_largest(a)),
                    vav_faces_embedding(b, vav_faces_largest(b)), vav_faces_embedding_length(a, vav_faces_largest(a)),
                    vav_models_default_threshold(models), &err)) {
      result = failed(&err);
    } else {
      int same = comparison.decision == VAV_DECISION_MATCH;
      printf("%s: distance %.3f, threshold %.2f (smaller is closer)\n", same ? "same person" : "different people",
             comparison.distance, comparison.threshold);
      result = same ? 0 : 1;
    }
  }
  /* Every destroy takes NULL, so one clean-up serves every way out. */
  vav_faces_destroy(a);
  vav_faces_destroy(b);
  vav_engine_destroy(engine);
  vav_models_destroy(models);
  return result;
}
