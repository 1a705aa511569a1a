/* The audit log of a gallery: who was let in and who was not, who was enrolled and removed. Off until turned on. */
#ifndef VISAVIS_AUDIT_H
#define VISAVIS_AUDIT_H

#include "visavis/compare.h"
#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/** What happened. */
typedef int32_t vav_audit_event;
enum {
  VAV_AUDIT_ON = 1,
  VAV_AUDIT_OFF = 2,
  VAV_AUDIT_IDENTIFY = 3,
  VAV_AUDIT_VERIFY = 4,
  VAV_AUDIT_ENROLL = 5, /* a template was added */
  VAV_AUDIT_REMOVE = 6, /* a person, or one template */
  VAV_AUDIT_FORGET = 7,
  VAV_AUDIT_REKEY = 8,
  VAV_AUDIT_THRESHOLD = 9 /* the gallery's own threshold was set */
};

/**
 * Turns the audit log on (1) or off (0). While it is on, every identify and verify adds one entry, which is on disk
 * before the answer is given; if it cannot be written, the call fails and gives no answer. Adding or removing a
 * template, removing, purging or forgetting a person, rekeying and setting the gallery's threshold add one entry
 * each, in the same transaction as the change; other changes (a person's fields, groups, imports) add none. Entries
 * are never changed or removed.
 * Codes: WRONG_STATE (a transaction is open), INVALID_ARGUMENT (`on`). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_set_audit(vav_gallery *gallery, int32_t on, vav_error *err);

/** What a verification found. */
typedef struct vav_audit_report {
  uint32_t struct_size;
  int32_t sound;       /* 1: no entry was altered, removed or moved */
  int64_t entries;     /* how many are, from the first */
  int64_t first_wrong; /* the number of the first that is not; 0 = none */
  char head[96];       /* text: keep it elsewhere, and later entries that are cut off are noticed as well */
} vav_audit_report;

#define VAV_AUDIT_REPORT_INIT                          \
  {                                                    \
    (uint32_t)sizeof(vav_audit_report), 0, 0, 0, { 0 } \
  }

/** Does what VAV_AUDIT_REPORT_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_audit_report_init(vav_audit_report *report);

/**
 * Reads the whole log and says in `*out` whether its chain is unbroken. `expected_head` is the head of an earlier
 * report, which the chain must contain, or NULL. A log that is not sound is an outcome and no error. In an encrypted
 * gallery the chain has a secret key. In a plain one, whoever may write the file could make a new chain; only a head
 * that you keep elsewhere shows that.
 * Codes: INVALID_ARGUMENT (`expected_head` is no head).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_verify_audit(vav_audit_report *out, vav_gallery *gallery, const char *expected_head,
                                            vav_error *err);

/** Entries of the log, by number. Owns its memory, immutable. */
typedef struct vav_audit_entries vav_audit_entries;

/**
 * Lists up to `limit` (1..1,000,000) entries with numbers above `after`, in ascending order, without verifying them.
 * The list is yours: destroy it with vav_audit_entries_destroy.
 * Codes: INVALID_ARGUMENT (`limit`, `after`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_audit(vav_audit_entries **out, vav_gallery *gallery, int64_t after, int32_t limit,
                                          vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_audit_entries_destroy(vav_audit_entries *entries);
/** How many; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_audit_entries_count(const vav_audit_entries *entries);

/** One entry. Texts are borrowed until the list is destroyed. */
typedef struct vav_audit_entry {
  uint32_t struct_size;
  vav_audit_event event;
  int64_t number; /* 1, 2, 3, … */
  int64_t time;
  int64_t person;        /* who was recognised, verified, enrolled or removed; 0 = nobody */
  int64_t template_id;   /* 0 = none */
  vav_decision decision; /* of IDENTIFY and VERIFY */
  float distance;        /* to the nearest person; smaller is closer; infinity = there was nobody */
  float threshold;
  int32_t reserved;
  const char *label;  /* the audit_label of the handle */
  const char *recipe; /* what the distance means */
  int64_t
      near_person; /* of IDENTIFY without a match: the nearest person, if within 1.25 thresholds; 0 = nobody was near */
} vav_audit_entry;

#define VAV_AUDIT_ENTRY_INIT \
  { (uint32_t)sizeof(vav_audit_entry), 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, 0 }

/** Does what VAV_AUDIT_ENTRY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_audit_entry_init(vav_audit_entry *entry);

/**
 * Fills `*out` with entry `index` (0..count-1). Its texts are borrowed from the list.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_audit_entries_get(const vav_audit_entries *entries, int32_t index, vav_audit_entry *out,
                                         vav_error *err);

VAV_END_DECLS

#endif
