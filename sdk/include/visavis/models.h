/* Models: finds the files that the manifest names, checks their SHA-256 and loads them when they are first needed. */
#ifndef VISAVIS_MODELS_H
#define VISAVIS_MODELS_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

/** A set of models. Any number of engines and galleries may share it; they keep it alive. */
typedef struct vav_models vav_models;

/**
 * Where to look for the files, in this order: `directory`; the cache of the user ($XDG_CACHE_HOME/visavis/models, else
 * $HOME/.cache/visavis/models); the data directory that was installed with the library (../share/visavis/models). The
 * library reads only these two environment variables, and none with `skip_user_cache`.
 */
typedef struct vav_models_options {
  uint32_t struct_size;
  int32_t skip_user_cache; /* 1: do not look in the cache of the user */
  const char *directory;   /* where to look first, UTF-8, copied; NULL = nowhere */
  const char *set;         /* which models work together, and how: "dlib" ("dlib-compat" is the same), "dlib-1",
                              "opencv-zoo", "sface-1" or a model of your own; NULL = "dlib". What one set made
                              cannot be compared with what another made */
  const char *calibration; /* a table of error rates made with photos of your own and these models by `visavis calibrate -o`,
                              UTF-8, at most 4 MiB, read at once; presets and rates go by it in the place of the
                              library's, also in the galleries and engines made with these models. NULL = the library's */
} vav_models_options;

#define VAV_MODELS_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_models_options), 0, NULL, NULL, NULL }

/** Does what VAV_MODELS_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_models_options_init(vav_models_options *options);

/** One model of the manifest. The texts are borrowed until the models are destroyed. */
typedef struct vav_model_info {
  uint32_t struct_size;
  int32_t optional;    /* 1: the set of these models does not need it */
  int64_t size;        /* size of the file in bytes */
  const char *id;      /* its name, such as "dlib_face_recognition_resnet_model_v1" */
  const char *file;    /* name of the file */
  const char *sha256;  /* SHA-256 of the file, 64 hexadecimal digits */
  const char *license; /* SPDX identifier */
  const char *source;  /* who published it */
  const char *purpose; /* what it does, in one line */
  const char *path;    /* where the file was found, not yet checked; NULL = it was not found */
  const char *set;     /* the set of models that uses it, such as "opencv-zoo"; "" = none */
  const char *training_data; /* what is known of the data it was trained on, in one line. The licence of the
                                file does not change the terms of that data */
} vav_model_info;

#define VAV_MODEL_INFO_INIT \
  { (uint32_t)sizeof(vav_model_info), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL }

/** Does what VAV_MODEL_INFO_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_model_info_init(vav_model_info *info);

/**
 * Makes a set of models without reading any. Each file is read, checked and parsed by the first call that needs it,
 * and that call reports MODEL_NOT_FOUND or MODEL_ALTERED. The HOG detector needs no file. `options` may be NULL. The
 * set is yours: destroy it with vav_models_destroy.
 * Codes: INVALID_ARGUMENT (the options; the table `calibration` is none, contradicts itself, was made with other models, or with
 * so few persons that it counts no ten false matches at a rate of one in 1,000; or it counts less than a hundredth of the false
 * matches that the library has counted at a threshold of the same models), MODEL_UNKNOWN (there is no such set),
 * MODEL_ALTERED (the card of a model of your own is not one), FILE_NOT_FOUND and LIMIT_EXCEEDED (of `calibration`), IO and
 * PERMISSION (the card or the table cannot be read).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_open(vav_models **out, const vav_models_options *options, vav_error *err);

/** Frees the handle; engines and galleries made with it keep working. NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_models_destroy(vav_models *models);

/** How many models the manifest names; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_models_count(const vav_models *models);

/**
 * Describes model `index` (0..count-1) in `*out`, and looks where its file is.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_get_info(const vav_models *models, int32_t index, vav_model_info *out, vav_error *err);

/**
 * Finds the file of a model and compares its size and its SHA-256 with the manifest. The message names the file, the
 * directories, the expected hash and what to do.
 * Codes: MODEL_UNKNOWN (no such id), MODEL_NOT_FOUND, MODEL_ALTERED, PERMISSION, IO.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_verify(const vav_models *models, const char *id, vav_error *err);

/**
 * Compares a file with the manifest and copies it to where this set looks first: `directory`, else the cache of the
 * user. Makes that directory if it is missing. `path` is UTF-8. The copy appears under its name when it is complete.
 * Codes: MODEL_UNKNOWN (no such id), MODEL_ALTERED (the bytes are not the manifest's), FILE_NOT_FOUND, PERMISSION,
 * DISK_FULL, IO, INVALID_ARGUMENT (there is no directory to install into). On failure nothing is written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_install(const vav_models *models, const char *id, const char *path, vav_error *err);

/** How the embeddings of a model of your own are compared. @since 0.1 */
typedef int32_t vav_metric;
enum {
  VAV_METRIC_COSINE = 0,   /* embeddings are scaled to a norm of 1, so that distances say what the cosine says */
  VAV_METRIC_EUCLIDEAN = 1 /* embeddings are compared as the network gives them */
};

