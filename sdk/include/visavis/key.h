/* What opens an encrypted gallery. */
#ifndef VISAVIS_KEY_H
#define VISAVIS_KEY_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

/** The size of a key in bytes. */
#define VAV_KEY_SIZE 32

/**
 * Your function that gives the key. It writes VAV_KEY_SIZE bytes to `key` and returns VAV_OK; any other code becomes
 * the result of the call that needed the key. It is called on any thread that uses the gallery, until the gallery is
 * destroyed, and must not use the gallery itself.
 */
typedef vav_status vav_key_callback(void *user, uint8_t *key);

/**
 * Where the key of a gallery comes from: set exactly one of key, passphrase and callback. The rows of the gallery are
 * encrypted with a random data key, and this key encrypts the data key; so changing it is quick (vav_gallery_rekey).
 * Key and passphrase are copied into locked memory; overwrite your own copy. If the key is lost, nobody can open the
 * gallery any more.
 */
typedef struct vav_gallery_key {
  uint32_t struct_size;
  uint32_t reserved;          /* 0 */
  const uint8_t *key;         /* VAV_KEY_SIZE random bytes; NULL = not this one */
  const char *passphrase;     /* UTF-8, 1..1,024 bytes; Argon2id makes a key of it (64 MiB, 0.1 s); NULL = not this */
  vav_key_callback *callback; /* a function that gives the key; NULL = not this one */
  void *user;                 /* the first argument of callback; may be NULL */
} vav_gallery_key;

#define VAV_GALLERY_KEY_INIT \
  { (uint32_t)sizeof(vav_gallery_key), 0, NULL, NULL, NULL, NULL }

/** Does what VAV_GALLERY_KEY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_gallery_key_init(vav_gallery_key *key);

VAV_END_DECLS

#endif
