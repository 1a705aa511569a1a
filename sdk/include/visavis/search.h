/* Searching a gallery: whose face is it, is it this person, is somebody in it twice. */
#ifndef VISAVIS_SEARCH_H
#define VISAVIS_SEARCH_H

#include "visavis/compare.h"
#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/**
 * How to search. NULL or all zero: the 5 nearest of the persons who are enabled and valid now, by the gallery's own
 * threshold, or else by VAV_PRESET_STANDARD.
 * A person is *eligible* who is enabled, valid at the time `now`, not expired, and among `groups` and `persons`. Whoever
 * is not eligible is *inactive* for this search. Candidates are the nearest eligible persons. But if an inactive person is
 * within the threshold and at least as near as all candidates, the decision is UNKNOWN: nobody is named in their place.
 * Before a person is named, the rights stored with the person are read and authenticated again.
 */
typedef struct vav_identify_options {
  uint32_t struct_size;
  int32_t max_candidates;        /* the most persons in the result, 1..10,000; 0 = 5 */
  float threshold;               /* the largest distance of a match, 0.000001..1.2; 0 = by `false_rate`, or else by
                                    `preset` */
  int32_t only_within_threshold; /* 1: leave out candidates beyond the threshold; those within that of a REVIEW stay. Who
                                    is left is not a match: ask vav_matches_decision */
  int32_t best_of;               /* the distance of a person is the mean distance of their `best_of` nearest templates:
                                    1..100; 0 = 1, the nearest one */
  int32_t include_inactive;      /* 1: disabled, expired and out-of-date persons are eligible, too; `groups` and
                                    `persons` still hold */
  int32_t note_seen;             /* 1: set last_seen_at of the person who is matched, once an hour at most. If the
                                    gallery cannot be written just now, it is not set: no call waits or fails for it.
                                    With the audit log on, it is written together with the log's entry */
  int32_t group_count;           /* number of `groups`, at most 1,000 */
  int32_t person_count;          /* number of `persons`, at most 10,000,000 */
  int32_t reserved;              /* 0 */
  const char *const *groups;     /* only members of at least one of these groups; NULL = everybody */
  const int64_t *persons;        /* only persons with these ids; NULL = everybody */
  int64_t now;                   /* the time at which persons must be valid, milliseconds since 1970-01-01 UTC; 0 = the
                                    system's clock */
  float false_rate;              /* how often a stranger may be a match in this search, above 0 and up to 0.5; 0 = by
                                    `preset` */
  vav_preset preset;             /* 0 = the gallery's own threshold, or else VAV_PRESET_STANDARD */
} vav_identify_options;

#define VAV_IDENTIFY_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_identify_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, 0, 0, 0 }

/** Does what VAV_IDENTIFY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_identify_options_init(vav_identify_options *options);

/**
 * The result of a search: a decision, and the nearest persons as candidates. Each person is there once; the nearest is
 * first, and at equal distance the one whose nearest template has the smaller id. It never changes.
 */
typedef struct vav_matches vav_matches;

