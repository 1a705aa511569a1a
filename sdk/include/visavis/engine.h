/* The engine: picture in, faces out, in one call or step by step. */
#ifndef VISAVIS_ENGINE_H
#define VISAVIS_ENGINE_H

#include "visavis/faces.h"
#include "visavis/image.h"
#include "visavis/models.h"

VAV_BEGIN_DECLS

/** Runs the models. Safe from any number of threads at once: make one and share it. */
typedef struct vav_engine vav_engine;

/** Which detector finds the faces. */
typedef int32_t vav_detector;
enum {
  VAV_DETECTOR_HOG = 0, /* dlib's frontal detector: fast, upright frontal faces; needs no model file */
  VAV_DETECTOR_CNN = 1  /* dlib's MMOD network: also turned, tilted and partly covered faces; slow on a CPU */
};

/** What runs the networks. */
typedef int32_t vav_backend;
enum {
  VAV_BACKEND_AUTO = 0,   /* the fastest that runs here */
  VAV_BACKEND_DLIB = 1,   /* the reference */
  VAV_BACKEND_ONEDNN = 2, /* oneDNN, several times faster; UNSUPPORTED in builds and on machines without it */
  VAV_BACKEND_OPENCV = 3  /* OpenCV's dnn module, in between */
};

/** NULL or all zero: backend chosen for you, one thread a call. */
typedef struct vav_engine_options {
  uint32_t struct_size;
  vav_backend backend;
  int32_t threads;        /* at most this many for one call, 0 = 1: only the caller's own thread; at most 256 */
  int32_t max_megapixels; /* of a picture as the detector looks at it, enlarged or shrunk for min_face; a larger one gives
                             LIMIT_EXCEEDED. Bounds memory: HOG takes some 6 MB a megapixel, the CNN 60 MB and 150 MB
                             besides for each of up to four threads (with the backend dlib 1,200 MB a megapixel).
                             0 = 400 for HOG, 50 for the CNN (12 with dlib); at most 1,000 */
} vav_engine_options;

#define VAV_ENGINE_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_engine_options), 0, 0, 0 }

/** Does what VAV_ENGINE_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_engine_options_init(vav_engine_options *options);

/**
 * How to look for faces. NULL or all zero: the HOG detector exactly as dlib runs it, without enlarging the picture.
 * A face is as large as its box before clipping; one is kept when both its sides lie within min_face..max_face.
 */
typedef struct vav_detect_options {
  uint32_t struct_size;
  vav_detector detector;
  int32_t min_face; /* px; 0 = what the detector sees unaided (HOG about 72, CNN about 40); a smaller one makes it enlarge
                       the picture by 2, 4 … first, at 4, 16 … times the cost, a larger one saves time; 1..65,535 */
  int32_t max_face; /* px, 0 = no limit */
  int32_t clip;     /* 1: boxes are cut at the picture's edges */
  float threshold;  /* added to the detector's own threshold: above 0 finds fewer and surer faces; -10..10 */
  int32_t gray;     /* 1: look at the grey picture, (R + G + B) / 3. A little faster, and now and then another box or
                       face than in colour. HOG only: UNSUPPORTED with CNN */
  vav_box roi;      /* look for faces here only; all zero = everywhere. Within the picture, else INVALID_ARGUMENT. It is
                       seen as a picture of its own: a face on its edge may be missed, and boxes (still in px of the
                       whole picture) differ a little from those that looking everywhere gives */
  int32_t upright;  /* 1: also look at the picture turned by 90, 180 and 270 degrees, as photo libraries want whose pictures
                       lie on their side; four times the work. Boxes and landmarks are those of the picture as it is */
} vav_detect_options;

#define VAV_DETECT_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_detect_options), 0, 0, 0, 0, 0, 0, {0, 0, 0, 0}, 0 }

/** Does what VAV_DETECT_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_detect_options_init(vav_detect_options *options);

/** What to compute for each face: a set of bits. Each needs and includes the landmarks. */
enum { VAV_ANALYZE_LANDMARKS = 1, VAV_ANALYZE_CHIP = 2, VAV_ANALYZE_EMBEDDING = 4 };

/** NULL or all zero: landmarks and embedding. */
typedef struct vav_analyze_options {
  uint32_t struct_size;
  uint32_t what; /* VAV_ANALYZE_… bits, 0 = landmarks and embedding */
} vav_analyze_options;

#define VAV_ANALYZE_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_analyze_options), 0 }

