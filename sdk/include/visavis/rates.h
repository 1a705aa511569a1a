/* Error rates: how often strangers are taken for somebody, and the thresholds that follow. */
#ifndef VISAVIS_RATES_H
#define VISAVIS_RATES_H

#include "visavis/models.h"

VAV_BEGIN_DECLS

/**
 * Named error rates. "Search" is how often a stranger is named by a search in the gallery (FPIR), "comparison" how often
 * two strangers are taken for one person (FMR). The threshold follows from the rate, from the table of the set of models,
 * and, in a search, from the number of templates that a face is compared with: the more there are, the lower it is. No
 * search has a larger threshold than a comparison.
 */
typedef int32_t vav_preset;
enum {
  VAV_PRESET_DEFAULT = 0,  /* the gallery's own threshold, if it has one; else STANDARD */
  VAV_PRESET_STANDARD = 1, /* search 1 %, comparison 0.1 % */
  VAV_PRESET_PHOTOS = 2,   /* search 10 %, comparison 1 %: suggestions that a person looks at */
  VAV_PRESET_DOOR = 3,     /* search 0.1 %, comparison 0.01 %. Up to ten times these rates the decision is REVIEW. If the
                              next person of the whole gallery is nearly as near, it is AMBIGUOUS */
  VAV_PRESET_COMPAT = 4    /* the threshold that those who published the model use: 0.6 for "dlib" (or for "dlib-1" and
                              "sface-1" one that errs as often with strangers as theirs), whatever the gallery
                              holds. Of 100 persons half of all strangers are named, of 1,000 nearly all */
};

/** What is known of a rate. */
typedef int32_t vav_support;
enum {
  VAV_SUPPORT_NOT_EVALUATED = 0, /* nobody has measured these models */
  VAV_SUPPORT_MEASURED = 1,      /* it was counted */
  VAV_SUPPORT_EXTRAPOLATED = 2   /* so many strangers were not compared. The threshold is a careful guess */
};

/** Which table a rate comes from. */
typedef int32_t vav_table;
enum {
  VAV_TABLE_NONE = 0,    /* there is none for these models */
  VAV_TABLE_LIBRARY = 1, /* that of the library */
  VAV_TABLE_OWN = 2      /* vav_models_options.calibration */
};

/** How distances are decided. Start with VAV_LIMITS_INIT. */
typedef struct vav_limits {
  uint32_t struct_size;
  float threshold;      /* the largest distance of a match */
  float review;         /* the largest distance of a REVIEW; equal to `threshold`: there is no REVIEW */
  float margin;         /* a distance: if the next person, eligible or not, is not farther than the nearest by this, it
                           is AMBIGUOUS; 0 = never */
  float rate;           /* how often a stranger is a match, 0..1; 0 if not evaluated */
  vav_support support;  /* of `rate` */
  int64_t comparisons;  /* the number of templates that a face is compared with */
  vav_table table;      /* where `rate` comes from */
  int32_t persons;      /* how many persons that table was made of; 0 without a table */
} vav_limits;

#define VAV_LIMITS_INIT \
  { (uint32_t)sizeof(vav_limits), 0, 0, 0, 0, 0, 0, 0, 0 }

/** Does what VAV_LIMITS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_limits_init(vav_limits *limits);

/**
 * Fills `*out` with the limits for these models. Of `threshold`, `false_rate` and `preset` the first that is not 0 counts.
 * `threshold` is a distance, 0.000001 to 1.2; then `*out` says its rate. `false_rate` is how often a stranger may be a
 * match, above 0 and up to 0.5. `comparisons` is the number of templates of a search, 1 and up; 0 = one face is compared
 * with one.
 * Codes: INVALID_ARGUMENT (a value; nobody has measured these models, and `threshold` is 0).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_get_limits(const vav_models *models, float threshold, float false_rate, vav_preset preset,
                                         int64_t comparisons, vav_limits *out, vav_error *err);

/**
 * The table behind the rates of these models, as JSON: thresholds, the rates that were counted at each, their bounds, and
 * with how many people: the text of vav_models_options.calibration, if it was given. Borrowed until the models are destroyed;
 * "" for NULL and for models that nobody has measured. @threads any @since 0.1
 */
VAV_API const char *vav_models_get_calibration(const vav_models *models);

/**
 * How probable it is that two faces are of one person, for `count` distances of these models. By the table: how often the
 * pairs of one person are that far from each other, and how often those of two, counted and made to fall with the distance.
 * `prior` is how probable it is before the faces are looked at, above 0 and below 1; 0 = 0.5, right where a pair is as often of
 * one person as not. For the nearest person of a search give 1 / N or less, N being how many it may be: with 0.5 it would
 * say of many a stranger that it is probably somebody. Writes `count` probabilities into `similarities`, your array: above 0
 * and below 1, falling with the distance; NaN for an infinite distance, which is of nothing, and where nobody has measured
 * these models or too few pairs of one person. `supports` is your array of `count`, or NULL: EXTRAPOLATED where a distance
 * is nearer or farther than what was counted. There the similarity stays what it is at the last that was, so it is not
 * nearly 1 or nearly 0 because of a guess. It holds for persons and photos like those of the table, see
 * sdk/docs/accuracy.md.
 * Codes: INVALID_ARGUMENT (NULL, `count`, a negative distance, NaN, `prior`). On failure nothing is written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_get_similarities(const vav_models *models, const float *distances, int64_t count,
                                               float prior, float *similarities, vav_support *supports,
                                               vav_error *err);

VAV_END_DECLS

#endif