/**
 * Finds the nearest persons and decides whether the nearest one is a match. The search is exact. `embedding` points to
 * `length` finite floats, as many as the embeddings of this gallery have. `options` may be NULL. If nobody can be
 * found, that is VAV_OK with UNKNOWN and no candidate. The result is yours: destroy it with vav_matches_destroy.
 * Codes: INVALID_ARGUMENT (the embedding, its length, the options; or no threshold is given, and neither the gallery nor
 * its models have one), WRONG_STATE (the audit log is on and a transaction is open: a rollback would remove the entry
 * from the log), PERMISSION (the audit log is on and the gallery was opened read-only). On failure `*out` is NULL and
 * nothing has been written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_identify(vav_matches **out, vav_gallery *gallery, const float *embedding, int32_t length,
                                        const vav_identify_options *options, vav_error *err);
/**
 * Does the same for `count` faces (0..100,000), such as those of a group photo, in one state of the gallery.
 * `embeddings` points to count × `length` floats, `out` to your array of `count` pointers. This is faster than
 * one call for each face. The results are yours: destroy each with vav_matches_destroy.
 * Codes: as for vav_gallery_identify; INVALID_ARGUMENT also for `count`, and then `out` is not touched. All or nothing:
 * on any other failure every entry of `out` is NULL and nothing has been written, neither to the audit log nor to
 * last_seen_at.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_identify_batch(vav_matches **out, vav_gallery *gallery, const float *embeddings,
                                              int32_t length, int32_t count, const vav_identify_options *options,
                                              vav_error *err);
/** Frees the result; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_matches_destroy(vav_matches *matches);
/**
 * The decision: MATCH if the first candidate is within the threshold and nearer than everybody in the whole gallery who
 * was inactive (see vav_matches_inactive), else UNKNOWN; NOT_EVALUATED for NULL. By VAV_PRESET_DOOR also AMBIGUOUS, if
 * the next person, eligible or not, is nearly as near, and REVIEW. Only MATCH is a match. @threads any @since 0.1
 */
VAV_API vav_decision vav_matches_decision(const vav_matches *matches);
/**
 * 1 if an inactive person (see vav_identify_options) is within the threshold, or that of a REVIEW, and at least as near
 * as the first candidate.
 * The decision is then UNKNOWN, so that nobody else is named in their place, not even who has the very same template. 0
 * otherwise. @threads any @since 0.1
 */
VAV_API int32_t vav_matches_inactive(const vav_matches *matches);
/** The threshold that was used. @threads any @since 0.1 */
VAV_API float vav_matches_threshold(const vav_matches *matches);
/**
 * Fills `*out` with how the decision was made: the threshold, and how often a stranger would be named in this search.
 * `comparisons` is the number of templates of all eligible persons; where only few are inactive, it counts them, too.
 * Codes: none but those of every function.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_matches_get_limits(const vav_matches *matches, vav_limits *out, vav_error *err);
/** The number of candidates; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_matches_count(const vav_matches *matches);
/** The person's id of candidate `index` (0..count-1); 0 for any other index. @threads any @since 0.1 */
VAV_API int64_t vav_matches_person(const vav_matches *matches, int32_t index);
/** The id of the nearest template of candidate `index`; 0 for any other index. @threads any @since 0.1 */
VAV_API int64_t vav_matches_template(const vav_matches *matches, int32_t index);
/**
 * The distance of candidate `index`: Euclidean, 0 and up, smaller is closer; the mean distance if `best_of` is above 1.
 * -1 for any other index. @threads any @since 0.1
 */
VAV_API float vav_matches_distance(const vav_matches *matches, int32_t index);
/**
 * The name that candidate `index` had at the time of the search; NULL for any other index. Borrowed.
 * @threads any @since 0.1
 */
VAV_API const char *vav_matches_name(const vav_matches *matches, int32_t index);

/**
 * Says whether a face is that of one person, and whether the person may be let in now. Compares `embedding`
 * (`length` finite floats) with the nearest template of `person`. `threshold` is the largest distance of a
 * match, 0.000001 to 1.2; 0 = the gallery's own, or else by VAV_PRESET_STANDARD. The decision in `*out` is MATCH;
 * UNKNOWN for another face; INACTIVE for the right face of a person who is inactive (see vav_identify_options), also
 * where it would be REVIEW; REVIEW, by VAV_PRESET_DOOR; NOT_EVALUATED, with an infinite distance, for a person without
 * templates.
 * Codes: NOT_FOUND (no such person), INVALID_ARGUMENT (the embedding, its length, the threshold, or none, as for
 * vav_gallery_identify), WRONG_STATE and PERMISSION (the audit log is on, as for vav_gallery_identify). On failure `*out`
 * says NOT_EVALUATED and nothing has been written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_verify(vav_comparison *out, vav_gallery *gallery, int64_t person, const float *embedding,
                                      int32_t length, float threshold, vav_error *err);

/**
 * Does the same with options: threshold, false_rate, preset, best_of, include_inactive, note_seen, groups, persons and
 * now, as for vav_gallery_identify. A rate is that of a comparison, with all templates of the person together: the more
 * there are, the lower is the threshold that follows. A person who is not among `groups` or `persons` is INACTIVE. The
 * other options are ignored. `options` may be NULL.
 * Codes: as for vav_gallery_verify, and INVALID_ARGUMENT (the options).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_verify_with(vav_comparison *out, vav_gallery *gallery, int64_t person,
                                           const float *embedding, int32_t length, const vav_identify_options *options,
                                           vav_error *err);

/* ---- The same face twice ---- */

