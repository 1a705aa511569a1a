/* Comparing embeddings: distance and decision. A smaller distance is closer. */
#ifndef VISAVIS_COMPARE_H
#define VISAVIS_COMPARE_H

#include "visavis/faces.h"

VAV_BEGIN_DECLS

/** What a score means at the threshold that was asked for. 0 is no answer. */
typedef int32_t vav_decision;
enum {
  VAV_DECISION_NOT_EVALUATED = 0,
  VAV_DECISION_MATCH = 1,   /* the distance is at most the threshold */
  VAV_DECISION_UNKNOWN = 2, /* nobody is that close; for 1:1, not the same person */
  VAV_DECISION_INACTIVE = 3 /* of vav_gallery_verify: it is that person's face, and the person may not be let in now */
};

/** The threshold used when 0 is given: 0.6, dlib's own, Euclidean. @threads any @since 0.1 */
VAV_API float vav_default_threshold(void);

/** The outcome of a 1:1 comparison. Set struct_size with VAV_COMPARISON_INIT first. */
typedef struct vav_comparison {
  uint32_t struct_size;
  vav_decision decision;
  float distance;  /* Euclidean, 0 and up, smaller is closer */
  float threshold; /* the one that decided */
} vav_comparison;

#define VAV_COMPARISON_INIT \
  { (uint32_t)sizeof(vav_comparison), 0, 0, 0 }

/** Does what VAV_COMPARISON_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_comparison_init(vav_comparison *comparison);

/**
 * Compares two embeddings of VAV_EMBEDDING_DIM finite floats each. `threshold` is 0 for the default, else from
 * 0.000001 to 1.2: no two faces are farther apart, so more would match everybody.
 * Codes: INVALID_ARGUMENT (NULL, NaN, infinity, the threshold). On failure `*out` says NOT_EVALUATED and an infinite
 * distance.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_compare(vav_comparison *out, const float *a, const float *b, float threshold, vav_error *err);

/**
 * Computes the distance of one embedding to many. `many` points to `count` embeddings, one behind the other;
 * `distances`, which is yours, takes `count` floats.
 * Codes: INVALID_ARGUMENT (NULL, NaN, infinity, `count`). On failure the distances are not written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_compare_many(float *distances, const float *probe, const float *many, int64_t count,
                                    vav_error *err);

VAV_END_DECLS

#endif
