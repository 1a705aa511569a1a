/* Models: the files the manifest names, found, checked against their SHA-256 and loaded when first needed. */
#ifndef VISAVIS_MODELS_H
#define VISAVIS_MODELS_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

/** The set of models. Immutable to the caller, shared by any number of engines and galleries, which keep it alive. */
typedef struct vav_models vav_models;

/**
 * Where to look, in this order: `directory`; the per-user cache ($XDG_CACHE_HOME/visavis/models, else
 * $HOME/.cache/visavis/models); the data directory installed beside the library (../share/visavis/models).
 * The library reads no other environment variable, and these two not at all with `skip_user_cache`.
 * The texts are copied.
 */
typedef struct vav_models_options {
  uint32_t struct_size;
  int32_t skip_user_cache; /* 1: look only in `directory` and beside the library */
  const char *directory;   /* UTF-8, NULL = none */
} vav_models_options;

#define VAV_MODELS_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_models_options), 0, NULL }

/** Does what VAV_MODELS_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_models_options_init(vav_models_options *options);

/** One model as the manifest describes it. The texts are borrowed until the models are destroyed. */
typedef struct vav_model_info {
  uint32_t struct_size;
  int32_t optional;    /* 1: nothing of ours needs it, it is never fetched or loaded unless asked for */
  int64_t size;        /* bytes */
  const char *id;      /* "dlib_face_recognition_resnet_model_v1" */
  const char *file;    /* file name */
  const char *sha256;  /* 64 hexadecimal digits */
  const char *license; /* SPDX identifier */
  const char *source;  /* who published it */
  const char *purpose; /* what it does, in one line */
  const char *path;    /* where it was found just now, not yet checked; NULL = nowhere */
} vav_model_info;

#define VAV_MODEL_INFO_INIT \
  { (uint32_t)sizeof(vav_model_info), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL }

/** Does what VAV_MODEL_INFO_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_model_info_init(vav_model_info *info);

/**
 * Makes a set of models without reading any. Each file is read, checked and parsed by the first call that needs it,
 * and that call reports MODEL_NOT_FOUND or MODEL_ALTERED. The HOG detector needs no file. `options` may be NULL. The
 * set is yours: destroy it with vav_models_destroy.
 * Codes: INVALID_ARGUMENT (the options).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_open(vav_models **out, const vav_models_options *options, vav_error *err);

/** Gives the handle back; engines and galleries made from it go on. NULL is fine. @threads any, once @since 0.1 */
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
 * places looked in, the expected hash and what mends it.
 * Codes: MODEL_UNKNOWN (no such id), MODEL_NOT_FOUND, MODEL_ALTERED, PERMISSION, IO.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_verify(const vav_models *models, const char *id, vav_error *err);

/**
 * Compares a file with the manifest and copies it to where this set looks first: `directory`, else the per-user
 * cache, which is made if need be. `path` is UTF-8. The copy appears when it is whole.
 * Codes: MODEL_UNKNOWN (no such id), MODEL_ALTERED (the bytes are not the manifest's), FILE_NOT_FOUND, PERMISSION,
 * DISK_FULL, IO, INVALID_ARGUMENT (there is no place to install into). On failure nothing is written.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_models_install(const vav_models *models, const char *id, const char *path, vav_error *err);

/** Where vav_models_install writes, UTF-8. Borrowed; "" for NULL or when there is no home. @threads any @since 0.1 */
VAV_API const char *vav_models_get_directory(const vav_models *models);

/** The manifest this library was built with, JSON, static text. @threads any @since 0.1 */
VAV_API const char *vav_models_manifest(void);

VAV_END_DECLS

#endif
