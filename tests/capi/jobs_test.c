/* visavis/gallery_file.h: compact, backup, export, import. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_job_progress)

static vav_gallery *used; /* Ada with one template */

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }
static vav_job *not_a_job(void) { return (vav_job *)(void *)small_image(); }

static void use_ada(const char *file) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t id = 0;
  used = new_gallery(file);
  fields.name = "Ada";
  fields.external_id = "badge 1";
  OK(vav_gallery_add_person(&id, used, &fields, err));
  OK(vav_gallery_add_template(&id, used, id, flat_embedding(1), VAV_EMBEDDING_DIM, NULL, err));
}

static void destroy_used(void) {
  vav_gallery_destroy(used);
  used = NULL;
}

static int64_t persons_in(vav_gallery *gallery) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  OK(vav_gallery_get_info(gallery, &info, err));
  return info.persons;
}

static void run_to_the_end(vav_job *job) {
  vav_job_progress progress = VAV_JOB_PROGRESS_INIT;
  OK(vav_job_run(job, 0, &progress, err));
  CHECK(progress.finished == 1 && progress.done == progress.total && progress.total > 0);
  vav_job_destroy(job);
}

/* What the three starting functions have to refuse alike. */
#define REFUSED_START(start, path)                                                                      \
  do {                                                                                                  \
    vav_job *job_ = NULL;                                                                               \
    REFUSED(VAV_E_INVALID_ARGUMENT, "out", start(NULL, used, path, 0, err));                            \
    REFUSED_MAKE(job_, VAV_E_INVALID_ARGUMENT, "gallery", start(&job_, NULL, path, 0, err));            \
    REFUSED_MAKE(job_, VAV_E_INVALID_ARGUMENT, "gallery", start(&job_, not_a_gallery(), path, 0, err)); \
    REFUSED_MAKE(job_, VAV_E_INVALID_ARGUMENT, "path", start(&job_, used, NULL, 0, err));               \
    REFUSED_MAKE(job_, VAV_E_INVALID_ARGUMENT, "path", start(&job_, used, "", 0, err));                 \
    REFUSED_MAKE(job_, VAV_E_INVALID_ARGUMENT, "path", start(&job_, used, endless_text, 0, err));       \
    REFUSED_MAKE(job_, VAV_E_TEXT_ENCODING, "path", start(&job_, used, bad_texts[0], 0, err));          \
    REFUSED_MAKE(job_, VAV_E_INVALID_ARGUMENT, "0 nor 1", start(&job_, used, path, 2, err));            \
  } while (0)

static void test_vav_gallery_compact(void) {
  use_ada("compact.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_compact(NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_compact(not_a_gallery(), err));
  OK(vav_gallery_compact(used, err));
  CHECK(persons_in(used) == 1);
  OK(vav_gallery_begin(used, err));
  REFUSED(VAV_E_WRONG_STATE, "transaction", vav_gallery_compact(used, err));
  OK(vav_gallery_rollback(used, err));
  destroy_used();
}

static void test_vav_gallery_start_backup(void) {
  vav_job *job = NULL;
  vav_gallery *copy = NULL;
  const char *path = fresh_path("the_copy.vav");
  use_ada("original.vav");
  REFUSED_START(vav_gallery_start_backup, path);
  OK(vav_gallery_start_backup(&job, used, path, 0, err));
  run_to_the_end(job);
  REFUSED_MAKE(job, VAV_E_ALREADY_EXISTS, "the_copy", vav_gallery_start_backup(&job, used, path, 0, err));
  OK(vav_gallery_start_backup(&job, used, path, 1, err));
  destroy_used(); /* a job needs the gallery no more */
  run_to_the_end(job);
  OK(vav_gallery_open(&copy, path, models(), NULL, err));
  CHECK(persons_in(copy) == 1);
  REFUSED_MAKE(job, VAV_E_INVALID_ARGUMENT, "itself", vav_gallery_start_backup(&job, copy, path, 1, err));
  vav_gallery_destroy(copy);
}

static void test_vav_gallery_start_export(void) {
  vav_job *job = NULL;
  const char *path = fresh_path("people.export"), *set;
  FILE *file;
  char line[32] = "";
  use_ada("exported.vav");
  REFUSED_START(vav_gallery_start_export, path);
  OK(vav_gallery_start_export(&job, used, path, 0, err));
  file = fopen(path, "rb");
  CHECK(file == NULL); /* appears when it is whole */
  run_to_the_end(job);
  file = fopen(path, "rb");
  CHECK(file && fgets(line, sizeof line, file) && strcmp(line, "visavis-export 1\n") == 0);
  if (file) fclose(file);
  OK(vav_gallery_model_set(&set, path, err));
  CHECK(strcmp(set, "dlib") == 0);
  destroy_used();
}

static void test_vav_gallery_start_import(void) {
  vav_job *job = NULL;
  vav_gallery *fresh;
  vav_job_progress progress = VAV_JOB_PROGRESS_INIT;
  char path[1000]; /* longer than fresh_path keeps it */
  strcpy(path, fresh_path("to_import.export"));
  use_ada("from.vav");
  OK(vav_gallery_start_export(&job, used, path, 0, err));
  run_to_the_end(job);
  REFUSED_START(vav_gallery_start_import, path);
  REFUSED_MAKE(job, VAV_E_FILE_NOT_FOUND, "none", vav_gallery_start_import(&job, used, fresh_path("none"), 0, err));
  fresh = new_gallery("into.vav");
  OK(vav_gallery_start_import(&job, fresh, path, 0, err));
  run_to_the_end(job);
  CHECK(persons_in(fresh) == 1);
  OK(vav_gallery_start_import(&job, fresh, path, 1, err));
  run_to_the_end(job);
  CHECK(persons_in(fresh) == 1);
  OK(vav_gallery_start_import(&job, fresh, path, 0, err));
  CHECK(vav_job_run(job, 0, &progress, err) == VAV_E_ALREADY_EXISTS && strstr(err->message, "badge 1"));
  REFUSED(VAV_E_WRONG_STATE, "failed", vav_job_run(job, 0, &progress, err));
  vav_job_destroy(job);
  vav_gallery_destroy(fresh);
  destroy_used();
}

static vav_job *running; /* finished: it may be run again */
static vav_status use_progress(void *out) { return vav_job_run(running, 1, out, err); }

static void test_vav_job_run(void) {
  use_ada("run.vav");
  OK(vav_gallery_start_export(&running, used, fresh_path("run.export"), 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "job", vav_job_run(NULL, 0, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "job", vav_job_run(not_a_job(), 0, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "milliseconds", vav_job_run(running, -1, NULL, err));
  OK(vav_job_run(running, 0, NULL, err));
  OUTPUT_SIZES("out", vav_job_progress, use_progress);
  vav_job_destroy(running);
  destroy_used();
}

static void test_vav_job_destroy(void) {
  vav_job *job = NULL;
  const char *path = fresh_path("stopped.export");
  FILE *file;
  vav_job_destroy(NULL);
  vav_job_destroy(not_a_job()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
  use_ada("stopped.vav");
  OK(vav_gallery_start_export(&job, used, path, 0, err));
  vav_job_destroy(job);
  file = fopen(path, "rb");
  CHECK(file == NULL);
  destroy_used();
}

const test_case jobs_cases[] = {CASE(vav_job_progress_init),    CASE(vav_gallery_compact),
                                CASE(vav_gallery_start_backup), CASE(vav_gallery_start_export),
                                CASE(vav_gallery_start_import), CASE(vav_job_run),
                                CASE(vav_job_destroy),          {NULL, NULL}};
