/* The gallery: persons and their templates in one SQLite file. Here: opening, what it holds, transactions. */
#ifndef VISAVIS_GALLERY_H
#define VISAVIS_GALLERY_H

#include "visavis/key.h"
#include "visavis/models.h"

VAV_BEGIN_DECLS

/**
 * An open gallery. Any number of threads may use it at once. Several processes may open the same file; one of them
 * writes at a time. When a change returns VAV_OK, it is on disk (but see vav_durability). After a fork, the child cannot
 * use a handle that was opened before; it can open the file again. Times are milliseconds since 1970-01-01 UTC. A
 * gallery of an earlier version is updated when it is opened for writing, completely or not at all.
 * All functions with a gallery and all jobs may return these codes besides those that they name: GALLERY_BUSY (another
 * writer held the lock for longer than busy_timeout_ms), GALLERY_CORRUPT, IO, DISK_FULL, PERMISSION (also every change
 * through a handle that was opened read-only), CANCELLED (your keep_going returned 0), WRONG_STATE (the handle is from
 * before a fork; a transaction was undone, see vav_gallery_begin; the machine's clock is before 1970 or beyond any
 * calendar), GALLERY_KEY (somebody has changed the key since the gallery was opened), GALLERY_RECIPE (somebody has moved it
 * to other models since), GALLERY_FORMAT (a newer version has updated the file since), and what your key callback returned.
 */
typedef struct vav_gallery vav_gallery;

/**
 * Your function that says whether to go on. The library calls it now and then while a call takes long or waits for
 * another process: opening a gallery, a call on it, or one of its jobs. It runs on the thread of that call. If it
 * returns 0, the call ends with CANCELLED and what it had not finished is undone; erasing stays pending. It must be
 * quick and must not call this library.
 */
typedef int32_t vav_keep_going(void *user);

/** How to open a gallery. */
typedef int32_t vav_gallery_mode;
enum {
  VAV_GALLERY_OPEN_OR_CREATE = 0, /* open the file; create it if it does not exist */
  VAV_GALLERY_MUST_EXIST = 1,     /* open the file; FILE_NOT_FOUND if it does not exist */
  VAV_GALLERY_MUST_BE_NEW = 2,    /* create the file; ALREADY_EXISTS if it exists */
  VAV_GALLERY_READ_ONLY = 3       /* open the file for reading; every change is PERMISSION */
};

/** When a change returns. With both, a crash of the program or of the system never leaves half a change. */
typedef int32_t vav_durability;
enum {
  VAV_DURABILITY_FULL = 0,  /* when it is on disk: a power cut loses nothing */
  VAV_DURABILITY_NORMAL = 1 /* when the system has it: several times faster; a power cut may lose the last changes */
};

/** How to open a gallery. NULL or all zero: open or create it, without a key. */
typedef struct vav_gallery_options {
  uint32_t struct_size;
  vav_gallery_mode mode;      /* whether the file must exist, and whether to write; 0 = open or create */
  int32_t busy_timeout_ms;    /* how long to wait for another writer, 1..3,600,000 ms; 0 = 5,000 */
  vav_durability durability;  /* when a change returns; 0 = when it is on disk */
  const vav_gallery_key *key; /* opens an encrypted gallery, and encrypts a new one; NULL = not encrypted */
  const char *audit_label;    /* who uses this handle, for the audit log: UTF-8, at most 1,024 bytes; NULL = "" */
  int32_t threads;            /* how many threads one search may use, the caller's included: 1..256; 0 = 1. More than
                                 one helps above a million templates, and at the first search, which reads them all */
  int32_t reserved;           /* 0 */
  vav_keep_going *keep_going; /* a function that may stop long calls; NULL = calls run to their end */
  void *keep_going_user;      /* the argument of keep_going; may be NULL */
} vav_gallery_options;

#define VAV_GALLERY_OPTIONS_INIT {(uint32_t)sizeof(vav_gallery_options), 0, 0, 0, NULL, NULL, 0, 0, NULL, NULL}