/** How a model of your own is used: what its publisher says of it. */
typedef struct vav_own_model {
  uint32_t struct_size;
  int32_t input_size; /* width and height of its pictures in px, 32 to 512; 0 = 112. Faces are laid onto ArcFace's five
                         points, which were made for 112 px */
  int32_t blue_first; /* 1: it takes blue, green, red; 0: red, green, blue */
  vav_metric metric;
  float mean[3];      /* of its colours in their order: it gets (pixel - mean) * scale, pixels from 0 to 255 */
  float scale;        /* 0 = as ArcFace's, (pixel - 127.5) / 127.5; `mean` is then not looked at */
  float threshold;    /* the largest distance of a match, as you measured it; 0 = not measured: then identify and verify
                         need one each time, or the gallery one of its own */
  int32_t reserved;   /* 0 */
  const char *name;   /* of the set of models it makes: 1 to 64 of a-z, 0-9, - and _ */
  const char *license;       /* of the file, in one line; NULL = not said */
  const char *training_data; /* what is known of it, in one line; NULL = not said */
} vav_own_model;

#define VAV_OWN_MODEL_INIT \
  { (uint32_t)sizeof(vav_own_model), 0, 0, 0, {0, 0, 0}, 0, 0, 0, NULL, NULL, NULL }

/** Does what VAV_OWN_MODEL_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_own_model_init(vav_own_model *model);

/**
 * Adds an embedding model of your own from the ONNX file at `path`, UTF-8: tries it on made-up pictures, copies it to
 * vav_models_get_directory, and writes beside it a card with its hash and how it is used. From then on
 * vav_models_options.set takes its name: a set of this embedder and the detector and landmarks of opencv-zoo, whose file
 * must be there, too. A gallery made with it refuses another set, and a model that is used in another way.
 * Codes: ALREADY_EXISTS (the name is taken, or another file has that of the model), MODEL_ALTERED (no ONNX file, or a
 * damaged one), UNSUPPORTED (an operator that is not known, more than one output), INVALID_ARGUMENT (the name or a value of `model`; the network takes other
 * pictures, or gives what is no embedding; there is no directory), LIMIT_EXCEEDED, FILE_NOT_FOUND, PERMISSION, DISK_FULL,
 * IO. On failure there is no such set.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_add(const vav_models *models, const char *path, const vav_own_model *model,
                                  vav_error *err);

/**
 * Removes the card and file of a model of your own from vav_models_get_directory. Its galleries stay as they are, and
 * open again when the same model is added again.
 * Codes: MODEL_NOT_FOUND (there is no such model of your own), PERMISSION, IO. The card goes first: after PERMISSION or
 * IO the model may be gone, and its file, which the message names, still there.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_remove(const vav_models *models, const char *name, vav_error *err);

/** Where vav_models_install and vav_models_add write, UTF-8; "" for NULL or without a home. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_models_get_directory(const vav_models *models);

/** How the set makes and compares embeddings, as galleries are stamped with it; "" for NULL. Borrowed: valid as long as `models`.
 * @threads any @since 0.1 */
VAV_API const char *vav_models_get_recipe(const vav_models *models);

/** SHA-256 of the embedding model's file, 64 hexadecimal digits, as the manifest or the card of your model says when the
 * models are opened; "" for NULL. Borrowed: valid as long as `models`. @threads any @since 0.1 */
VAV_API const char *vav_models_get_model_sha256(const vav_models *models);

/** The name of the set, such as "dlib"; "" for NULL. Borrowed: valid as long as `models`.
 * @threads any @since 0.1 */
VAV_API const char *vav_models_get_set(const vav_models *models);

/**
 * The detectors of the set, the default one first: "hog cnn yunet", "yunet"; "" for NULL. Borrowed.
 * @threads any @since 0.1
 */
VAV_API const char *vav_models_detectors(const vav_models *models);

/** How many floats an embedding of the set has; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_models_embedding_dim(const vav_models *models);

/** Width and height of a chip of the set in px; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_models_chip_size(const vav_models *models);

/**
 * The threshold of a comparison of two faces by VAV_PRESET_STANDARD; for a model of your own the one it was added with. 0
 * for NULL and where nobody has measured one. For searches it depends on the gallery: see rates.h.
 * @threads any @since 0.1
 */
VAV_API float vav_models_default_threshold(const vav_models *models);

/**
 * Says whether an embedding of `length` floats can be one of this set: as many numbers as the set's have, finite, and
 * with a norm that those of faces have. Zeros, scaled ones and those of another set are refused, each with what it looks
 * like. A gallery refuses the same in what is added and what is searched for, except that one of "dlib" takes any norm from
 * 1.05 on, and 1: those are near to no face of its model. An embedding of another model that is
 * scaled to a norm of this set's cannot be told from it: keep in mind which models made which embeddings.
 * Codes: INVALID_ARGUMENT.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_check_embedding(const vav_models *models, const float *embedding, int32_t length,
                                              vav_error *err);

/** The manifest that this library was built with, as JSON. Static text. @threads any @since 0.1 */
VAV_API const char *vav_models_manifest(void);

VAV_END_DECLS

#endif
