/* Searching a gallery: who is it, is it that person, is somebody there twice. */
#ifndef VISAVIS_SEARCH_H
#define VISAVIS_SEARCH_H

#include "visavis/compare.h"
#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/**
 * How to identify. NULL or all zero: the 5 nearest of the persons who are enabled and valid now, decided at the default
 * threshold. Who is left out by groups, persons or validity is not among the candidates, so these are the nearest of
 * the rest; but when one of those left out is nearer, within the threshold, nobody is recognised. Whoever is named was
 * found eligible in their own row, which authenticates itself, at the moment of the answer.
 */
typedef struct vav_identify_options {
  uint32_t struct_size;
  int32_t max_candidates;        /* persons, 0 = 5; at most 10,000 */
  float threshold;               /* 0 = the gallery's own, else vav_default_threshold(); at most 1.2 */
  int32_t only_within_threshold; /* 1: leave out candidates that are further away */
  int32_t best_of;           /* a person's distance is the mean over their best_of nearest templates; 0 = 1; at most 100 */
  int32_t include_inactive;  /* 1: also persons who are disabled, not yet or no longer valid, or expired */
  int32_t note_seen;         /* 1: a match has its last_seen_at set, in the file once an hour at most, where the gallery
                                can be written just now: the answer never waits for it and never fails because of it */
  int32_t group_count;       /* at most 1,000 */
  int32_t person_count;      /* at most 10,000,000 */
  int32_t reserved;          /* 0 */
  const char *const *groups; /* only members of one of these; NULL = all */
  const int64_t *persons;    /* only these ids; NULL = all */
  int64_t now;               /* for validity, milliseconds since 1970-01-01 UTC; 0 = the system's clock */
} vav_identify_options;

#define VAV_IDENTIFY_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_identify_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, 0 }

/** Does what VAV_IDENTIFY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_identify_options_init(vav_identify_options *options);

/** The nearest persons, each once, nearest first (ties by the id of the nearest template). Owns its memory. */
typedef struct vav_matches vav_matches;

/**
 * Finds the nearest of all persons who may be candidates, exactly, and decides. `embedding` points to
 * VAV_EMBEDDING_DIM finite floats; `options` may be NULL. If nobody is there, that is VAV_OK with UNKNOWN and no
 * candidate. The result is yours: destroy it with vav_matches_destroy.
 * Codes: INVALID_ARGUMENT (the embedding, the options), WRONG_STATE (the audit log is on and a transaction is open,
 * whose rollback would take the entry back). On failure `*out` is NULL and nothing has been written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_identify(vav_matches **out, vav_gallery *gallery, const float *embedding,
                                        const vav_identify_options *options, vav_error *err);
/**
 * Does the same for `count` faces (0..100,000), such as those of a group photo, against one state of the gallery.
 * `embeddings` points to count × VAV_EMBEDDING_DIM floats, `out` to your array of `count` pointers. Many at once
 * cost less than one after the other.
 * Codes: as for vav_gallery_identify. All or nothing: on failure every entry of `out` is NULL and nothing has been
 * written, neither to the audit log nor to last_seen_at.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_identify_batch(vav_matches **out, vav_gallery *gallery, const float *embeddings,
                                              int32_t count, const vav_identify_options *options, vav_error *err);
/** Frees the result; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_matches_destroy(vav_matches *matches);
/**
 * MATCH when the nearest candidate is within the threshold and nobody else of the whole gallery is nearer
 * (vav_matches_inactive), else UNKNOWN; NOT_EVALUATED for NULL. @threads any @since 0.1
 */
VAV_API vav_decision vav_matches_decision(const vav_matches *matches);
/**
 * 1: of all persons of the gallery, the nearest within the threshold is one who was no candidate: disabled, not yet or no
 * longer valid, expired, or outside the groups or persons that the search was narrowed to. The candidate who looks most
 * like them is not named in their place: the decision is UNKNOWN. 0 otherwise. @threads any @since 0.1
 */
