/* The engine: picture in, faces out, in one call or step by step. */
#ifndef VISAVIS_ENGINE_H
#define VISAVIS_ENGINE_H

#include "visavis/faces.h"
#include "visavis/image.h"
#include "visavis/models.h"

VAV_BEGIN_DECLS

/**
 * Runs the models. Safe from any number of threads at once: make one and share it. A model is loaded by the first call
 * that needs it. Any call that needs one may return MODEL_NOT_FOUND (its file is in none of the directories),
 * MODEL_ALTERED (its hash is wrong), IO, PERMISSION, and UNSUPPORTED (the backend that was asked for does not run this
 * network, as VAV_BACKEND_OPENCV does not run YuNet), besides the codes that it names.
 */
typedef struct vav_engine vav_engine;

/** Which detector finds the faces. A set of models has some of them only; another one is UNSUPPORTED. */
typedef int32_t vav_detector;
enum {
  VAV_DETECTOR_DEFAULT = 0, /* that of the set of models: HOG for "dlib", YUNET for the others */
  VAV_DETECTOR_HOG = 3,     /* dlib's frontal detector: fast; finds upright frontal faces; needs no model file */
  VAV_DETECTOR_CNN = 1,  /* dlib's MMOD network: slow on a CPU; also finds turned, tilted and partly covered faces */
  VAV_DETECTOR_YUNET = 2 /* YuNet: fast; finds all of these, and small faces. The set "dlib" takes it too, with boxes as
                            dlib's detectors give them; its file comes with the set "opencv-zoo", or by its id */
};

/** What runs the networks. */
typedef int32_t vav_backend;
enum {
  VAV_BACKEND_AUTO = 0,   /* the fastest one that runs here */
  VAV_BACKEND_DLIB = 1,   /* dlib: the reference, slow, always there; for ONNX a plain one, very slow */
  VAV_BACKEND_ONEDNN = 2, /* oneDNN: several times faster; UNSUPPORTED in builds and on machines without it */
  VAV_BACKEND_OPENCV = 3  /* OpenCV's dnn module: faster than dlib; UNSUPPORTED where it is missing, and for ONNX */
};

/** How exact embeddings are. */
typedef int32_t vav_precision;
enum {
  VAV_PRECISION_EXACT = 0, /* to 1e-4 what other programs compute with the same files */
  VAV_PRECISION_FAST = 1   /* SFace in two fifths of the time, on CPUs with AVX-512 VNNI and with the backend oneDNN:
                              products are rounded. An embedding has a cosine of .999 to the exact one: both kinds may lie in
                              one gallery. Elsewhere, and for dlib's networks: as EXACT */
};

/** How an engine works. NULL or all zero: the fastest backend, and one thread for each call. */
typedef struct vav_engine_options {
  uint32_t struct_size;
  vav_backend backend;    /* what runs the networks; 0 = the fastest one that runs here */
  int32_t threads;        /* how many threads one call may use, the caller's included: 1..256; 0 = 1 */
  int32_t max_megapixels; /* the largest picture that the detector may look at, after it was enlarged or shrunk for
                             min_face; a larger one is LIMIT_EXCEEDED. This limits memory: for each megapixel HOG takes
                             about 6 MB, the CNN 60 MB (1,200 MB with the backend dlib); the CNN takes 150 MB more for
                             each of up to four threads. 1..1,000; 0 = 400 for HOG, 50 for the CNN (12 with dlib).
                             YuNet refuses nothing: it looks at parts of 1.6, or as many as said here */
  vav_precision precision; /* of embeddings; 0 = exact */
} vav_engine_options;

#define VAV_ENGINE_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_engine_options), 0, 0, 0, 0 }

/** Does what VAV_ENGINE_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_engine_options_init(vav_engine_options *options);

/**
 * How to look for faces. NULL or all zero: the default detector of the set of models, HOG exactly as dlib runs it,
 * without enlarging the picture.
 * A face is kept if both sides of its box, before it is clipped, are min_face..max_face long.
 */
