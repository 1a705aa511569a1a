/* The gallery: persons and their templates in one SQLite file. Here: opening, what it holds, transactions. */
#ifndef VISAVIS_GALLERY_H
#define VISAVIS_GALLERY_H

#include "visavis/key.h"
#include "visavis/models.h"

VAV_BEGIN_DECLS

/**
 * An open gallery. Safe from any number of threads at once; several processes may open the same file, one of them
 * writes at a time. A change acknowledged with VAV_OK is on disk. In the child of a fork every call on a handle that
 * was opened before it is WRONG_STATE; open another one there. Times are milliseconds since 1970-01-01 UTC. A gallery
 * of an earlier version is brought up to date when it is opened for writing, whole or not at all. All functions may
 * return GALLERY_BUSY, GALLERY_CORRUPT, IO, DISK_FULL and PERMISSION besides the codes named.
 */
typedef struct vav_gallery vav_gallery;

/**
 * Asked now and then while a call on a gallery, its opening among them, or on one of its jobs takes long or waits for
 * another process, on the thread of that call: 0 makes the call give up with CANCELLED, and what it had not finished is
 * undone; what waits to erase stays pending. It must be quick and call nothing of this library.
 */
typedef int32_t vav_keep_going(void *user);

/** How to open. */
typedef int32_t vav_gallery_mode;
enum {
  VAV_GALLERY_OPEN_OR_CREATE = 0,
  VAV_GALLERY_MUST_EXIST = 1,  /* FILE_NOT_FOUND when it does not */
  VAV_GALLERY_MUST_BE_NEW = 2, /* ALREADY_EXISTS when it does */
  VAV_GALLERY_READ_ONLY = 3    /* must exist; every change gives PERMISSION */
};

/** When a change is acknowledged. In both cases a crash of the program or of the system never leaves half a change. */
typedef int32_t vav_durability;
enum {
  VAV_DURABILITY_FULL = 0,  /* when it is on disk: a power cut loses nothing */
  VAV_DURABILITY_NORMAL = 1 /* when the system has it: several times faster, a power cut may lose the last changes */
};

typedef struct vav_gallery_options {
  uint32_t struct_size;
  vav_gallery_mode mode;
  int32_t busy_timeout_ms; /* how long to wait for another writer, 0 = 5,000; at most 3,600,000 */
  vav_durability durability;
  const vav_gallery_key *key; /* NULL: not encrypted. A new gallery is encrypted when there is one */
  const char *audit_label;    /* who uses this handle, for the audit log: UTF-8, at most 1,024 bytes; NULL = "" */
  int32_t threads;  /* at most this many for one search, or for reading the gallery at the first one; 0 = 1: only
                       the caller's own thread; at most 256. More help above a million templates */
  int32_t reserved; /* 0 */
  vav_keep_going *keep_going; /* NULL: calls run to their end */
  void *keep_going_user;      /* what it is called with */
} vav_gallery_options;

#define VAV_GALLERY_OPTIONS_INIT {(uint32_t)sizeof(vav_gallery_options), 0, 0, 0, NULL, NULL, 0, 0, NULL, NULL}

/** Does what VAV_GALLERY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_gallery_options_init(vav_gallery_options *options);

/**
 * Opens a gallery, or creates one. `path` is UTF-8. A new gallery is stamped with the recipe of `models` (hash of
 * the embedding model, chip, metric). Reads no model file. The handle is yours: destroy it with vav_gallery_destroy.
 * Codes: FILE_NOT_FOUND and ALREADY_EXISTS (see vav_gallery_mode), GALLERY_RECIPE (stamped with another recipe),
 * GALLERY_FORMAT (no gallery, one of a newer version, or a file with a second name, by a hard link or by being
 * mounted alone: each name would get a log of its own), GALLERY_LOCKED (encrypted, and no key was given),
 * GALLERY_KEY (the key is wrong; or the gallery is not encrypted and a key was given, for somebody may have
 * exchanged the file), GALLERY_BUSY (others are writing, or it is open under another name), PERMISSION (also when a
 * file beside it belongs to somebody who may not write it), INVALID_ARGUMENT (the options).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_open(vav_gallery **out, const char *path, const vav_models *models,
                                    const vav_gallery_options *options, vav_error *err);

/**
 * Closes the gallery. A transaction that is open is rolled back. NULL is ignored. No call on the handle may be under
 * way.
 * @threads any, once @since 0.1
 */
VAV_API void vav_gallery_destroy(vav_gallery *gallery);

/** What the gallery holds. Texts are borrowed until the gallery is destroyed. */
typedef struct vav_gallery_info {
  uint32_t struct_size;
  int32_t schema_version;
  int64_t persons;
  int64_t templates;
  int64_t created_at;
  const char *model_sha256; /* of the embedding model */
  const char *recipe;       /* chip and metric, "chip=150,padding=0.25;metric=euclidean" */
  int32_t encrypted;        /* 1: templates and texts are sealed */
  int32_t reencrypting;     /* 1: vav_gallery_rekey has not come to its end */
  int32_t erase_pending;    /* 1: bytes of somebody who was forgotten are still in the log */
  int32_t audit;            /* 1: the audit log is on */
  float threshold;          /* the gallery's own; 0 = none */
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
 * Sets the threshold that decides wherever a search or a verification asks for none (0). It is kept in the gallery,
 * so that no caller forgets it. `threshold` is from 0.000001 to 1.2; 0 removes it, and vav_default_threshold()
 * decides again.
 * Codes: INVALID_ARGUMENT (`threshold`). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_set_threshold(vav_gallery *gallery, float threshold, vav_error *err);

/* ---- Transactions ---- */

/**
 * Begins a transaction. Until vav_gallery_commit, every change through this handle, from any thread, belongs to it;
 * a rollback or a crash undoes all of it. Other writers wait meanwhile.
 * Codes: WRONG_STATE (a transaction is open on this handle).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_begin(vav_gallery *gallery, vav_error *err);
/**
 * Makes all changes since vav_gallery_begin durable, all at once.
 * Codes: WRONG_STATE (no transaction is open). After any other failure, roll back: all changes are undone then.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_commit(vav_gallery *gallery, vav_error *err);
/**
 * Undoes all changes since vav_gallery_begin.
 * Codes: WRONG_STATE (no transaction is open).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_rollback(vav_gallery *gallery, vav_error *err);

VAV_END_DECLS

#endif
