/* Enrols a person from one photo, then says who is in other photos.
 * Usage: enroll_identify GALLERY.vav NAME PHOTO PROBE.jpg…
 * Exit: 0 done (also when nobody was recognised), 2 wrong use, 3 failed, 4 the photo was refused. */
#include <stdio.h>
#include <visavis/visavis.h>

static int failed(const vav_error *err) {
  fprintf(stderr, "%s: %s\n", vav_status_name(err->code), err->message);
  return 3;
}

static vav_status analyze(vav_faces **out, vav_engine *engine, const char *path, vav_error *err) {
  vav_image *image = NULL;
  vav_status status = vav_image_load(&image, path, NULL, err);
  if (!status) status = vav_engine_analyze(out, engine, image, NULL, NULL, err);
  vav_image_destroy(image);
  return status;
}

/* Names need not be unique in a gallery; a real program keeps its own key in external_id and looks persons up by that.
 * Here one name is one person: a second run adds another template to the same one. 0: nobody has the name. */
static vav_status find(int64_t *out, vav_gallery *gallery, const char *name, vav_error *err) {
  vav_person_query query = VAV_PERSON_QUERY_INIT;
  vav_persons *found = NULL;
  vav_person person = VAV_PERSON_INIT;
  vav_status status;
  query.name = name;
  query.limit = 1;
  status = vav_gallery_list_persons(&found, gallery, &query, err);
  if (!status && vav_persons_count(found) > 0) status = vav_persons_get(found, 0, &person, err);
  *out = person.id;
  vav_persons_destroy(found);
  return status;
}

static vav_status add(int64_t *out, vav_gallery *gallery, const char *name, vav_error *err) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = name;
  return vav_gallery_add_person(out, gallery, &fields, err);
}

/* Somebody else's face under a known name would be let in as them. */
static vav_status is_another_face(int *out, vav_gallery *gallery, int64_t person, const vav_faces *faces,
                                  vav_error *err) {
  vav_comparison comparison = VAV_COMPARISON_INIT;
  const vav_status status = vav_gallery_verify(&comparison, gallery, person, vav_faces_embedding(faces, 0),
                                               vav_faces_embedding_length(faces, 0), 0, err);
  *out = comparison.decision == VAV_DECISION_UNKNOWN;
  return status;
}

static int store(vav_gallery *gallery, const char *name, const char *path, const vav_faces *faces) {
  vav_error err = VAV_ERROR_INIT;
  vav_template_fields fields = VAV_TEMPLATE_FIELDS_INIT;
  int64_t person = 0, template_id = 0;
  int another = 0;
  if (find(&person, gallery, name, &err) || (person && is_another_face(&another, gallery, person, faces, &err)))
    return failed(&err);
  if (another) {
    fprintf(stderr, "%s: refused, it shows another face than %s has\n", path, name);
    return 4;
  }
  fields.source = path;
  /* One transaction: no person without a template is left behind when the second step fails. An open transaction is
   * rolled back when the gallery is destroyed, so the failure path needs nothing more. */
  if (vav_gallery_begin(gallery, &err) || (!person && add(&person, gallery, name, &err)) ||
      vav_gallery_add_template(&template_id, gallery, person, vav_faces_embedding(faces, 0),
                               vav_faces_embedding_length(faces, 0), &fields, &err) ||
      vav_gallery_commit(gallery, &err))
    return failed(&err);
  printf("enrolled %s as person %lld from %s\n", name, (long long)person, path);
  return 0;
}

static int enroll(vav_engine *engine, vav_gallery *gallery, const char *name, const char *path) {
  vav_error err = VAV_ERROR_INIT;
  vav_faces *faces = NULL;
  int result = 0;
  if (analyze(&faces, engine, path, &err)) {
    result = failed(&err);
  } else if (vav_faces_count(faces) != 1) {
    /* Enrol only when it is clear whose face it is: a stranger's template under this name would open doors for them. */
    fprintf(stderr, "%s: refused, it shows %d faces and not one\n", path, (int)vav_faces_count(faces));
    result = 4;
  } else if (!vav_faces_embedding(faces, 0)) {
    /* Too dark, blurred, cut, no face at all: such a template would let strangers in. */
    fprintf(stderr, "%s: refused, %s\n", path, vav_comparability_advice(vav_faces_comparability(faces, 0)));
    result = 4;
  } else {
    result = store(gallery, name, path, faces);
  }
  vav_faces_destroy(faces);
  return result;
}

static int identify(vav_engine *engine, vav_gallery *gallery, const char *path) {
  vav_error err = VAV_ERROR_INIT;
  vav_faces *faces = NULL;
  int32_t i;
  if (analyze(&faces, engine, path, &err)) return failed(&err);
  if (vav_faces_count(faces) == 0) printf("%s: no face\n", path);
  for (i = 0; i < vav_faces_count(faces); ++i) {
    vav_matches *matches = NULL;
    if (!vav_faces_embedding(faces, i)) {
      printf("%s: face %d cannot be compared: %s\n", path, (int)i,
             vav_comparability_advice(vav_faces_comparability(faces, i)));
      continue;
    }
    if (vav_gallery_identify(&matches, gallery, vav_faces_embedding(faces, i), vav_faces_embedding_length(faces, i),
                             NULL, &err)) {
      vav_faces_destroy(faces);
      return failed(&err);
    }
    /* The decision is the library's: the nearest person is not the answer unless it is near enough. */
    if (vav_matches_decision(matches) == VAV_DECISION_MATCH)
      printf("%s: face %d is %s, distance %.3f (threshold %.2f)\n", path, (int)i, vav_matches_name(matches, 0),
             vav_matches_distance(matches, 0), vav_matches_threshold(matches));
    else
      printf("%s: face %d is unknown (threshold %.2f)\n", path, (int)i, vav_matches_threshold(matches));
    vav_matches_destroy(matches);
  }
  vav_faces_destroy(faces);
  return 0;
}

int main(int argc, char **argv) {
  vav_error err = VAV_ERROR_INIT;
  vav_models *models = NULL;
  vav_engine *engine = NULL;
  vav_gallery *gallery = NULL;
  int result, i;
  if (argc < 4) {
    fprintf(stderr, "usage: enroll_identify GALLERY.vav NAME PHOTO PROBE.jpg...\n");
    return 2;
  }
  if (vav_models_open(&models, NULL, &err) || vav_engine_create(&engine, models, NULL, &err) ||
      vav_gallery_open(&gallery, argv[1], models, NULL, &err))
    result = failed(&err);
  else
    result = enroll(engine, gallery, argv[2], argv[3]);
  for (i = 4; i < argc && result == 0; ++i) result = identify(engine, gallery, argv[i]);
  vav_gallery_destroy(gallery);
  vav_engine_destroy(engine);
  vav_models_destroy(models);
  return result;
}
