/* Faces: what the engine found in a picture. */
#ifndef VISAVIS_FACES_H
#define VISAVIS_FACES_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

#define VAV_LANDMARKS 5            /* points in the landmarks of one face */
#define VAV_CHIP_SIZE 150          /* width and height of a chip of the set "dlib" in px */
#define VAV_EMBEDDING_DIM 128      /* floats in one embedding of dlib's model */
#define VAV_EMBEDDING_DIM_MIN 64   /* the fewest floats in one embedding, of whatever model */
#define VAV_EMBEDDING_DIM_MAX 2048 /* the most floats in one embedding, of whatever model */

/**
 * A rectangle in px of the upright picture. The pixels at all four sides belong to it: width = right - left + 1, as in
 * dlib. This struct never grows.
 */
typedef struct vav_box {
  int32_t left, top, right, bottom;
} vav_box;

/** A point in px of the upright picture; x grows to the right and y downwards. This struct never grows. */
typedef struct vav_point {
  float x, y;
} vav_point;

/** Which parts of a face were computed: a set of bits. A part without its bit was not computed. */
enum { VAV_HAS_BOX = 1, VAV_HAS_SCORE = 2, VAV_HAS_LANDMARKS = 4, VAV_HAS_CHIP = 8, VAV_HAS_EMBEDDING = 16, VAV_HAS_QUALITY = 32 };

/** One face, as vav_faces_get gives it. Start with VAV_FACE_INIT. */
typedef struct vav_face {
  uint32_t struct_size;
  uint32_t has; /* VAV_HAS_… bits: which parts were computed */
  vav_box box;  /* may reach beyond the picture, unless the options asked to clip it */
  float score;  /* how sure the detector is: larger is surer, 0 is its threshold. Each detector has its own scale */
  /* in px. With the set of models "dlib" in the order of dlib's 5-point model: outer and inner corner of the eye on the
     right side of the picture, outer and inner corner of the eye on its left side, base of the nose. With "opencv-zoo":
     the eye on the left side of an upright face, the eye on its right side, tip of the nose, corner of the mouth on the
     left, corner of the mouth on the right */
  vav_point landmarks[VAV_LANDMARKS];
} vav_face;

#define VAV_FACE_INIT \
  { (uint32_t)sizeof(vav_face), 0, {0, 0, 0, 0}, 0, {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}} }

/** Does what VAV_FACE_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_face_init(vav_face *face);

/**
 * Whether a face can be compared with others, and if not, why. Measurements have shown that in worse pictures different
 * people look alike. So a face that is not comparable has no embedding: it is never matched or enrolled.
 * Later versions may add reasons: every value but VAV_COMPARABLE means no.
 */
typedef int32_t vav_comparability;
enum {
  VAV_COMPARABILITY_NOT_EVALUATED = 0, /* no landmarks were asked for, or there is no such face */
  VAV_COMPARABLE = 1,                  /* the face can be compared */
  VAV_NOT_COMPARABLE_LANDMARKS = 2,    /* the landmarks do not fit a face: no face, or one turned away or covered */
  VAV_NOT_COMPARABLE_CUT = 3,          /* too much of the face lies beyond the edge of the picture */
  VAV_NOT_COMPARABLE_TOO_SMALL = 4,    /* the face is less than about 25 px wide */
  VAV_NOT_COMPARABLE_TOO_DARK = 5,     /* too little light */
  VAV_NOT_COMPARABLE_TOO_BRIGHT = 6,   /* large parts of the face are pure white */
  VAV_NOT_COMPARABLE_LOW_CONTRAST = 7, /* light and dark parts hardly differ */
  VAV_NOT_COMPARABLE_BLURRED = 8,      /* out of focus, moved, or enlarged from a smaller picture */
  VAV_NOT_COMPARABLE_COMPRESSED = 9,   /* JPEG blocks or other squares hide the face, or only a few shades are left */
  VAV_NOT_COMPARABLE_NOISY = 10        /* grain, dots or lines hide the face */
};

/** A short name, such as "blurred"; "unknown" for a number not known here. Static text. @threads any @since 0.1 */
VAV_API const char *vav_comparability_name(vav_comparability comparability);

/**
 * One sentence for people: why the face cannot be compared and what to do about it. "" for VAV_COMPARABLE. Static text.
 * @threads any @since 0.1
 */
VAV_API const char *vav_comparability_advice(vav_comparability comparability);

/** The faces of one picture. It never changes, and stays valid when engine and image are destroyed. */
typedef struct vav_faces vav_faces;

/** Frees the result; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_faces_destroy(vav_faces *faces);

/** The number of faces; 0 for NULL. Detected faces are ordered: the surest first. @threads any @since 0.1 */
VAV_API int32_t vav_faces_count(const vav_faces *faces);

/**
 * Copies face `index` (0..count-1) into `*out`.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_faces_get(const vav_faces *faces, int32_t index, vav_face *out, vav_error *err);

/** The index of the face with the largest box; -1 if no face has a box. @threads any @since 0.1 */
VAV_API int32_t vav_faces_largest(const vav_faces *faces);

/** Whether face `index` can be compared, and why not. Known for every face with landmarks. @threads any @since 0.1 */
VAV_API vav_comparability vav_faces_comparability(const vav_faces *faces, int32_t index);

/**
 * The embedding of face `index`: vav_faces_embedding_length floats. Its norm is 1 with the set "opencv-zoo",
 * 0.7071 with "dlib-1", 0.75 with "sface-1", and not always the same with "dlib". NULL if the face cannot be compared (see
 * vav_faces_comparability), if no embedding was asked for, or if there is no such face. Check for NULL before you compare or enrol: those calls refuse it with INVALID_ARGUMENT. Borrowed
 * until the faces are destroyed. @threads any @since 0.1
 */
VAV_API const float *vav_faces_embedding(const vav_faces *faces, int32_t index);
/**
 * How many floats the embedding of face `index` has: VAV_EMBEDDING_DIM with dlib's model. 0 if there is none. Functions
 * that take an embedding also take this number, so that one of another model is an error.
 * @threads any @since 0.1
 */
VAV_API int32_t vav_faces_embedding_length(const vav_faces *faces, int32_t index);

/**
 * The chip of face `index`, the upright face cut out: vav_faces_chip_size² RGB pixels without gaps between the rows.
 * NULL if it was not computed or there is no such face.
 * Borrowed until the faces are destroyed. @threads any @since 0.1
 */
VAV_API const uint8_t *vav_faces_chip(const vav_faces *faces, int32_t index);

/** Width and height of the chips of these faces in px; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_faces_chip_size(const vav_faces *faces);

/** VAV_LANDMARKS, VAV_CHIP_SIZE and VAV_EMBEDDING_DIM for languages without C macros. @threads any @since 0.1 */
VAV_API int32_t vav_landmarks_count(void);
/** See vav_landmarks_count. @threads any @since 0.1 */
VAV_API int32_t vav_chip_size(void);
/** See vav_landmarks_count. @threads any @since 0.1 */
VAV_API int32_t vav_embedding_dim(void);

VAV_END_DECLS

#endif
