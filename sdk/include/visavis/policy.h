/* Policies: whether the picture of a face is good enough, and why not. */
#ifndef VISAVIS_POLICY_H
#define VISAVIS_POLICY_H

#include "visavis/quality.h"

VAV_BEGIN_DECLS

/** How much is asked of a picture. sdk/docs/quality.md has the limits and how many photos each refuses. */
typedef int32_t vav_policy_kind;
enum {
  VAV_POLICY_NORMAL = 0,  /* for enrolment */
  VAV_POLICY_LENIENT = 1, /* for who stands at a door: what would not be recognised anyway */
  VAV_POLICY_STRICT = 2   /* for enrolment where the picture can be taken again */
};

/** What a native value must be, both bounds included; least -infinity, most infinity: no bound. Others must lie where native
    values of the measure can: shares are 0..1, not percent. This struct never grows. */
typedef struct vav_quality_limit {
  vav_quality_measure measure;
  float least, most;
} vav_quality_limit;

/** The limits of a picture. NULL or all zero: those of VAV_POLICY_NORMAL. */
typedef struct vav_policy {
  uint32_t struct_size;
  vav_policy_kind kind;            /* whose limits hold */
  int32_t limit_count;             /* number of `limits`, at most 100 */
  int32_t reserved;                /* 0 */
  const vav_quality_limit *limits; /* hold instead of those of `kind`; of several for one measure the last. NULL = none */
  int32_t portrait;                /* 1: for a portrait, there must also be so much of the picture around the face as
                                      vav_image_cut_portrait shows: the measures VAV_QUALITY_MARGIN_… have limits, too */
  int32_t reserved2;               /* 0 */
} vav_policy;

#define VAV_POLICY_INIT \
  { (uint32_t)sizeof(vav_policy), 0, 0, 0, NULL, 0, 0 }

/** Does what VAV_POLICY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_policy_init(vav_policy *policy);

/**
 * Fills `*out` with the limit that a kind of policy has for a measure; where it has none, the bounds are infinite.
 * Codes: INVALID_ARGUMENT (`kind`; `measure` is none). On failure `*out` is all 0.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_policy_get_limit(vav_policy_kind kind, vav_quality_measure measure, vav_quality_limit *out,
                                        vav_error *err);

/** One reason why a picture is refused. Start with VAV_REFUSAL_INIT. */
typedef struct vav_refusal {
  uint32_t struct_size;
  vav_quality_measure measure;     /* which measure does not keep its limit; 0 = the face cannot be compared */
  vav_comparability comparability; /* why it cannot be compared; 0 where a measure is the reason */
  float raw;                       /* the native value of the measure */
  float limit;                     /* the bound that it does not keep */
  int32_t reserved;                /* 0 */
  const char *text; /* one sentence for people, such as "eyes 38 px apart, needs 70: step nearer to the camera, or use a
                       picture with more pixels". Borrowed until the list is destroyed */
} vav_refusal;

#define VAV_REFUSAL_INIT \
  { (uint32_t)sizeof(vav_refusal), 0, 0, 0, 0, 0, NULL }

/** Does what VAV_REFUSAL_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_refusal_init(vav_refusal *refusal);

/** All reasons why a picture is refused; none: it is accepted. It never changes. */
typedef struct vav_refusals vav_refusals;

/**
 * Checks face `index` (0..count-1) by a policy; `policy` may be NULL. An empty list: the picture is good enough. A face
 * that cannot be compared is always refused. A measure that was not evaluated refuses nothing, since nothing is known of
 * it. The faces must come from a call that was asked for VAV_ANALYZE_QUALITY. The list is yours: destroy it with
 * vav_refusals_destroy.
 * Codes: INVALID_ARGUMENT (`index`, the policy; quality was not asked for), UNSUPPORTED (reserved).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_faces_check_quality(vav_refusals **out, const vav_faces *faces, int32_t index,
                                           const vav_policy *policy, vav_error *err);

/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_refusals_destroy(vav_refusals *refusals);

/** The number of reasons; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_refusals_count(const vav_refusals *refusals);

/**
 * Copies reason `index` (0..count-1) into `*out`.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_refusals_get(const vav_refusals *refusals, int32_t index, vav_refusal *out, vav_error *err);

VAV_END_DECLS

#endif
