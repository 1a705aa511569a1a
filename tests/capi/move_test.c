/* visavis/move.h: a gallery on its way to other models, and there. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_move_status)
INIT_CASE(vav_remade)
INIT_CASE(vav_remake_options)

static vav_gallery *used;
static vav_models *zoo;
static float ours[VAV_EMBEDDING_DIM], theirs[VAV_EMBEDDING_DIM];

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }

/* A gallery of dlib's models with Ada (1) and Grace (2), who have a template each, and the other models. */
static const char *begin(const char *name) {
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  const char *path = fresh_path(name);
  int64_t person = 0, id = 0;
  int i;
  options.set = "opencv-zoo";
  OK(vav_models_open(&zoo, &options, err));
  OK(vav_gallery_open(&used, path, models(), NULL, err));
  for (i = 0; i < 2; ++i) {
    fields.name = i == 0 ? "Ada" : "Grace";
    ours[3 + i] = 1.4f;
    ours[4 - i] = 0;
    OK(vav_gallery_add_person(&person, used, &fields, err));
    OK(vav_gallery_add_template(&id, used, person, ours, VAV_EMBEDDING_DIM, NULL, err));
  }
  return path;
}

static void end(void) {
  vav_gallery_destroy(used);
  vav_models_destroy(zoo);
}

/* What the other models would give for the face of person `which`. */
static const float *other(int which) {
  memset(theirs, 0, sizeof theirs);
  theirs[10 + which] = 1;
  return theirs;
}

static vav_move_status status_now(void) {
  vav_move_status status = VAV_MOVE_STATUS_INIT;
  OK(vav_gallery_get_move(used, zoo, &status, err));
  return status;
}

static vav_status use_status(void *out) { return vav_gallery_get_move(used, zoo, out, err); }