/**
 * Says whether a face is in the gallery already: use it before you enrol a new person. The candidates are the persons
 * within the `threshold` (0 = the gallery's own, or else by VAV_PRESET_PHOTOS), also inactive ones, at most 100; the person with the id
 * `ignore` is left out (0 = nobody). The decision is MATCH if there is a candidate. Nothing is written. The result is
 * yours: destroy it with vav_matches_destroy.
 * Codes: INVALID_ARGUMENT (the embedding, its length, the threshold, or none, as for vav_gallery_identify).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_find_duplicates(vav_matches **out, vav_gallery *gallery, const float *embedding,
                                               int32_t length, int64_t ignore, float threshold, vav_error *err);

/** Which persons to compare with all others. NULL or all zero: the first 1,000. */
typedef struct vav_duplicate_query {
  uint32_t struct_size;
  int32_t limit;    /* how many persons to compare in this call, 1..1,000,000; 0 = 1,000 */
  int64_t after;    /* only persons with larger ids; for the next page, what vav_duplicates_last gave; 0 = all */
  float threshold;  /* the largest distance of a pair; 0 = the gallery's own, or else by VAV_PRESET_PHOTOS */
  int32_t reserved; /* 0 */
} vav_duplicate_query;

#define VAV_DUPLICATE_QUERY_INIT \
  { (uint32_t)sizeof(vav_duplicate_query), 0, 0, 0, 0 }

/** Does what VAV_DUPLICATE_QUERY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_duplicate_query_init(vav_duplicate_query *query);

/** A list of pairs of persons who may be one. It never changes, and stays valid when the gallery is closed. */
typedef struct vav_duplicates vav_duplicates;

/** Two persons who may be one. The names are borrowed until the list is destroyed. */
typedef struct vav_duplicate {
  uint32_t struct_size;
  float distance;         /* Euclidean, between their nearest templates; smaller is closer */
  int64_t person;         /* the smaller id */
  int64_t other;          /* the larger id */
  const char *name;       /* name of `person` */
  const char *other_name; /* name of `other` */
} vav_duplicate;

#define VAV_DUPLICATE_INIT \
  { (uint32_t)sizeof(vav_duplicate), 0, 0, 0, NULL, NULL }

/** Does what VAV_DUPLICATE_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_duplicate_init(vav_duplicate *duplicate);

/**
 * Finds pairs of persons within the threshold, page by page. `query` may be NULL. Each pair is given once, on the page
 * of its smaller id; at most 1,000 pairs for each person. The list is yours: destroy it with vav_duplicates_destroy.
 * Codes: INVALID_ARGUMENT (the query, or no threshold, as for vav_gallery_identify).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_duplicates(vav_duplicates **out, vav_gallery *gallery,
                                               const vav_duplicate_query *query, vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_duplicates_destroy(vav_duplicates *duplicates);
/** The number of pairs; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_duplicates_count(const vav_duplicates *duplicates);
/** The id to continue after (`after` of the next query); 0 = all persons were compared. @threads any @since 0.1 */
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