typedef struct vav_detect_options {
  uint32_t struct_size;
  vav_detector detector; /* which detector finds the faces; 0 = that of the set of models */
  int32_t min_face; /* the smallest face to find, 1..65,535 px; 0 = what the detector sees by itself (HOG about 72, CNN
                       about 40, YUNET about a sixtieth of the longer side). For smaller ones it first enlarges the
                       picture 2, 4 … times, which costs 4, 16 … times as much. A larger min_face saves time */
  int32_t max_face; /* the largest face to find, in px; 0 = no limit */
  int32_t clip;     /* 1: cut boxes at the edges of the picture; 0: boxes may reach beyond them */
  float threshold;  /* added to the threshold of the detector, -10..10: above 0 it finds fewer and surer faces */
  int32_t gray;     /* 1: look at the picture in grey, (R + G + B) / 3. A little faster, but a face or a box may
                       differ. Only for HOG: with others it is UNSUPPORTED */
  vav_box roi;      /* the region to look at; all zero = the whole picture. A region that is not within the picture is
                       INVALID_ARGUMENT. The detector sees the region as a picture: it may miss a face at the edge, and
                       boxes differ a little from those of the whole picture. They are in px of the whole picture */
  int32_t upright;  /* 1: also look at the picture turned by 90, 180 and 270 degrees, for photos that lie on their side.
                       Takes four times as long. Boxes and landmarks are still those of the picture as given */
} vav_detect_options;

#define VAV_DETECT_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_detect_options), 0, 0, 0, 0, 0, 0, {0, 0, 0, 0}, 0 }

/** Does what VAV_DETECT_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_detect_options_init(vav_detect_options *options);

/** What to compute for each face: a set of bits. Chip, embedding and quality include the landmarks. */
enum { VAV_ANALYZE_LANDMARKS = 1, VAV_ANALYZE_CHIP = 2, VAV_ANALYZE_EMBEDDING = 4, VAV_ANALYZE_QUALITY = 8 };

/** What to compute for each face. NULL or all zero: landmarks and embedding. */
typedef struct vav_analyze_options {
  uint32_t struct_size;
  uint32_t what; /* VAV_ANALYZE_… bits; 0 = landmarks and embedding */
} vav_analyze_options;

#define VAV_ANALYZE_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_analyze_options), 0 }

/** Does what VAV_ANALYZE_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_analyze_options_init(vav_analyze_options *options);

/**
 * Makes an engine. Reads no model yet. `options` may be NULL. You may destroy `models` while the engine is in use.
 * The engine is yours: destroy it with vav_engine_destroy.
 * Codes: INVALID_ARGUMENT (the options), UNSUPPORTED (the backend that was asked for does not run here; the message
 * says why).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_create(vav_engine **out, const vav_models *models, const vav_engine_options *options,
                                     vav_error *err);

/** Frees the engine; NULL is fine. No call may be under way. @threads any, once @since 0.1 */
VAV_API void vav_engine_destroy(vav_engine *engine);

/**
 * One line: the backend that runs, and why this one; where FAST was asked for, also whether it is. Borrowed; "" for NULL.
 * @threads any @since 0.1
 */
VAV_API const char *vav_engine_get_backend(const vav_engine *engine);