static void test_vav_gallery_get_move(void) {
  vav_move_status status = VAV_MOVE_STATUS_INIT;
  begin("move_status.vav");
  OK(vav_gallery_get_move(used, NULL, &status, err));
  CHECK(status.under_way == 0 && status.to_these == 0 && status.staged == 0 && status.templates == 2);
  CHECK(!status.to_model_sha256[0] && !status.to_recipe[0] && !status.to_set[0]);
  OK(vav_gallery_stage(used, zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  status = status_now();
  CHECK(status.under_way == 1 && status.to_these == 1 && status.staged == 1 && status.templates == 2);
  OK(vav_gallery_get_move(used, models(), &status, err));
  CHECK(status.under_way == 1 && status.to_these == 0);
  OK(vav_gallery_get_move(used, NULL, &status, err));
  CHECK(status.under_way == 1 && status.to_these == 0 && status.kept_chips == 0);
  CHECK(strcmp(status.to_set, "opencv-zoo") == 0 && strlen(status.to_model_sha256) == 64);
  CHECK(strcmp(status.to_recipe, "set=opencv-zoo,chip=112,template=arcface;metric=cosine") == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_get_move(NULL, zoo, &status, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_get_move(not_a_gallery(), zoo, &status, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "to", vav_gallery_get_move(used, (void *)small_image(), &status, err));
  OUTPUT_SIZES("out", vav_move_status, use_status);
  end();
}

static void test_vav_gallery_stage(void) {
  begin("stage.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_stage(NULL, zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery",
          vav_gallery_stage(not_a_gallery(), zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "to", vav_gallery_stage(used, NULL, 1, other(1), VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "models already", vav_gallery_stage(used, models(), 1, ours, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "embedding", vav_gallery_stage(used, zoo, 1, NULL, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "length", vav_gallery_stage(used, zoo, 1, other(1), 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "another model", vav_gallery_stage(used, zoo, 1, other(1), 100, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "\"dlib\"", vav_gallery_stage(used, zoo, 1, ours, VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_NOT_FOUND, "template", vav_gallery_stage(used, zoo, 3, other(3), VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_NOT_FOUND, "template", vav_gallery_stage(used, zoo, -1, other(3), VAV_EMBEDDING_DIM, err));
  CHECK(status_now().under_way == 0);
  OK(vav_gallery_begin(used, err));
  OK(vav_gallery_stage(used, zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  OK(vav_gallery_rollback(used, err));
  CHECK(status_now().staged == 0);
  OK(vav_gallery_stage(used, zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  OK(vav_gallery_stage(used, zoo, 1, other(1), VAV_EMBEDDING_DIM, err)); /* in the place of the first */
  CHECK(status_now().staged == 1);
  OK(vav_gallery_remove_template(used, 1, err));
  CHECK(status_now().staged == 0 && status_now().templates == 1);
  end();
}

static void test_vav_gallery_list_unstaged(void) {
  vav_unstaged page[3];
  int32_t count = 7;
  begin("unstaged.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_list_unstaged(NULL, &count, 3, used, 0, err));
  CHECK(count == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out_count", vav_gallery_list_unstaged(page, NULL, 3, used, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "most", vav_gallery_list_unstaged(page, &count, 0, used, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "most", vav_gallery_list_unstaged(page, &count, 1000001, used, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "after", vav_gallery_list_unstaged(page, &count, 3, used, -1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_unstaged(page, &count, 3, NULL, 0, err));
  OK(vav_gallery_list_unstaged(page, &count, 3, used, 0, err));
  CHECK(count == 2 && page[0].template_id == 1 && page[0].person == 1 && page[1].template_id == 2);
  OK(vav_gallery_list_unstaged(page, &count, 1, used, 1, err));
  CHECK(count == 1 && page[0].template_id == 2);
  OK(vav_gallery_stage(used, zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  OK(vav_gallery_list_unstaged(page, &count, 3, used, 0, err));
  CHECK(count == 1 && page[0].person == 2);
  OK(vav_gallery_list_unstaged(page, &count, 3, used, 2, err));
  CHECK(count == 0);
  end();
}

static void move_without_templates(void) {
  const char *path = fresh_path("move_empty.vav");
  vav_gallery *now = NULL;
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t person = 0;
  options.set = "opencv-zoo";
  fields.name = "Ada";
  OK(vav_models_open(&zoo, &options, err));
  OK(vav_gallery_open(&used, path, models(), NULL, err));
  OK(vav_gallery_add_person(&person, used, &fields, err));
  REFUSED(VAV_E_WRONG_STATE, "nothing is staged", vav_gallery_move(used, models(), 0, err));
  OK(vav_gallery_move(used, zoo, 0, err));
  OK(vav_gallery_open(&now, path, zoo, NULL, err));
  vav_gallery_destroy(now);
  end();
}

static void test_vav_gallery_move(void) {
  const char *path = begin("move.vav");
  vav_gallery *watcher = NULL, *now = NULL;
  vav_matches *matches = NULL;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  OK(vav_gallery_open(&watcher, path, models(), NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_move(NULL, zoo, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "to", vav_gallery_move(used, NULL, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "leave_behind", vav_gallery_move(used, zoo, 2, err));
  REFUSED(VAV_E_WRONG_STATE, "2 of 2 templates", vav_gallery_move(used, zoo, 0, err));
  REFUSED(VAV_E_WRONG_STATE, "nothing is staged", vav_gallery_move(used, zoo, 1, err));
  OK(vav_gallery_stage(used, zoo, 2, other(2), VAV_EMBEDDING_DIM, err));
  REFUSED(VAV_E_WRONG_STATE, "1 (person 1)", vav_gallery_move(used, zoo, 0, err));
  REFUSED(VAV_E_WRONG_STATE, "nothing is staged", vav_gallery_move(used, models(), 1, err));
  OK(vav_gallery_begin(used, err));
  REFUSED(VAV_E_WRONG_STATE, "transaction", vav_gallery_move(used, zoo, 1, err));
  OK(vav_gallery_rollback(used, err));
  OK(vav_gallery_move(used, zoo, 1, err));
  REFUSED(VAV_E_GALLERY_RECIPE, "has moved", vav_gallery_get_info(used, &info, err));
  REFUSED_MAKE(matches, VAV_E_GALLERY_RECIPE, "has moved",
               vav_gallery_identify(&matches, watcher, ours, VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_GALLERY_RECIPE, "has moved", vav_gallery_begin(watcher, err));
  REFUSED_MAKE(now, VAV_E_GALLERY_RECIPE, "opencv-zoo", vav_gallery_open(&now, path, models(), NULL, err));
  OK(vav_gallery_open(&now, path, zoo, NULL, err));
  OK(vav_gallery_get_info(now, &info, err));
  CHECK(info.persons == 2 && info.templates == 1);
  OK(vav_gallery_identify(&matches, now, other(2), VAV_EMBEDDING_DIM, NULL, err));
  CHECK(vav_matches_decision(matches) == VAV_DECISION_MATCH && vav_matches_person(matches, 0) == 2);
  vav_matches_destroy(matches);
  vav_gallery_destroy(now);
  vav_gallery_destroy(watcher);
  end();
  move_without_templates();
}

static void test_vav_gallery_cancel_move(void) {
  begin("cancel.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_cancel_move(NULL, err));
  OK(vav_gallery_cancel_move(used, err)); /* nothing is staged */
  OK(vav_gallery_stage(used, zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  OK(vav_gallery_cancel_move(used, err));
  CHECK(status_now().under_way == 0 && status_now().staged == 0);
  end();
}

static vav_image *square(int32_t size) {
  static uint8_t bytes[3 * 330 * 330];
  vav_pixels pixels = VAV_PIXELS_INIT;
  vav_image *image = NULL;
  int i;
  for (i = 0; i < 3 * size * size; ++i) bytes[i] = (uint8_t)(i * 7 + i / 100);
  pixels.format = VAV_PIXEL_RGB;
  pixels.width = pixels.height = size;
  pixels.data[0] = bytes;
  OK(vav_image_wrap(&image, &pixels, err));
  return image;
}

static int same_pixels(const vav_image *a, const vav_image *b) {
  vav_pixels one = VAV_PIXELS_INIT, two = VAV_PIXELS_INIT;
  int32_t row;
  int same = vav_image_width(a) == vav_image_width(b) && vav_image_height(a) == vav_image_height(b);
  OK(vav_image_get_pixels(a, &one, err));
  OK(vav_image_get_pixels(b, &two, err));
  for (row = 0; same && row < one.height; ++row)
    same = memcmp(one.data[0] + row * one.stride[0], two.data[0] + row * two.stride[0], (size_t)(3 * one.width)) == 0;
  return same;
}

static void test_vav_gallery_keep_chip(void) {
  vav_image *chip = square(320), *large = square(321), *kept = NULL;
  begin("keep.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_keep_chip(NULL, 1, small_image(), err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "chip", vav_gallery_keep_chip(used, 1, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "width of chip", vav_gallery_keep_chip(used, 1, large, err));
  REFUSED(VAV_E_NOT_FOUND, "template", vav_gallery_keep_chip(used, 3, small_image(), err));
  vav_image_destroy(chip);
  chip = square(320);
  OK(vav_gallery_keep_chip(used, 1, small_image(), err));
  OK(vav_gallery_keep_chip(used, 1, chip, err)); /* in the place of the first */
  OK(vav_gallery_keep_chip(used, 2, small_image(), err));
  CHECK(status_now().kept_chips == 2);
  OK(vav_gallery_get_chip(&kept, used, 1, err));
  CHECK(same_pixels(kept, chip));
  vav_image_destroy(kept);
  OK(vav_gallery_remove_person(used, 2, err));
  CHECK(status_now().kept_chips == 1);
  vav_image_destroy(chip);
  vav_image_destroy(large);
  end();
}

static void test_vav_gallery_get_chip(void) {
  vav_image *kept = NULL;
  begin("kept.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_get_chip(NULL, used, 1, err));
  REFUSED_MAKE(kept, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_get_chip(&kept, NULL, 1, err));
  REFUSED_MAKE(kept, VAV_E_NOT_FOUND, "no chip", vav_gallery_get_chip(&kept, used, 1, err));
  OK(vav_gallery_keep_chip(used, 1, small_image(), err));
  OK(vav_gallery_get_chip(&kept, used, 1, err));
  CHECK(same_pixels(kept, small_image()));
  vav_image_destroy(kept);
  end();
}

static void test_vav_gallery_remove_chips(void) {
  begin("remove_chips.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_remove_chips(NULL, err));
  OK(vav_gallery_keep_chip(used, 1, small_image(), err));
  OK(vav_gallery_remove_chips(used, err));
  OK(vav_gallery_remove_chips(used, err)); /* none is left */
  CHECK(status_now().kept_chips == 0 && status_now().templates == 2);
  end();
}

static void test_vav_image_cut_face(void) {
  vav_image *cut = NULL;
  vav_faces *found = NULL, *again = NULL;
  vav_comparison compared = VAV_COMPARISON_INIT;
  if (!photo()) SKIP("no photo or no models");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_image_cut_face(NULL, photo(), photo_faces(), 0, err));
  REFUSED_MAKE(cut, VAV_E_INVALID_ARGUMENT, "image", vav_image_cut_face(&cut, NULL, photo_faces(), 0, err));
  REFUSED_MAKE(cut, VAV_E_INVALID_ARGUMENT, "faces", vav_image_cut_face(&cut, photo(), NULL, 0, err));
  REFUSED_MAKE(cut, VAV_E_INVALID_ARGUMENT, "index", vav_image_cut_face(&cut, photo(), photo_faces(), 1, err));
  REFUSED_MAKE(cut, VAV_E_INVALID_ARGUMENT, "outside of the picture",
               vav_image_cut_face(&cut, small_image(), photo_faces(), 0, err));
  OK(vav_engine_detect(&found, engine(), photo(), NULL, err));
  REFUSED_MAKE(cut, VAV_E_INVALID_ARGUMENT, "landmarks", vav_image_cut_face(&cut, photo(), found, 0, err));
  OK(vav_image_cut_face(&cut, photo(), photo_faces(), 0, err));
  CHECK(vav_image_width(cut) <= VAV_KEPT_CHIP_MAX && vav_image_width(cut) == vav_image_height(cut));
  OK(vav_engine_analyze(&again, engine(), cut, NULL, NULL, err));
  CHECK(vav_faces_count(again) == 1);
  OK(vav_compare(&compared, vav_faces_embedding(again, 0), vav_faces_embedding(photo_faces(), 0), VAV_EMBEDDING_DIM, 0,
                 err));
  CHECK(compared.decision == VAV_DECISION_MATCH && compared.distance < 0.2f);
  vav_faces_destroy(again);
  vav_faces_destroy(found);
  vav_image_destroy(cut);
}

static void test_vav_remake_result_name(void) {
  CHECK(strcmp(vav_remake_result_name(VAV_REMAKE_DONE), "done") == 0);
  CHECK(strcmp(vav_remake_result_name(VAV_REMAKE_DIFFERENT_FACE), "different_face") == 0);
  CHECK(strcmp(vav_remake_result_name(VAV_REMAKE_DIFFERENT_FACE + 1), "unknown") == 0);
  CHECK(strcmp(vav_remake_result_name(-1), "unknown") == 0);
}

static vav_engine *of_zoo;

static vav_status use_remake_options(const void *options) {
  vav_remade remade = VAV_REMADE_INIT;
  return vav_engine_remake(&remade, theirs, VAV_EMBEDDING_DIM, engine(), of_zoo, small_image(), ours, VAV_EMBEDDING_DIM,
                           options, err);
}

static vav_status use_remade(void *out) {
  return vav_engine_remake(out, theirs, VAV_EMBEDDING_DIM, engine(), of_zoo, small_image(), ours, VAV_EMBEDDING_DIM,
                           NULL, err);
}

/* The template of the photo's face, changed by as much. */
static const float *face_but(float by) {
  memcpy(ours, vav_faces_embedding(photo_faces(), 0), sizeof ours);
  ours[7] += by;
  return ours;
}

static void test_vav_engine_remake(void) {
  vav_remade remade = VAV_REMADE_INIT;
  vav_remake_options options = VAV_REMAKE_OPTIONS_INIT;
  vav_detect_options detect = VAV_DETECT_OPTIONS_INIT;
  vav_models_options of = VAV_MODELS_OPTIONS_INIT;
  vav_image *cut = NULL;
  int i;
  if (!photo()) SKIP("no photo or no models");
  of.set = "opencv-zoo";
  OK(vav_models_open(&zoo, &of, err));
  OK(vav_engine_create(&of_zoo, zoo, NULL, err));
  if (vav_engine_warm_up(of_zoo, VAV_DETECTOR_DEFAULT, VAV_ANALYZE_EMBEDDING, NULL) != VAV_OK) {
    vav_engine_destroy(of_zoo);
    vav_models_destroy(zoo);
    SKIP("no models of opencv-zoo");
  }
#define REMAKE(length, before, after, image, values, how) \
  vav_engine_remake(&remade, theirs, (length), (before), (after), (image), (values), VAV_EMBEDDING_DIM, (how), err)
  REFUSED(VAV_E_INVALID_ARGUMENT, "out",
          vav_engine_remake(NULL, theirs, 128, engine(), of_zoo, photo(), face_but(0), 128, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "made",
          vav_engine_remake(&remade, NULL, 128, engine(), of_zoo, photo(), face_but(0), 128, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "before", REMAKE(128, NULL, of_zoo, photo(), face_but(0), NULL));
  REFUSED(VAV_E_INVALID_ARGUMENT, "after", REMAKE(128, engine(), NULL, photo(), face_but(0), NULL));
  REFUSED(VAV_E_INVALID_ARGUMENT, "after", REMAKE(128, engine(), (void *)small_image(), photo(), face_but(0), NULL));
  REFUSED(VAV_E_INVALID_ARGUMENT, "image", REMAKE(128, engine(), of_zoo, NULL, face_but(0), NULL));
  REFUSED(VAV_E_INVALID_ARGUMENT, "of_template", REMAKE(128, engine(), of_zoo, photo(), NULL, NULL));
  REFUSED(VAV_E_INVALID_ARGUMENT, "made_length", REMAKE(512, engine(), of_zoo, photo(), face_but(0), NULL));
  REFUSED(VAV_E_INVALID_ARGUMENT, "length", REMAKE(0, engine(), of_zoo, photo(), face_but(0), NULL));
  REFUSED(VAV_E_INVALID_ARGUMENT, "of_template",
          vav_engine_remake(&remade, theirs, 128, engine(), of_zoo, photo(), face_but(0), 100, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "\"opencv-zoo\"", REMAKE(128, of_zoo, engine(), photo(), face_but(0), NULL));
  for (i = 0; i < 3; ++i)
    REFUSED(VAV_E_INVALID_ARGUMENT, "of_template",
            REMAKE(128, engine(), of_zoo, photo(), face_but(not_finite[i]), NULL));
  CHECK(remade.result == VAV_REMAKE_NOT_EVALUATED && remade.distance > 1e30f);
  options.threshold = 2;
  REFUSED(VAV_E_INVALID_ARGUMENT, "threshold", REMAKE(128, engine(), of_zoo, photo(), face_but(0), &options));
  options.threshold = 0;
  options.kept_chip = 2;
  REFUSED(VAV_E_INVALID_ARGUMENT, "kept_chip", REMAKE(128, engine(), of_zoo, photo(), face_but(0), &options));
  options.kept_chip = 0;
  options.reserved = 1;
  REFUSED(VAV_E_UNSUPPORTED, "reserved", REMAKE(128, engine(), of_zoo, photo(), face_but(0), &options));
  options.reserved = 0;
  options.after = &detect;
  detect.detector = VAV_DETECTOR_CNN;
  REFUSED(VAV_E_UNSUPPORTED, "cnn", REMAKE(128, engine(), of_zoo, photo(), face_but(0), &options));
  detect.detector = 7;
  REFUSED(VAV_E_INVALID_ARGUMENT, "detector 7", REMAKE(128, engine(), of_zoo, photo(), face_but(0), &options));
  options.after = NULL;
  INPUT_SIZES("options", options, use_remake_options);
  OUTPUT_SIZES("out", vav_remade, use_remade);

  theirs[0] = 9;
  OK(REMAKE(128, engine(), of_zoo, small_image(), face_but(0), NULL));
  CHECK(remade.result == VAV_REMAKE_NO_FACE && remade.distance > 1e30f && theirs[0] == 9);
  OK(REMAKE(128, engine(), of_zoo, photo(), face_but(3), NULL)); /* of the norm of no face: somebody else's */
  CHECK(remade.result == VAV_REMAKE_DIFFERENT_FACE && remade.distance > 2.9f && theirs[0] == 9);
  memset(ours, 0, sizeof ours);
  ours[0] = 1; /* of the norm 1, as those of other models are: a gallery may have it, and it is nobody's */
  OK(REMAKE(128, engine(), of_zoo, photo(), ours, NULL));
  CHECK(remade.result == VAV_REMAKE_DIFFERENT_FACE && theirs[0] == 9);
  OK(REMAKE(128, engine(), of_zoo, photo(), face_but(0.3f), NULL));
  CHECK(remade.result == VAV_REMAKE_DONE && remade.distance > 0.29f && remade.distance < 0.31f && !remade.same_picture);
  options.threshold = 0.2f;
  OK(REMAKE(128, engine(), of_zoo, photo(), face_but(0.3f), &options));
  CHECK(remade.result == VAV_REMAKE_DIFFERENT_FACE);
  options.threshold = 0;
  OK(REMAKE(128, engine(), of_zoo, photo(), face_but(0), NULL));
  CHECK(remade.result == VAV_REMAKE_DONE && remade.same_picture == 1 && remade.comparability == 0);
  CHECK(remade.box.right > remade.box.left && theirs[0] != 9);
  OK(vav_models_check_embedding(zoo, theirs, VAV_EMBEDDING_DIM, err));

  /* Of a kept chip, the middle is looked at where the detector sees nothing; sizes and regions are those of photos. */
  OK(vav_image_cut_face(&cut, photo(), photo_faces(), 0, err));
  detect.detector = VAV_DETECTOR_DEFAULT;
  detect.threshold = 10;
  options.before = &detect;
  OK(REMAKE(128, engine(), of_zoo, cut, face_but(0), &options));
  CHECK(remade.result == VAV_REMAKE_NO_FACE);
  options.kept_chip = 1;
  detect.roi.right = detect.roi.bottom = detect.min_face = 5000;
  OK(REMAKE(128, engine(), of_zoo, cut, face_but(0), &options));
  CHECK(remade.result == VAV_REMAKE_DONE && remade.distance < 0.3f);
  OK(REMAKE(128, engine(), of_zoo, small_image(), face_but(0), &options));
  CHECK(remade.result == VAV_REMAKE_NOT_COMPARABLE && remade.comparability > VAV_COMPARABLE);
  vav_image_destroy(cut);
  vav_engine_destroy(of_zoo);
  vav_models_destroy(zoo);
#undef REMAKE
}

const test_case move_cases[] = {
    CASE(vav_move_status_init),    CASE(vav_remade_init),           CASE(vav_remake_options_init),
    CASE(vav_remake_result_name),  CASE(vav_engine_remake),         CASE(vav_gallery_get_move),
    CASE(vav_gallery_stage),       CASE(vav_gallery_list_unstaged), CASE(vav_gallery_move),
    CASE(vav_gallery_cancel_move), CASE(vav_image_cut_face),        CASE(vav_gallery_keep_chip),
    CASE(vav_gallery_get_chip),    CASE(vav_gallery_remove_chips),  {NULL, NULL}};
