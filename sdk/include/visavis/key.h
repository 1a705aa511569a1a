/* What opens an encrypted gallery. */
#ifndef VISAVIS_KEY_H
#define VISAVIS_KEY_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

/** Bytes of a key. */
#define VAV_KEY_SIZE 32

/**
 * Asked for the key when it is needed: fills VAV_KEY_SIZE bytes at `key`, or gives a code other than VAV_OK, which the
 * caller of the library then gets. May be called from any thread that uses the gallery, until the gallery is destroyed,
 * and must not use the gallery itself.
 */
typedef vav_status vav_key_callback(void *user, uint8_t *key);

/**
 * Where a gallery's key comes from: exactly one of the three. It does not encrypt the gallery itself, but the random data
 * key that does, so it can be changed at once (vav_gallery_rekey). Key and passphrase are copied into locked memory;
 * wipe your own copy. Lost keys cannot be replaced: nobody can open the gallery then.
 */
typedef struct vav_gallery_key {
  uint32_t struct_size;
  uint32_t reserved;          /* 0 */
  const uint8_t *key;         /* VAV_KEY_SIZE random bytes, or NULL */
  const char *passphrase;     /* UTF-8, 1..1,024 bytes, or NULL; made into a key by Argon2id (64 MiB, about 0.1 s) */
  vav_key_callback *callback; /* or NULL */
  void *user;                 /* given to callback */
} vav_gallery_key;

#define VAV_GALLERY_KEY_INIT \
  { (uint32_t)sizeof(vav_gallery_key), 0, NULL, NULL, NULL, NULL }

/** Does what VAV_GALLERY_KEY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_gallery_key_init(vav_gallery_key *key);

VAV_END_DECLS

#endif
