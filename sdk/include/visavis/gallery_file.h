/* A gallery's file looked after: check, compact, backup, export and import. */
#ifndef VISAVIS_GALLERY_FILE_H
#define VISAVIS_GALLERY_FILE_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/** What a check found: no problem at all, or one line each. */
typedef struct vav_check_report vav_check_report;

/** Reads the whole file: SQLite's integrity, tables, orphans, persons, groups, templates, recipe, and the index against
 * it. VAV_OK also when problems were found. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_check(vav_check_report **out, vav_gallery *gallery, vav_error *err);
/** Frees the report; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_check_report_destroy(vav_check_report *report);
/** How many problems; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_check_report_count(const vav_check_report *report);
/** Problem `index` in words; NULL when there is none. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_check_report_problem(const vav_check_report *report, int32_t index);

/**
 * Gives the room of what was removed back to the disk; takes as much memory as the file is long. Codes: WRONG_STATE in
 * a transaction, GALLERY_BUSY while others write. @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_compact(vav_gallery *gallery, vav_error *err);

/* ---- Jobs ---- */

/**
 * Work that takes a while: started by one of the functions below, done by vav_job_run piece by piece, so that the
 * caller can show how far it is and stop it. It has a connection of its own, and the gallery may be closed meanwhile;
 * it sees what was committed, not an open transaction. Files it writes are its owner's alone (mode 0600) and appear
 * under their names when they are whole and on disk; one that is there is ALREADY_EXISTS unless `overwrite` is 1; then
 * it is replaced, unless a program has it open as a gallery, read-only too, or a log lies beside it: GALLERY_BUSY. When a
 * job fails, what was there is still there. A name that SQLite uses for the log of another file (in -wal, -shm or
 * -journal, beside it) is INVALID_ARGUMENT.
 */
typedef struct vav_job vav_job;

/** Copies the gallery as it is when this is called, while others go on writing. An encrypted one stays encrypted.
 * @threads any @since 0.1 */
VAV_API vav_status vav_gallery_start_backup(vav_job **out, vav_gallery *gallery, const char *path, int32_t overwrite,
                                            vav_error *err);

/** Writes everything into one file of the documented export format. It is readable, whatever the gallery is. @threads
 * any @since 0.1 */
VAV_API vav_status vav_gallery_start_export(vav_job **out, vav_gallery *gallery, const char *path, int32_t overwrite,
                                            vav_error *err);

/**
 * Adds all that an exported file holds, in one transaction that keeps other writers out. A gallery that nobody was ever
 * in takes over the ids; else they are new. An external id that is there is ALREADY_EXISTS for all, or with
 * `skip_known` 1 leaves out that person. Codes: GALLERY_FORMAT, GALLERY_CORRUPT, GALLERY_RECIPE (of the file). @threads
 * any @since 0.1
 */
VAV_API vav_status vav_gallery_start_import(vav_job **out, vav_gallery *gallery, const char *path, int32_t skip_known,
                                            vav_error *err);

/** How far a job is, in units of its own. */
typedef struct vav_job_progress {
  uint32_t struct_size;
  int32_t finished; /* 1: all is done */
  int64_t done;
  int64_t total; /* 0 = not known yet */
} vav_job_progress;

#define VAV_JOB_PROGRESS_INIT {(uint32_t)sizeof(vav_job_progress), 0, 0, 0}

/** Does what VAV_JOB_PROGRESS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_job_progress_init(vav_job_progress *progress);

/**
 * Goes on for about so many milliseconds (0 = to the end) and tells how far it is; `out` may be NULL. After an error
 * the job can only be destroyed: WRONG_STATE. @threads one-at-a-time @since 0.1
 */
VAV_API vav_status vav_job_run(vav_job *job, int32_t milliseconds, vav_job_progress *out, vav_error *err);

/** Ends the job; an unfinished one leaves nothing behind. NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_job_destroy(vav_job *job);

VAV_END_DECLS

#endif
