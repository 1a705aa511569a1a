/* Changing a gallery's keys, and forgetting people so that nothing of them is left. */
#ifndef VISAVIS_SECRECY_H
#define VISAVIS_SECRECY_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/* ---- Keys ---- */

/** What vav_gallery_rekey changes. */
typedef struct vav_rekey_options {
  uint32_t struct_size;
  int32_t reencrypt;              /* 1: a new data key, and every row sealed with it anew */
  const vav_gallery_key *new_key; /* what opens the gallery from now on; NULL = what does already */
} vav_rekey_options;

#define VAV_REKEY_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_rekey_options), 0, NULL }

/** Does what VAV_REKEY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_rekey_options_init(vav_rekey_options *options);

/**
 * Changes the keys of an encrypted gallery. With a new key alone, the data key is wrapped anew in one short
 * transaction: do that when the old key may have become known to somebody who never had the file. Somebody who had
 * both has the data key: then set `reencrypt`, which makes a new data key and seals every row with it, in short
 * steps between which others read, search and write. If that is interrupted at any moment, the gallery opens as
 * before, and the next call goes on from there.
 * Codes: WRONG_STATE (the gallery is not encrypted, or a transaction is open), INVALID_ARGUMENT (nothing is asked
 * for, or the key), CANCELLED.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_rekey(vav_gallery *gallery, const vav_rekey_options *options, vav_error *err);

/* ---- Forgetting ---- */

/** How much of a forgotten person is gone. Pending is an outcome and no error. */
typedef int32_t vav_erasure;
enum {
  VAV_ERASURE_DONE = 1,   /* every byte: table, free pages, log, memory */
  VAV_ERASURE_PENDING = 2 /* deleted and never matched again, but an older state of the file is still being read */
};

/** A receipt. */
typedef struct vav_erase_receipt {
  uint32_t struct_size;
  vav_erasure erasure;
  int64_t person;
  int64_t templates; /* how many were removed with the person */
  int64_t requested_at;
  int64_t erased_at; /* 0 while pending */
} vav_erase_receipt;

#define VAV_ERASE_RECEIPT_INIT \
  { (uint32_t)sizeof(vav_erase_receipt), 0, 0, 0, 0, 0 }

/** Does what VAV_ERASE_RECEIPT_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_erase_receipt_init(vav_erase_receipt *receipt);

/**
 * Removes a person and overwrites every byte of them: in the gallery's files, and in the memory of this handle.
 * Fills `*out` with a receipt. If another process still reads an older state of the file, this waits up to
 * `timeout_ms` (0..3,600,000); if that is not enough, the result is VAV_ERASURE_PENDING. The gallery remembers it,
 * and a later change, the next open for writing or vav_gallery_finish_erasing completes it.
 * Two things are not overwritten: of a plain gallery, SQLite may keep parts of rows in memory that it has freed,
 * until it uses that memory again; and what you were given, such as a list of persons, is overwritten when you
 * destroy it.
 * Codes: NOT_FOUND, WRONG_STATE (a transaction is open). On NOT_FOUND and WRONG_STATE nothing has changed. After any
 * other error the person may be removed already: they are never matched again, and vav_gallery_finish_erasing erases
 * what is left.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_forget_person(vav_erase_receipt *out, vav_gallery *gallery, int64_t person,
                                             int32_t timeout_ms, vav_error *err);

/**
 * Tries again to erase what is pending, for up to `timeout_ms` (0..3,600,000). Sets `*out` to VAV_ERASURE_DONE, or
 * to VAV_ERASURE_PENDING if somebody is still reading an older state.
 * Codes: WRONG_STATE (a transaction is open), INVALID_ARGUMENT (`timeout_ms`). On failure `*out` is
 * VAV_ERASURE_PENDING.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_finish_erasing(vav_erasure *out, vav_gallery *gallery, int32_t timeout_ms,
                                              vav_error *err);

VAV_END_DECLS

#endif
