/* The audit log of a gallery: decisions, and who was enrolled and removed. It is off until you turn it on. */
#ifndef VISAVIS_AUDIT_H
#define VISAVIS_AUDIT_H

#include "visavis/compare.h"
#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/** What happened. Later versions may add events. */
typedef int32_t vav_audit_event;
enum {
  VAV_AUDIT_ON = 1,        /* the log was turned on */
  VAV_AUDIT_OFF = 2,       /* the log was turned off */
  VAV_AUDIT_IDENTIFY = 3,  /* a search, with its decision */
  VAV_AUDIT_VERIFY = 4,    /* a verification, with its decision */
  VAV_AUDIT_ENROLL = 5,    /* a template was added */
  VAV_AUDIT_REMOVE = 6,    /* a person was removed, or, if `template_id` is not 0, one template of a person */
  VAV_AUDIT_FORGET = 7,    /* a person was forgotten: removed, and overwritten */
  VAV_AUDIT_REKEY = 8,     /* the keys were changed */
  VAV_AUDIT_THRESHOLD = 9, /* the gallery's own threshold was set or removed */
  VAV_AUDIT_MOVE = 10      /* the gallery moved to other models; `recipe` says from which to which, "a -> b" */
};

/**
 * Turns the audit log on (`on` is 1) or off (0). While it is on, every identify and verify adds one entry, which is on
 * disk before the answer is given (with VAV_DURABILITY_NORMAL the system has it by then, and a power cut may lose the
 * last entries); if it cannot be written, the call fails without an answer. Some changes add one
 * entry each, in the same transaction: adding or removing a template; removing, purging or forgetting a person;
 * changing keys; setting the gallery's threshold; moving to other models. Others add none: fields of a person, groups,
 * imports. Entries are never changed or removed.
 * Codes: WRONG_STATE (a transaction is open), INVALID_ARGUMENT (`on`). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_set_audit(vav_gallery *gallery, int32_t on, vav_error *err);

/** What a check of the audit log found. */
typedef struct vav_audit_report {
  uint32_t struct_size;
  int32_t sound;       /* 1: no entry was altered, removed or moved; 0: some were. Entries missing at the end are
                          noticed only by `expected_head` */
  int64_t entries;     /* number of correct entries, counted from the first */
  int64_t first_wrong; /* number of the first wrong or missing entry; 0 = none */
  char head[96];       /* a text that stands for the log up to its last correct entry. Keep it elsewhere, and pass it
                          to a later check as `expected_head` */
} vav_audit_report;

#define VAV_AUDIT_REPORT_INIT                          \
  {                                                    \
    (uint32_t)sizeof(vav_audit_report), 0, 0, 0, { 0 } \
  }

/** Does what VAV_AUDIT_REPORT_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_audit_report_init(vav_audit_report *report);

/**
 * Checks the whole log and sets `*out` to what it found. `expected_head` is the head of an earlier report, also of the
 * one in `*out`: if the log does not contain it, `sound` is 0; NULL = none. A log that is not sound is not an error:
 * the call returns VAV_OK. In an encrypted gallery the entries are protected by a secret key. In a plain one, whoever
 * may write the file could write a new log; only a head that you keep elsewhere shows that.
 * Codes: INVALID_ARGUMENT (`expected_head` is not a head), GALLERY_CORRUPT (the log's key or the settings were
 * altered).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_verify_audit(vav_audit_report *out, vav_gallery *gallery, const char *expected_head,
                                            vav_error *err);

/** Entries of the audit log, by number. The list never changes, and stays valid when the gallery is closed. */
typedef struct vav_audit_entries vav_audit_entries;

/**
 * Lists up to `limit` (1..1,000,000) entries with numbers above `after` (0 = from the first), in ascending order. They
 * are not checked. For the next page give the last number as `after`.
 * The list is yours: destroy it with vav_audit_entries_destroy.
 * Codes: INVALID_ARGUMENT (`limit`, `after`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_audit(vav_audit_entries **out, vav_gallery *gallery, int64_t after, int32_t limit,
                                          vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_audit_entries_destroy(vav_audit_entries *entries);
/** The number of entries in the list; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_audit_entries_count(const vav_audit_entries *entries);

/** One entry of the audit log. Texts are borrowed until the list is destroyed. */
typedef struct vav_audit_entry {
  uint32_t struct_size;
  vav_audit_event event; /* what happened */
  int64_t number;        /* 1, 2, 3, … */
  int64_t time;          /* when, milliseconds since 1970-01-01 UTC */
  int64_t person;        /* who was recognised, verified, enrolled or removed, or whose template was; 0 = nobody */
  int64_t template_id;   /* the template that was added, removed or matched; 0 = none */
  vav_decision decision; /* of IDENTIFY and VERIFY */
  float distance;        /* of IDENTIFY and VERIFY: smaller is closer; infinity = there was nobody to compare with */
  float threshold;       /* of IDENTIFY and VERIFY: the one that was used; of THRESHOLD: the one that was set,
                            0 = removed */
  int32_t reserved;      /* 0 */
  const char *label;     /* the audit_label of the handle that was used */
  const char *recipe;    /* the gallery's recipe: what the distance means; of a move both, "a -> b" */
  int64_t near_person;   /* of IDENTIFY without a match: the nearest person, if not farther than 1.25 × the threshold
                            (1.05 × where the metric is cosine) or than that of a REVIEW; 0 = nobody was that near */
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
