/* Status codes and the error text that explains them. */
#ifndef VISAVIS_STATUS_H
#define VISAVIS_STATUS_H

#include "visavis/export.h"

VAV_BEGIN_DECLS

/**
 * The result of every function that can fail: VAV_OK or one of the codes below. A number never gets another meaning.
 * Later versions may add codes, so treat a code that you do not know as a failure.
 * An outcome is not an error: no face, an unknown person and two different people are values in a result.
 */
typedef int32_t vav_status;
enum {
  VAV_OK = 0,

  /* 100: the call is wrong. */
  VAV_E_INVALID_ARGUMENT = 100, /* an argument is NULL, an unknown enum value, out of range, or holds NaN */
  VAV_E_STRUCT_SIZE = 101,      /* struct_size was not set by VAV_X_INIT or vav_x_init */
  VAV_E_TEXT_ENCODING = 102,    /* a text is not valid UTF-8 */
  VAV_E_WRONG_STATE = 103,      /* the call is not allowed now, such as commit without begin */
  VAV_E_UNSUPPORTED = 104,      /* this version, build or machine cannot do what was asked for */

  /* 200: the machine could not do it. */
  VAV_E_OUT_OF_MEMORY = 200,  /* there is not enough memory */
  VAV_E_IO = 201,             /* reading or writing failed */
  VAV_E_FILE_NOT_FOUND = 202, /* the path does not exist */
  VAV_E_PERMISSION = 203,     /* the operating system forbids it, or the gallery was opened read-only */
  VAV_E_DISK_FULL = 204,      /* there is no room on the disk */
  VAV_E_CANCELLED = 205,      /* your function keep_going returned 0 */
  VAV_E_INTERNAL = 290,       /* a defect of the library: please report it with the message */

  /* 300: images. */
  VAV_E_IMAGE_FORMAT = 300,   /* the bytes are not a picture, or of a format that is not read; the message names it */
  VAV_E_IMAGE_DECODE = 301,   /* the bytes are damaged or incomplete */
  VAV_E_LIMIT_EXCEEDED = 302, /* larger than the limit in the options; refused before memory was taken */

  /* 400: models. */
  VAV_E_MODEL_NOT_FOUND = 400, /* the file is in none of the directories */
  VAV_E_MODEL_ALTERED = 401,   /* the SHA-256 of the file is not the one in the manifest */
  VAV_E_MODEL_UNKNOWN = 402,   /* the manifest has no such model */

  /* 500: galleries. */
  VAV_E_GALLERY_FORMAT = 500,  /* not a gallery, or written by a newer version */
  VAV_E_GALLERY_RECIPE = 501,  /* its templates were made with another model, chip or metric */
  VAV_E_GALLERY_CORRUPT = 502, /* the file is damaged */
  VAV_E_GALLERY_BUSY = 503,    /* another handle, here or in another process, held the lock for longer than
                                  busy_timeout_ms */
  VAV_E_GALLERY_LOCKED = 504,  /* the gallery is encrypted, and neither a key nor a passphrase was given */
  VAV_E_GALLERY_KEY = 505,     /* the key or passphrase is wrong, or the gallery is not encrypted */
  VAV_E_NOT_FOUND = 510,       /* there is no such person or template */
  VAV_E_ALREADY_EXISTS = 511   /* the external id belongs to another person, or the file exists */
};

/**
 * Explains a failure: what failed, where, and what to do about it. It is yours; use it for any number of calls, one
 * thread at a time. Functions take NULL instead when only the code matters. After VAV_OK the code is 0 and the message
 * is empty. Start with `vav_error err = VAV_ERROR_INIT;`.
 */
typedef struct vav_error {
  uint32_t struct_size; /* sizeof(vav_error) */
  vav_status code;      /* the code that was returned */
  char message[1016];   /* UTF-8, always NUL-terminated; a longer text is cut */
} vav_error;

#define VAV_ERROR_INIT \
  { (uint32_t)sizeof(vav_error), 0, {0} }

/** Does what VAV_ERROR_INIT does, for languages that cannot use C macros. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_error_init(vav_error *error);

/**
 * The name of a code, such as "VAV_E_IMAGE_DECODE"; "VAV_E_UNKNOWN" for any other number. Static text.
 * @threads any @since 0.1
 */
VAV_API const char *vav_status_name(vav_status status);

VAV_END_DECLS

#endif