VAV_API int32_t vav_matches_inactive(const vav_matches *matches);
/** The threshold that decided. @threads any @since 0.1 */
VAV_API float vav_matches_threshold(const vav_matches *matches);
/** How many candidates; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_matches_count(const vav_matches *matches);
/** The id of candidate `index`'s person; 0 when there is none. @threads any @since 0.1 */
VAV_API int64_t vav_matches_person(const vav_matches *matches, int32_t index);
/** The id of the template that was nearest; 0 when there is none. @threads any @since 0.1 */
VAV_API int64_t vav_matches_template(const vav_matches *matches, int32_t index);
/** Euclidean distance (with best_of: the mean), smaller is closer; -1 when there is none. @threads any @since 0.1 */
VAV_API float vav_matches_distance(const vav_matches *matches, int32_t index);
/** The person's name at the time of the search; NULL when there is none. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_matches_name(const vav_matches *matches, int32_t index);

/**
 * Says whether this is the face of that person, and whether they may be let in now. Compares with the nearest
 * template of the person: MATCH; UNKNOWN for another face; INACTIVE for the right face of a person who is disabled,
 * not yet or no longer valid, or expired. `threshold` 0 = the gallery's own, else vav_default_threshold(). A person
 * without templates gives VAV_OK with NOT_EVALUATED and an infinite distance.
 * Codes: NOT_FOUND (no such person), INVALID_ARGUMENT (the embedding, the threshold), WRONG_STATE (the audit log is
 * on and a transaction is open). On failure `*out` says NOT_EVALUATED and nothing has been written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_verify(vav_comparison *out, vav_gallery *gallery, int64_t person, const float *embedding,
                                      float threshold, vav_error *err);

/**
 * Does the same with options: threshold, best_of, include_inactive, note_seen, groups, persons and now mean what
 * they mean for vav_gallery_identify; a person outside of `groups` or `persons` is INACTIVE. The other options are
 * ignored. NULL is as all zero.
 * Codes: as for vav_gallery_verify, and INVALID_ARGUMENT (the options).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_verify_with(vav_comparison *out, vav_gallery *gallery, int64_t person,
                                           const float *embedding, const vav_identify_options *options, vav_error *err);

/* ---- The same face twice ---- */

/**
 * Says whether a face is in the gallery already. The candidates are all persons within the threshold (0 = as for
 * vav_gallery_verify), also inactive ones, but not `ignore` (0 = none), at most 100. The decision is MATCH when
 * there is one. Ask before you enrol a new person. Nothing is written. The result is yours: destroy it with
 * vav_matches_destroy.
 * Codes: INVALID_ARGUMENT (the embedding, the threshold).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_find_duplicates(vav_matches **out, vav_gallery *gallery, const float *embedding,
                                               int64_t ignore, float threshold, vav_error *err);

/** Which part of a gallery to look through. NULL or all zero: the first 1,000 persons at the default threshold. */
typedef struct vav_duplicate_query {
  uint32_t struct_size;
  int32_t limit;    /* persons looked at in this call, 0 = 1,000; at most 1,000,000 */
  int64_t after;    /* only ids above this: what vav_duplicates_last said */
  float threshold;  /* 0 = the gallery's own, else vav_default_threshold(); at most 1.2 */
  int32_t reserved; /* 0 */
} vav_duplicate_query;

#define VAV_DUPLICATE_QUERY_INIT \
  { (uint32_t)sizeof(vav_duplicate_query), 0, 0, 0, 0 }

/** Does what VAV_DUPLICATE_QUERY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_duplicate_query_init(vav_duplicate_query *query);

/** Pairs of persons who look like one. Owns its memory, immutable. */
typedef struct vav_duplicates vav_duplicates;

/** Two persons and the distance of their nearest templates. Names are borrowed until the list is destroyed. */
typedef struct vav_duplicate {
  uint32_t struct_size;
  float distance;
  int64_t person; /* the smaller id */
  int64_t other;
  const char *name;
  const char *other_name;
} vav_duplicate;

#define VAV_DUPLICATE_INIT \
  { (uint32_t)sizeof(vav_duplicate), 0, 0, 0, NULL, NULL }

/** Does what VAV_DUPLICATE_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_duplicate_init(vav_duplicate *duplicate);

/**
 * Looks for pairs of persons within the threshold, page by page. Each pair is told once, with its smaller id, and at
 * most 1,000 pairs of one person. The list is yours: destroy it with vav_duplicates_destroy.
 * Codes: INVALID_ARGUMENT (the query), CANCELLED.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_duplicates(vav_duplicates **out, vav_gallery *gallery,
                                               const vav_duplicate_query *query, vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_duplicates_destroy(vav_duplicates *duplicates);
/** How many pairs; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_duplicates_count(const vav_duplicates *duplicates);
/** The last person looked at, for `after`; 0 = that was everybody. @threads any @since 0.1 */
VAV_API int64_t vav_duplicates_last(const vav_duplicates *duplicates);
/**
 * Fills `*out` with pair `index` (0..count-1). Its names are borrowed from the list.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_duplicates_get(const vav_duplicates *duplicates, int32_t index, vav_duplicate *out,
                                      vav_error *err);

VAV_END_DECLS

#endif