/**
 * Loads now the models that `detector` and `what` (VAV_ANALYZE_… bits) need, so that the first picture takes no longer
 * than the others.
 * Codes: INVALID_ARGUMENT (`detector`, `what`), UNSUPPORTED (a detector that the set of models does not have), those of
 * loading a model (see vav_engine). What was loaded before a failure stays loaded.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_warm_up(vav_engine *engine, vav_detector detector, uint32_t what, vav_error *err);

/**
 * Finds faces: boxes and scores. A picture without a face gives VAV_OK and an empty list. `options` may be NULL. The
 * faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (the options), UNSUPPORTED (gray with another detector than HOG, or a detector that the set
 * of models does not have), LIMIT_EXCEEDED (the picture, as the detector looks at it, is beyond max_megapixels), those
 * of loading a model (see vav_engine).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_detect(vav_faces **out, vav_engine *engine, const vav_image *image,
                                     const vav_detect_options *options, vav_error *err);

/**
 * Does all steps in one call: finds the faces, then computes for each what `options` ask for. If the landmarks of a
 * face do not fit, tries again with the picture turned, so that faces that lie on their side, which the CNN may find,
 * get the right landmarks. A face that cannot be compared has no embedding; vav_faces_comparability says why. `detect`
 * and `options` may be NULL. The faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (the options), UNSUPPORTED (gray with another detector than HOG, or a detector that the set
 * of models does not have), LIMIT_EXCEEDED (the picture, as the detector looks at it, is beyond max_megapixels), those
 * of loading a model (see vav_engine).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze(vav_faces **out, vav_engine *engine, const vav_image *image,
                                      const vav_detect_options *detect, const vav_analyze_options *options,
                                      vav_error *err);

/**
 * Does the same for `count` pictures (0..1,000,000). `out` is your array of `count` pointers. The networks run over all
 * faces together, which costs less. The faces are yours: destroy each entry with vav_faces_destroy.
 * Codes: as for vav_engine_analyze; the message names the index of the picture where one is at fault. INVALID_ARGUMENT
 * also for `count`, and then `out` is not touched. All or nothing: on any other failure every entry of `out` is NULL.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze_batch(vav_faces **out, vav_engine *engine, const vav_image *const *images,
                                            int32_t count, const vav_detect_options *detect,
                                            const vav_analyze_options *options, vav_error *err);

/**
 * Computes faces from your own boxes (left <= right, top <= bottom, within ±1,000,000 px): one face for each, in the
 * same order. A box in which no face can be seen gives a face that is not comparable and has no embedding. `count`
 * is 0..1,000,000. The faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (a box, `count`, the options), those of loading a model (see vav_engine).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze_boxes(vav_faces **out, vav_engine *engine, const vav_image *image,
                                            const vav_box *boxes, int32_t count, const vav_analyze_options *options,
                                            vav_error *err);

/**
 * Computes some of the faces that vav_engine_detect gave, each as vav_engine_analyze would have: for the largest face
 * of a group photo, say, without paying for the others. `faces` are of this very picture and of an engine of the same
 * set of models; `indices` says which, one face for each, in the same order; `count` is 0..1,000,000. Unlike
 * vav_engine_analyze_boxes this starts from all that the detector saw, such as the eyes and which way up the face is:
 * a box alone may show another face as well. The faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (an index, a face that no detector found, another set of models, `count`, the options), those
 * of loading a model (see vav_engine).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze_faces(vav_faces **out, vav_engine *engine, const vav_image *image,
                                            const vav_faces *faces, const int32_t *indices, int32_t count,
                                            const vav_analyze_options *options, vav_error *err);

/**
 * Computes faces from your own landmarks: VAV_LANDMARKS points a face, face after face, in the order of vav_face,
 * finite, within ±1,000,000 px and not all in one place. One face for each, in the same order, without a box.
 * Landmarks that fit no face give one that is not comparable and has no embedding. `count` is 0..1,000,000. The
 * faces are yours: destroy them with vav_faces_destroy.
 * Codes: INVALID_ARGUMENT (a point, `count`, the options), those of loading a model (see vav_engine).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_analyze_landmarks(vav_faces **out, vav_engine *engine, const vav_image *image,
                                                const vav_point *landmarks, int32_t count,
                                                const vav_analyze_options *options, vav_error *err);

/**
 * Computes embeddings from your own chips. `chips` points to count × vav_models_chip_size² packed RGB pixels;
 * `embeddings`, which is yours, takes count × `length` floats; `length` is vav_models_embedding_dim. `count` is
 * 0..1,000,000. Nothing is checked here: a chip that shows no face gives numbers that mean nothing and may lie close to
 * those of persons. Use vav_engine_analyze where you can.
 * Codes: INVALID_ARGUMENT (`count`, `length`), those of loading a model (see vav_engine). On failure nothing is written
 * to `embeddings`.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_embed_chips(float *embeddings, int32_t length, vav_engine *engine, const uint8_t *chips,
                                          int32_t count, vav_error *err);

VAV_END_DECLS

#endif
