/* Clustering: faces of unknown people, put together person by person. */
#ifndef VISAVIS_CLUSTER_H
#define VISAVIS_CLUSTER_H

#include "visavis/gallery_file.h"
#include "visavis/rates.h"

VAV_BEGIN_DECLS

/** When faces are of one person. NULL or all zero: as VAV_PRESET_PHOTOS has it. */
typedef struct vav_clustering_options {
  uint32_t struct_size;
  float threshold;   /* a distance, 0.000001 to 1.2; 0 = by `false_rate` */
  float false_rate;  /* how often somebody of whom there is one face alone may be put to others, above 0 and up to 0.5; 0 =
                        by `preset` */
  vav_preset preset; /* its rate of a search among as many templates as there are faces; 0 = VAV_PRESET_PHOTOS */
  int32_t threads;   /* 0 = all that the machine has; at most 256 */
  int32_t reserved;  /* 0 */
} vav_clustering_options;

#define VAV_CLUSTERING_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_clustering_options), 0, 0, 0, 0, 0 }

/** Does what VAV_CLUSTERING_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_clustering_options_init(vav_clustering_options *options);

/**
 * The clusters of some faces, which are people as far as one can tell. All faces begin as clusters of one. Of all clusters
 * the nearest two become one, again and again, until no two are within the threshold: that holds for the root of the mean
 * squared distance between a face of one and a face of the other (average linkage). So one pair of faces that look alike
 * does not join two people of whom there are many faces.
 */
typedef struct vav_clustering vav_clustering;

/**
 * Begins to cluster `count` faces, which vav_clustering_run does. `embeddings` points to `count` × `length` finite floats,
 * one embedding after the other, all made by `models`; they are copied. `count` is 0 to 10,000,000. `options` may be NULL.
 * The clustering is yours: destroy it with vav_clustering_destroy.
 * Codes: INVALID_ARGUMENT (`count`, `length`, an embedding that is none of these models, the options; nobody has measured
 * these models, and they have no threshold of their own), UNSUPPORTED (reserved).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_clustering_create(vav_clustering **out, const vav_models *models, const float *embeddings,
                                         int64_t count, int32_t length, const vav_clustering_options *options,
                                         vav_error *err);

/**
 * Fills `*out` with how it is decided: the threshold and what is known of its rate.
 * Codes: those of every function with a struct.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_clustering_get_limits(const vav_clustering *clustering, vav_limits *out, vav_error *err);

/**
 * Works for about `milliseconds` (0 = until it is finished). Sets `*out`, which may be NULL, to how far it is. Call it
 * again until `finished` is 1.
 * Codes: INVALID_ARGUMENT (`milliseconds` is negative) and STRUCT_SIZE (`out`): it has not run, and can go on. After any
 * other error it can only be destroyed: every further call is WRONG_STATE.
 * @threads one-at-a-time @since 0.1
 */
VAV_API vav_status vav_clustering_run(vav_clustering *clustering, int32_t milliseconds, vav_job_progress *out,
                                      vav_error *err);

/**
 * Writes the label of each face into `labels`, which is yours, one for each: 1 and up, the same for faces of one cluster.
 * `earlier` makes labels last from one run to the next: the label that each face had, 0 for a face that is new; NULL = all
 * are new. A cluster keeps the label that most of its faces had. Of two that could keep one, the one with more such faces
 * does; the other, and each cluster of new faces, gets a label above all earlier ones. Without `earlier` clusters are
 * numbered by their first faces.
 * Codes: WRONG_STATE (it is not finished), INVALID_ARGUMENT (a NULL; an earlier label is negative or above 2^53, or
 * leaves no label up to there for a new cluster). On failure the labels are not written.
 * @threads one-at-a-time @since 0.1
 */
VAV_API vav_status vav_clustering_get_labels(int64_t *labels, const vav_clustering *clustering, const int64_t *earlier,
                                             vav_error *err);

/** Frees the clustering, and wipes its copies of the embeddings. NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_clustering_destroy(vav_clustering *clustering);

VAV_END_DECLS

#endif
