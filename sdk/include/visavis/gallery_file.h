/* Care of a gallery's file: check, compact, backup, export and import. */
#ifndef VISAVIS_GALLERY_FILE_H
#define VISAVIS_GALLERY_FILE_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/** What a check found: one line for each problem, none if all is well. */
typedef struct vav_check_report vav_check_report;

/**
 * Reads the whole gallery and checks everything: the file as SQLite does, the tables, rows without an owner, persons,
 * groups, templates, the audit log, the recipe, the -wal file, and the index in memory. Problems are not an error: the
 * call returns VAV_OK, and the report has one line for each. The report is yours: destroy it with
 * vav_check_report_destroy.
 * Codes: those of every function with a gallery (gallery.h); GALLERY_CORRUPT only when the file cannot be read at
 * all.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_check(vav_check_report **out, vav_gallery *gallery, vav_error *err);
/** Frees the report; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_check_report_destroy(vav_check_report *report);
/** The number of problems; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_check_report_count(const vav_check_report *report);
/** The text of problem `index` (0..count-1); NULL for any other index. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_check_report_problem(const vav_check_report *report, int32_t index);

/**
 * Makes the file smaller: gives the space of removed data back to the disk. Needs as much memory as the file is long.
 * Codes: WRONG_STATE (a transaction is open), GALLERY_BUSY (others are writing), CANCELLED. On failure nothing has
 * changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_compact(vav_gallery *gallery, vav_error *err);

/* ---- Jobs ---- */

/**
 * Work that takes long. One of the functions below starts it, and vav_job_run does it piece by piece, so that you can
 * show the progress and stop. A job has its own connection: the gallery may be closed meanwhile, and changes of an open
 * transaction are not seen.
 * A file that it writes can be read by its owner only (mode 0600), and appears under its name when it is complete and
 * on disk. A file of that name is ALREADY_EXISTS, unless `overwrite` is 1: then it is replaced. GALLERY_BUSY: a program
 * has the file to replace open as a gallery, even for reading, or a log lies beside it. INVALID_ARGUMENT: the name is
 * that of the gallery itself, of a folder or device, or of SQLite's log of another file, which it makes by adding -wal,
 * -shm or -journal. If a job fails, the old file is still there. Since a job opens the gallery for itself, the codes of
 * vav_gallery_open may come, too.
 */
typedef struct vav_job vav_job;

/**
 * Starts a job that copies the gallery as it is at this moment; others may go on writing. The copy of an encrypted
 * gallery is encrypted with the same keys. `path` is the new file, UTF-8. The job is yours: destroy it with
 * vav_job_destroy.
 * Codes: ALREADY_EXISTS, GALLERY_BUSY and INVALID_ARGUMENT (see vav_job), FILE_NOT_FOUND (the folder), PERMISSION.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_start_backup(vav_job **out, vav_gallery *gallery, const char *path, int32_t overwrite,
                                            vav_error *err);

/**
 * Starts a job that writes everything into one file of the documented export format (gallery.md). The export is not
 * encrypted, even if the gallery is: keep it safe. The job is yours: destroy it with vav_job_destroy.
 * Codes: as for vav_gallery_start_backup.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_start_export(vav_job **out, vav_gallery *gallery, const char *path, int32_t overwrite,
                                            vav_error *err);

/**
 * Starts a job that adds everything from an exported file, in one transaction: all of it or nothing. `path` is the
 * exported file, UTF-8. Other writers, this handle too, wait from the start of the job to its end. A gallery that never
 * held a person keeps the exported ids; otherwise the persons get new ids. If the gallery already has a person's
 * external id, the job fails with ALREADY_EXISTS; with `skip_known` 1, that person is left out instead. The job is
 * yours: destroy it with vav_job_destroy.
 * Codes, here or from vav_job_run: GALLERY_FORMAT (not an export, or of a newer version), GALLERY_CORRUPT (a checksum
 * is wrong, or a value could not have been exported), GALLERY_RECIPE (made with another model), ALREADY_EXISTS,
 * FILE_NOT_FOUND, PERMISSION (the gallery was opened read-only), GALLERY_BUSY (somebody is writing), WRONG_STATE (this
 * handle has an open transaction), INVALID_ARGUMENT (`skip_known`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_start_import(vav_job **out, vav_gallery *gallery, const char *path, int32_t skip_known,
                                            vav_error *err);

/** How far a job is. The unit differs from job to job: show done / total. */
typedef struct vav_job_progress {
  uint32_t struct_size;
  int32_t finished; /* 1: all is done; 0: call vav_job_run again */
  int64_t done;     /* units done so far */
  int64_t total;    /* units in all; 0 = not known yet */
} vav_job_progress;

#define VAV_JOB_PROGRESS_INIT {(uint32_t)sizeof(vav_job_progress), 0, 0, 0}

/** Does what VAV_JOB_PROGRESS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_job_progress_init(vav_job_progress *progress);

/**
 * Works on a job for about `milliseconds` (0 = until it is finished). Sets `*out`, which may be NULL, to how far it is.
 * Call it again until `finished` is 1.
 * Codes: INVALID_ARGUMENT (`milliseconds` is negative) and STRUCT_SIZE (`out`): the job has not run, and can go on.
 * After any other error, which is one of the function that started the job or of those of every job (see vav_gallery),
 * the job can only be destroyed: every further call is WRONG_STATE. A handle from before a fork is WRONG_STATE, too.
 * @threads one-at-a-time @since 0.1
 */
VAV_API vav_status vav_job_run(vav_job *job, int32_t milliseconds, vav_job_progress *out, vav_error *err);

/** Frees the job. If it is not finished, what it did is undone. NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_job_destroy(vav_job *job);

VAV_END_DECLS

#endif
