/* A gallery's file looked after: check, compact, backup, export and import. */
#ifndef VISAVIS_GALLERY_FILE_H
#define VISAVIS_GALLERY_FILE_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/** What a check found: no problem at all, or one line each. */
typedef struct vav_check_report vav_check_report;

/**
 * Reads the whole gallery and compares everything with everything: SQLite's own check, the tables, rows without an
 * owner, persons, groups, templates, the audit log, the recipe, the -wal file, and the index in memory. Problems are
 * an outcome and no error: VAV_OK, and one line for each in the report, which is yours to destroy with
 * vav_check_report_destroy.
 * Codes: those of every function with a gallery (gallery.h); GALLERY_CORRUPT only when the file cannot be read at
 * all.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_check(vav_check_report **out, vav_gallery *gallery, vav_error *err);
/** Frees the report; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_check_report_destroy(vav_check_report *report);
/** How many problems; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_check_report_count(const vav_check_report *report);
/** Problem `index` in words; NULL when there is none. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_check_report_problem(const vav_check_report *report, int32_t index);

/**
 * Gives the room of what was removed back to the disk. Takes as much memory as the file is long.
 * Codes: WRONG_STATE (a transaction is open), GALLERY_BUSY (others are writing), CANCELLED. On failure nothing has
 * changed.
 * @threads any @since 0.1
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

/**
 * Starts a job that copies the gallery as it is at this moment, while others go on writing. The copy of an encrypted
 * gallery is encrypted, by the same keys. `path` is the new file, UTF-8.
 * Codes: ALREADY_EXISTS, GALLERY_BUSY and INVALID_ARGUMENT (see vav_job), FILE_NOT_FOUND (the folder), PERMISSION.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_start_backup(vav_job **out, vav_gallery *gallery, const char *path, int32_t overwrite,
                                            vav_error *err);

/**
 * Starts a job that writes everything into one file of the documented export format (export.h). The export is not
 * encrypted, even if the gallery is; its mode 0600 lets only its owner read it. Keep it safe.
 * Codes: as for vav_gallery_start_backup.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_start_export(vav_job **out, vav_gallery *gallery, const char *path, int32_t overwrite,
                                            vav_error *err);

/**
 * Starts a job that adds all that an exported file holds, in one transaction: all of it or nothing. Other writers
 * wait from the start of the job to its end. A gallery that never held a person keeps the exported ids; otherwise
 * new ids are assigned. A person whose external id is in the gallery already fails the job with ALREADY_EXISTS, or
 * is left out if `skip_known` is 1.
 * Codes, here or from vav_job_run: GALLERY_FORMAT (no export, or of a newer version), GALLERY_CORRUPT (a checksum
 * does not fit), GALLERY_RECIPE (made by another model), ALREADY_EXISTS, FILE_NOT_FOUND, PERMISSION (opened
 * read-only), GALLERY_BUSY (somebody is writing, an open transaction of this handle included).
 * @threads any @since 0.1
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
 * Works on a job for about `milliseconds` (0 = until it is finished) and says in `*out`, which may be NULL, how far
 * it is. Call it again until `finished` is 1.
 * Codes: those of the function that started the job, DISK_FULL, IO, CANCELLED. After an error the job can only be
 * destroyed: every further call is WRONG_STATE.
 * @threads one-at-a-time @since 0.1
 */
VAV_API vav_status vav_job_run(vav_job *job, int32_t milliseconds, vav_job_progress *out, vav_error *err);

/** Ends the job; an unfinished one leaves nothing behind. NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_job_destroy(vav_job *job);

VAV_END_DECLS

#endif
