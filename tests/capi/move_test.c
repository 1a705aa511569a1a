/* visavis/move.h: a gallery on its way to other models, and there. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_move_status)

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
  OK(vav_gallery_stage(used, zoo, 1, other(1), VAV_EMBEDDING_DIM, err));
  status = status_now();
  CHECK(status.under_way == 1 && status.to_these == 1 && status.staged == 1 && status.templates == 2);
  OK(vav_gallery_get_move(used, models(), &status, err));
  CHECK(status.under_way == 1 && status.to_these == 0);
  OK(vav_gallery_get_move(used, NULL, &status, err));
  CHECK(status.under_way == 1 && status.to_these == 0 && status.kept_chips == 0);
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

const test_case move_cases[] = {CASE(vav_move_status_init),
                                CASE(vav_gallery_get_move),
                                CASE(vav_gallery_stage),
                                CASE(vav_gallery_list_unstaged),
                                CASE(vav_gallery_move),
                                CASE(vav_gallery_cancel_move),
                                {NULL, NULL}};