/** Does what VAV_ANALYZE_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_analyze_options_init(vav_analyze_options *options);

/**
 * Makes an engine. Reads no model yet, and keeps `models` alive: you may destroy that handle. `options` may be NULL.
 * The engine is yours: destroy it with vav_engine_destroy.
 * Codes: INVALID_ARGUMENT (the options), UNSUPPORTED (the backend that was asked for does not run here; the message
 * says why).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_create(vav_engine **out, const vav_models *models, const vav_engine_options *options,
                                     vav_error *err);

/** Frees the engine; NULL is fine. No call may be under way. @threads any, once @since 0.1 */
VAV_API void vav_engine_destroy(vav_engine *engine);

/** The backend that runs and why, in one line. Borrowed; "" for NULL. @threads any @since 0.1 */
VAV_API const char *vav_engine_get_backend(const vav_engine *engine);

/**
 * Loads now what `what` (VAV_ANALYZE_… bits) and `detector` will need, so that the first picture takes no longer
 * than the others.
 * Codes: MODEL_NOT_FOUND (no file of that model was found), MODEL_ALTERED (its hash is wrong), INVALID_ARGUMENT.
 * What was loaded before a failure stays loaded.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_warm_up(vav_engine *engine, vav_detector detector, uint32_t what, vav_error *err);

/**
 * Finds faces: boxes and scores. A picture without a face gives VAV_OK and an empty list. `options` may be NULL. The
 * faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (the options), UNSUPPORTED (gray with the CNN), LIMIT_EXCEEDED (the picture, as the
 * detector looks at it, is beyond max_megapixels), MODEL_NOT_FOUND, MODEL_ALTERED, OUT_OF_MEMORY.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_detect(vav_faces **out, vav_engine *engine, const vav_image *image,
                                     const vav_detect_options *options, vav_error *err);

/**
 * Goes the whole way in one call: finds the faces, then computes for each what was asked for. Where landmarks do not
 * fit, the picture is turned about the face and looked at again, so that a face on its side, which the CNN may find,
 * gets the right ones. A face that cannot be compared has no embedding; vav_faces_comparability says why. `detect`
 * and `options` may be NULL. The faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (the options), UNSUPPORTED (gray with the CNN), LIMIT_EXCEEDED (the picture, as the
 * detector looks at it, is beyond max_megapixels), MODEL_NOT_FOUND, MODEL_ALTERED, OUT_OF_MEMORY.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze(vav_faces **out, vav_engine *engine, const vav_image *image,
                                      const vav_detect_options *detect, const vav_analyze_options *options,
                                      vav_error *err);

/**
 * Does the same for `count` pictures (0..1,000,000). `out` is your array of `count` pointers. The networks run over
 * all faces together, which costs less.
 * Codes: as for vav_engine_analyze; the message names the index of the picture. All or nothing: on failure every
 * entry of `out` is NULL.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze_batch(vav_faces **out, vav_engine *engine, const vav_image *const *images,
                                            int32_t count, const vav_detect_options *detect,
                                            const vav_analyze_options *options, vav_error *err);

/**
 * Computes faces from your own boxes (left <= right, top <= bottom, within ±1,000,000 px): one face for each, in the
 * same order. A box in which no face can be seen gives a face that is not comparable and has no embedding. `count`
 * is 0..1,000,000. The faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (a box, `count`, the options), MODEL_NOT_FOUND, MODEL_ALTERED, OUT_OF_MEMORY.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze_boxes(vav_faces **out, vav_engine *engine, const vav_image *image,
                                            const vav_box *boxes, int32_t count, const vav_analyze_options *options,
                                            vav_error *err);

/**
 * Computes faces from your own landmarks: VAV_LANDMARKS points a face, face after face, in the order of vav_face,
 * finite, within ±1,000,000 px and not all in one place. One face for each, in the same order, without a box.
 * Landmarks that fit no face give one that is not comparable and has no embedding. `count` is 0..1,000,000. The
 * faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (a point, `count`, the options), MODEL_NOT_FOUND, MODEL_ALTERED, OUT_OF_MEMORY.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze_landmarks(vav_faces **out, vav_engine *engine, const vav_image *image,
                                                const vav_point *landmarks, int32_t count,
                                                const vav_analyze_options *options, vav_error *err);

/**
 * Computes embeddings from your own chips. `chips` points to count × VAV_CHIP_SIZE² packed RGB pixels; `embeddings`,
 * which is yours, takes count × VAV_EMBEDDING_DIM floats. `count` is 0..1,000,000. Nothing is checked here: a chip
 * that shows no face gives numbers that mean nothing and may lie close to those of persons. Use vav_engine_analyze
 * where you can.
 * Codes: INVALID_ARGUMENT (NULL, `count`), MODEL_NOT_FOUND, MODEL_ALTERED, OUT_OF_MEMORY. On failure `embeddings`
 * may be filled in part.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_embed_chips(float *embeddings, vav_engine *engine, const uint8_t *chips, int32_t count,
                                          vav_error *err);

VAV_END_DECLS

#endif
