/* Comparing embeddings: distance and decision. A smaller distance is closer. */
#ifndef VISAVIS_COMPARE_H
#define VISAVIS_COMPARE_H

#include "visavis/faces.h"
#include "visavis/rates.h"

VAV_BEGIN_DECLS

/** What a distance means at the threshold that was used. Later versions may add values: only MATCH is a match. */
typedef int32_t vav_decision;
enum {
  VAV_DECISION_NOT_EVALUATED = 0, /* there was nothing to compare: no answer */
  VAV_DECISION_MATCH = 1,         /* the distance is at most the threshold */
  VAV_DECISION_UNKNOWN = 2,       /* nobody is that close; of two faces: not the same person */
  VAV_DECISION_INACTIVE = 3,      /* of vav_gallery_verify: the face is right, or near enough for a REVIEW, but the
                                     person may not be let in now */
  VAV_DECISION_AMBIGUOUS = 4,     /* of a search: within the threshold, but the next person is nearly as near */
  VAV_DECISION_REVIEW = 5         /* beyond the threshold, but near enough that a person should look at it */
};

/**
 * The threshold of the set of models "dlib" at which two strangers are taken for one person once in 1,000 comparisons, a
 * Euclidean distance of some 0.52. Every set has its own: vav_models_default_threshold. For searches it depends on the
 * gallery: see rates.h. @threads any @since 0.1
 */
VAV_API float vav_default_threshold(void);

/** The result of comparing one face with one other, or with one person. Start with VAV_COMPARISON_INIT. */
typedef struct vav_comparison {
  uint32_t struct_size;
  vav_decision decision; /* only VAV_DECISION_MATCH means the same person */
  float distance;        /* 0 and up, smaller is closer, see sdk/docs/models.md; infinity = there was nothing to compare */
  float threshold;       /* the threshold that was used */
  float rate;            /* how often a stranger is within it, 0..1; 0 if not evaluated */
  vav_support support;   /* of `rate`; NOT_EVALUATED for vav_compare, which does not know the models */
} vav_comparison;

#define VAV_COMPARISON_INIT \
  { (uint32_t)sizeof(vav_comparison), 0, 0, 0, 0, 0 }

/** Does what VAV_COMPARISON_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_comparison_init(vav_comparison *comparison);

/**
 * Compares two embeddings that the same model made. `a` and `b` point to `length` finite floats each; `length` is
 * VAV_EMBEDDING_DIM_MIN to VAV_EMBEDDING_DIM_MAX. `threshold` is 0.000001 to 1.2; larger ones are refused, since they
 * would match strangers. Give vav_models_default_threshold of the models that made the embeddings. 0 means
 * vav_default_threshold; it is refused unless both can be of "dlib": 128 floats, a norm of 1.05 to 2. Give embeddings as the
 * set gave them. Those with the norms of two sets are not compared, nor averages of several, rounded ones and zeros, whose
 * norm no set gives (128 floats: 1, 0.7071, 0.75, or 1.05 and up): the distances of such are within the threshold for most
 * strangers. The norm says how the distance is computed: with those of "dlib-1" and "sface-1" it is not Euclidean, and that
 * of two equal embeddings is not 0.
 * Codes: INVALID_ARGUMENT (NULL, NaN, infinity, `length`, the threshold, two models, a norm that no set gives). On failure
 * `*out` says NOT_EVALUATED and an infinite distance.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_compare(vav_comparison *out, const float *a, const float *b, int32_t length, float threshold,
                               vav_error *err);

/**
 * Computes the distances of one embedding to `count` others. `many` points to them, count × `length` floats; each
 * embedding has `length` floats, VAV_EMBEDDING_DIM_MIN to VAV_EMBEDDING_DIM_MAX.
 * Writes `count` floats into `distances`, your array.
 * Codes: INVALID_ARGUMENT (NULL, NaN, infinity, `count`, `length`, two models, a norm that no set gives: see vav_compare).
 * On failure the distances are not written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_compare_many(float *distances, const float *probe, const float *many, int64_t count,
                                    int32_t length, vav_error *err);

VAV_END_DECLS

#endif
