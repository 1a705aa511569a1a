/* Status codes and the error text that explains them. */
#ifndef VISAVIS_STATUS_H
#define VISAVIS_STATUS_H

#include "visavis/export.h"

VAV_BEGIN_DECLS

/**
 * What every fallible function returns: VAV_OK, or one of the codes below. The numbers never change and are never used
 * again for another meaning; new ones are added in the gaps, so treat a code you do not know as a failure.
 * An outcome is not an error: no face, an unknown person or a pair of different people are values in a result.
 */
typedef int32_t vav_status;
enum {
  VAV_OK = 0,

  /* 100: the call is wrong. */
  VAV_E_INVALID_ARGUMENT = 100, /* a NULL, an unknown enum value, a number out of its range, NaN in an embedding */
  VAV_E_STRUCT_SIZE = 101,      /* struct_size was not set with VAV_X_INIT, or is absurd */
  VAV_E_TEXT_ENCODING = 102,    /* a text is not valid UTF-8 */
  VAV_E_WRONG_STATE = 103,      /* the order of calls is wrong: commit without begin */
  VAV_E_UNSUPPORTED = 104,      /* a newer caller asked for what this library does not know */

  /* 200: the machine could not. */
  VAV_E_OUT_OF_MEMORY = 200,
  VAV_E_IO = 201,             /* reading or writing failed */
  VAV_E_FILE_NOT_FOUND = 202, /* the path does not exist */
  VAV_E_PERMISSION = 203,     /* the operating system forbids it */
  VAV_E_DISK_FULL = 204,
  VAV_E_CANCELLED = 205,      /* the caller's own keep_going said stop */
  VAV_E_INTERNAL = 290, /* a defect of the library: please report it with the message */

  /* 300: images. */
  VAV_E_IMAGE_FORMAT = 300,   /* the bytes are no picture, or of a kind we do not read; the message names it */
  VAV_E_IMAGE_DECODE = 301,   /* truncated or damaged bytes */
  VAV_E_LIMIT_EXCEEDED = 302, /* refused before allocating: larger than the limit in the options */

  /* 400: models. */
  VAV_E_MODEL_NOT_FOUND = 400, /* the file is in none of the places looked in */
  VAV_E_MODEL_ALTERED = 401,   /* the file's SHA-256 is not the manifest's */
  VAV_E_MODEL_UNKNOWN = 402,   /* the manifest has no such model */

  /* 500: galleries. */
  VAV_E_GALLERY_FORMAT = 500,  /* not a gallery, or one written by a newer version */
  VAV_E_GALLERY_RECIPE = 501,  /* its templates were made with another model, chip or metric */
  VAV_E_GALLERY_CORRUPT = 502, /* the file is damaged */
  VAV_E_GALLERY_BUSY = 503,    /* another process held the lock for longer than busy_timeout_ms */
  VAV_E_GALLERY_LOCKED = 504,  /* it is encrypted, and no key or passphrase was given */
  VAV_E_GALLERY_KEY = 505,     /* the key or passphrase is not this gallery's, or it is not encrypted at all */
  VAV_E_NOT_FOUND = 510,       /* no such person or template */
  VAV_E_ALREADY_EXISTS = 511   /* the external id is taken, or the file exists */
};

/**
 * Says in words what failed, where, and what to do about it. Owned by the caller, reusable, one per thread.
 * Pass NULL to a function when only the code matters. After VAV_OK the code is 0 and the message empty.
 * Start with `vav_error err = VAV_ERROR_INIT;`.
 */
typedef struct vav_error {
  uint32_t struct_size; /* sizeof(vav_error) */
  vav_status code;      /* the code that was returned */
  char message[1016];   /* UTF-8, always NUL-terminated, shortened if need be */
} vav_error;

#define VAV_ERROR_INIT \
  { (uint32_t)sizeof(vav_error), 0, {0} }

/** Does what VAV_ERROR_INIT does, for languages without the preprocessor. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_error_init(vav_error *error);

/** The name of a code, such as "VAV_E_IMAGE_DECODE"; "VAV_E_UNKNOWN" for others. Static text. @threads any @since 0.1 */
VAV_API const char *vav_status_name(vav_status status);

VAV_END_DECLS

#endif