/** Does what VAV_GALLERY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_gallery_options_init(vav_gallery_options *options);

/**
 * Opens a gallery, or creates one. `path` is UTF-8. A new gallery is stamped with the recipe of `models` (hash of
 * the embedding model, chip, metric). Reads no model file. The handle is yours: destroy it with vav_gallery_destroy.
 * Codes: FILE_NOT_FOUND and ALREADY_EXISTS (see vav_gallery_mode), GALLERY_RECIPE (stamped with another recipe),
 * GALLERY_FORMAT (not a gallery; one of a newer version; one of an earlier version that is opened read-only; or a file
 * with a second name, by a hard link or by a mount of this file alone: each name would get its own log), GALLERY_LOCKED
 * (encrypted, and no key was given), GALLERY_KEY (the key is wrong; or a key was given and the gallery is not encrypted:
 * somebody may have exchanged the file), GALLERY_BUSY (others are writing; it is open under another name; or there is
 * no gallery, but the log of one), PERMISSION (also when a file beside it belongs to somebody who may not write the
 * gallery), INVALID_ARGUMENT (the options, or a path that SQLite takes for the log of another file), WRONG_STATE (this
 * process was forked while SQLite was busy in it), and those of every function with a gallery. On failure no gallery is
 * made, and one that is there stays as it was.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_open(vav_gallery **out, const char *path, const vav_models *models,
                                    const vav_gallery_options *options, vav_error *err);

/**
 * Sets `*out` to the name of the set of models that a gallery or an export was made with, such as "dlib", for
 * vav_models_options.set: then vav_gallery_open takes these models. "" if it is a model of your own. Needs no key. The
 * text is static. Changes nothing. Codes: FILE_NOT_FOUND, TEXT_ENCODING (`path`), INVALID_ARGUMENT (NULL), and
 * those of vav_gallery_open for a file that is there. On failure `*out` is "".
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_model_set(const char **out, const char *path, vav_error *err);

/**
 * Closes the gallery. A transaction that is open is rolled back. NULL is ignored. No call on the handle may be under
 * way.
 * @threads any, once @since 0.1
 */
VAV_API void vav_gallery_destroy(vav_gallery *gallery);

/** What a gallery holds and how it is set. The texts are borrowed until the gallery is destroyed. */
typedef struct vav_gallery_info {
  uint32_t struct_size;
  int32_t schema_version;   /* the version of the file format */
  int64_t persons;          /* number of persons */
  int64_t templates;        /* number of templates */
  int64_t created_at;       /* when the gallery was created */
  const char *model_sha256; /* SHA-256 of the embedding model, 64 hexadecimal digits */
  const char *recipe;       /* chip and metric of the templates: "chip=150,padding=0.25;metric=euclidean" */
  int32_t encrypted;        /* 1: templates and texts are encrypted */
  int32_t reencrypting;     /* 1: vav_gallery_rekey with `reencrypt` is not finished */
  int32_t erase_pending;    /* 1: the bytes of a forgotten person are not all overwritten yet */
  int32_t audit;            /* 1: the audit log is on */
  float threshold;          /* the gallery's own threshold; 0 = none: VAV_PRESET_STANDARD decides */
  int32_t reserved;         /* 0 */
} vav_gallery_info;

#define VAV_GALLERY_INFO_INIT \
  { (uint32_t)sizeof(vav_gallery_info), 0, 0, 0, 0, NULL, NULL, 0, 0, 0, 0, 0, 0 }

/** Does what VAV_GALLERY_INFO_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_gallery_info_init(vav_gallery_info *info);

/**
 * Fills `*out` with what the gallery holds and how it is set. Its texts are borrowed until the gallery is destroyed.
 * Codes: those of every function with a gallery.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_get_info(vav_gallery *gallery, vav_gallery_info *out, vav_error *err);

/**
 * Sets the gallery's own threshold, which is stored in the file. It is used by every search and verification that gives
 * neither a threshold nor a rate nor a preset. `threshold` is 0.000001 to 1.2; 0 removes it: then VAV_PRESET_STANDARD
 * decides.
 * Codes: INVALID_ARGUMENT (`threshold`). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_set_threshold(vav_gallery *gallery, float threshold, vav_error *err);

/* ---- Transactions ---- */

/**
 * Begins a transaction. Until vav_gallery_commit, every change through this handle, from any thread, belongs to it; a
 * rollback or a crash undoes all of it. Other writers wait meanwhile.
 * If a change within it fails or is stopped, only that change is undone, and the transaction stays open. The exception:
 * memory is too short to undo it, or the disk is full or fails. Then all changes since vav_gallery_begin are undone.
 * Any call may find this out, also one that only reads. You still have to end the transaction, by vav_gallery_rollback
 * (it returns VAV_OK) or vav_gallery_commit (it returns WRONG_STATE). Until then every change through this handle is
 * WRONG_STATE, and searches and lists see the file without the transaction.
 * Codes: WRONG_STATE (a transaction is open on this handle).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_begin(vav_gallery *gallery, vav_error *err);
/**
 * Makes all changes since vav_gallery_begin durable, all at once: they are on disk, or the system has them (see
 * vav_durability).
 * Codes: WRONG_STATE (no transaction is open; or it was undone before, see vav_gallery_begin, and has ended now without
 * a change). After any other failure the transaction is still to be ended: roll back, and all changes are undone.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_commit(vav_gallery *gallery, vav_error *err);
/**
 * Undoes all changes since vav_gallery_begin. After VAV_OK none of them is in the file, and none comes back after a
 * crash.
 * Codes: WRONG_STATE (no transaction is open), IO (the commit had failed before, and the disk still fails: the
 * transaction has ended and is undone, but its changes may come back if the program or the machine stops before another
 * change succeeds).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_rollback(vav_gallery *gallery, vav_error *err);

VAV_END_DECLS

#endif
