/* Changing the keys of a gallery, and forgetting people: removing them and overwriting every byte. */
#ifndef VISAVIS_SECRECY_H
#define VISAVIS_SECRECY_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/* ---- Keys ---- */

/** What vav_gallery_rekey changes. */
typedef struct vav_rekey_options {
  uint32_t struct_size;
  int32_t reencrypt;              /* 1: make a new data key and encrypt every row again with it */
  const vav_gallery_key *new_key; /* the key that opens the gallery from now on; NULL = the same as before */
} vav_rekey_options;

#define VAV_REKEY_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_rekey_options), 0, NULL }

/** Does what VAV_REKEY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_rekey_options_init(vav_rekey_options *options);

/**
 * Changes the keys of an encrypted gallery. A new key alone is quick: only the data key is encrypted again. That is
 * enough if a person may know the old key but never had the file. A person who had both also has the data key: then set
 * `reencrypt`. It makes a new data key and encrypts every row with it, in short steps; between them others can read,
 * search and write.
 * `new_key` is changed first: once that is done, only the new key opens the gallery, also if a later step fails or is
 * stopped. Rows that were not encrypted again by then still can be read; a call with `reencrypt` 1 goes on from there.
 * This handle must hold the key that opens the gallery at that moment. If somebody else has changed it before, nothing
 * changes; if somebody changes it while rows are encrypted again, the old data key stays until a call with the new key.
 * Codes: WRONG_STATE (the gallery is not encrypted, or a transaction is open), INVALID_ARGUMENT (neither new_key nor
 * reencrypt is set, or new_key does not have exactly one of key, passphrase and callback), CANCELLED, GALLERY_KEY
 * (somebody else changed the key, and yours no longer opens the gallery), or what a key callback returned.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_rekey(vav_gallery *gallery, const vav_rekey_options *options, vav_error *err);

/* ---- Forgetting ---- */

/** How much of a forgotten person is gone. Pending is not an error. */
typedef int32_t vav_erasure;
enum {
  VAV_ERASURE_DONE = 1,   /* every byte was overwritten: in the tables, free pages, the log and memory */
  VAV_ERASURE_PENDING = 2 /* removed and never matched again; not yet overwritten: somebody reads an older state */
};

/** A receipt for a forgotten person. Times are milliseconds since 1970-01-01 UTC. */
typedef struct vav_erase_receipt {
  uint32_t struct_size;
  vav_erasure erasure;  /* whether every byte is gone */
  int64_t person;       /* the id that the person had */
  int64_t templates;    /* number of templates that were removed with the person */
  int64_t requested_at; /* when the call began */
  int64_t erased_at;    /* when every byte was overwritten; 0 = it is pending */
} vav_erase_receipt;

#define VAV_ERASE_RECEIPT_INIT \
  { (uint32_t)sizeof(vav_erase_receipt), 0, 0, 0, 0, 0 }

/** Does what VAV_ERASE_RECEIPT_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_erase_receipt_init(vav_erase_receipt *receipt);

/**
 * Removes a person and overwrites every byte of them: in the gallery's files, and in the memory of this handle. Sets
 * `*out` to a receipt. If another process still reads an older state of the file, the call waits up to `timeout_ms`
 * (0..3,600,000); if that is not enough, the receipt says VAV_ERASURE_PENDING. The next change through any handle, the
 * next open for writing or vav_gallery_finish_erasing erases what is left, once nobody reads that state any more.
 * Two things are not overwritten at once. For a plain gallery, SQLite may keep parts of rows in memory that it has
 * freed, until it uses that memory again. And what you were given, such as a list of persons, is overwritten when you
 * destroy it.
 * Codes: NOT_FOUND, WRONG_STATE (a transaction is open), INVALID_ARGUMENT (`timeout_ms`). After these nothing has
 * changed. After any other error the person may be removed already: they are never matched again, and
 * vav_gallery_finish_erasing erases what is left.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_forget_person(vav_erase_receipt *out, vav_gallery *gallery, int64_t person,
                                             int32_t timeout_ms, vav_error *err);

/**
 * Tries again to overwrite what is pending, for up to `timeout_ms` (0..3,600,000). Sets `*out` to VAV_ERASURE_DONE, or
 * to VAV_ERASURE_PENDING if somebody still reads an older state.
 * Codes: WRONG_STATE (a transaction is open), INVALID_ARGUMENT (`timeout_ms`). On failure `*out` is
 * VAV_ERASURE_PENDING, whatever the reason.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_finish_erasing(vav_erasure *out, vav_gallery *gallery, int32_t timeout_ms,
                                              vav_error *err);

VAV_END_DECLS

#endif
