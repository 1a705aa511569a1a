/* Faces: what the engine found in a picture. Plain structs and one result object. */
#ifndef VISAVIS_FACES_H
#define VISAVIS_FACES_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

#define VAV_LANDMARKS 5       /* points a face */
#define VAV_CHIP_SIZE 150     /* px, width and height of a chip */
#define VAV_EMBEDDING_DIM 128 /* floats an embedding */

/**
 * A rectangle in px of the upright picture. All four are inside: width = right - left + 1 (dlib's convention).
 * A fixed struct: it never grows.
 */
typedef struct vav_box {
  int32_t left, top, right, bottom;
} vav_box;

/** A point in px of the upright picture, x to the right, y down. A fixed struct. */
typedef struct vav_point {
  float x, y;
} vav_point;

/** Which parts of a face were computed: a set of bits. What is not here was not evaluated. */
enum { VAV_HAS_BOX = 1, VAV_HAS_SCORE = 2, VAV_HAS_LANDMARKS = 4, VAV_HAS_CHIP = 8, VAV_HAS_EMBEDDING = 16 };

/** One face. Filled by vav_faces_get; set struct_size with VAV_FACE_INIT first. */
typedef struct vav_face {
  uint32_t struct_size;
  uint32_t has; /* VAV_HAS_… bits */
  vav_box box;  /* may reach beyond the picture unless clipping was asked for */
  float score;  /* the detector's confidence, bigger is surer, 0 is its threshold; not comparable between detectors */
  /* outer and inner corner of the eye on the picture's right side, outer and inner corner of the one on its left, base
     of the nose: the order of dlib's 5-point model */
  vav_point landmarks[VAV_LANDMARKS];
} vav_face;

#define VAV_FACE_INIT \
  { (uint32_t)sizeof(vav_face), 0, {0, 0, 0, 0}, 0, {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}} }

/** Does what VAV_FACE_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_face_init(vav_face *face);

/**
 * Whether a face can be compared with others, and if not, why. Below these limits, which were measured, strangers come out
 * alike; a face that is not comparable therefore has no embedding, and what has no embedding is never matched or enrolled.
 * New reasons may be added: take every value but VAV_COMPARABLE for a no.
 */
typedef int32_t vav_comparability;
enum {
  VAV_COMPARABILITY_NOT_EVALUATED = 0, /* no landmarks were asked for, or there is no such face */
  VAV_COMPARABLE = 1,
  VAV_NOT_COMPARABLE_LANDMARKS = 2,    /* the landmarks do not fit a face: none is there, or it is turned away or covered */
  VAV_NOT_COMPARABLE_CUT = 3,          /* too much of the face lies beyond the picture's edge */
  VAV_NOT_COMPARABLE_TOO_SMALL = 4,    /* less than some 25 px wide */
  VAV_NOT_COMPARABLE_TOO_DARK = 5,
  VAV_NOT_COMPARABLE_TOO_BRIGHT = 6,   /* large parts are plain white */
  VAV_NOT_COMPARABLE_LOW_CONTRAST = 7,
  VAV_NOT_COMPARABLE_BLURRED = 8,      /* out of focus, moved, or enlarged from a smaller picture */
  VAV_NOT_COMPARABLE_COMPRESSED = 9,   /* JPEG's blocks or other squares hide it, or a few shades are all that is left */
  VAV_NOT_COMPARABLE_NOISY = 10        /* grain or dots hide it */
};

/** A short name for programs, such as "blurred"; "unknown" for a number that is none of the above. @threads any @since 0.1 */
VAV_API const char *vav_comparability_name(vav_comparability comparability);

/**
 * Why such a face cannot be compared and what to do about it, in one sentence for people; "" for VAV_COMPARABLE. Static.
 * @threads any @since 0.1
 */
VAV_API const char *vav_comparability_advice(vav_comparability comparability);

/** The faces of one picture. Owns its memory, immutable, independent of engine and image. */
typedef struct vav_faces vav_faces;

/** Frees the result; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_faces_destroy(vav_faces *faces);

/** How many; 0 for NULL. Detected faces come in the detector's order: surest first. @threads any @since 0.1 */
VAV_API int32_t vav_faces_count(const vav_faces *faces);

/**
 * Copies face `index` (0..count-1) into `*out`.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_faces_get(const vav_faces *faces, int32_t index, vav_face *out, vav_error *err);

/** Index of the face with the largest box; -1 when there is none. @threads any @since 0.1 */
VAV_API int32_t vav_faces_largest(const vav_faces *faces);

/** Whether face `index` can be compared; known for every face that has landmarks. @threads any @since 0.1 */
VAV_API vav_comparability vav_faces_comparability(const vav_faces *faces, int32_t index);

/**
 * The embedding of face `index`: VAV_EMBEDDING_DIM floats, not of unit length. NULL when the face cannot be compared (see
 * vav_faces_comparability), when the embedding was not asked for, or when there is no such face. Look for NULL before you
 * compare or enrol: those calls answer it with INVALID_ARGUMENT. Borrowed until the faces are destroyed. @threads any
 * @since 0.1
 */
VAV_API const float *vav_faces_embedding(const vav_faces *faces, int32_t index);

/**
 * The chip of face `index`: VAV_CHIP_SIZE² RGB pixels, packed. NULL when it was not computed or there is no such face.
 * Borrowed until the faces are destroyed. @threads any @since 0.1
 */
VAV_API const uint8_t *vav_faces_chip(const vav_faces *faces, int32_t index);

/** VAV_LANDMARKS, VAV_CHIP_SIZE and VAV_EMBEDDING_DIM for languages without the preprocessor. @threads any @since 0.1 */
VAV_API int32_t vav_landmarks_count(void);
/** See vav_landmarks_count. @threads any @since 0.1 */
VAV_API int32_t vav_chip_size(void);
/** See vav_landmarks_count. @threads any @since 0.1 */
VAV_API int32_t vav_embedding_dim(void);

VAV_END_DECLS

#endif
