/* Visavis: face recognition. This header includes the whole C API. These rules hold everywhere:
 *
 * - A function that can fail returns vav_status. Its last argument is `err`, which may be NULL.
 * - A function that makes an object sets `*out`, its first argument. The object is yours: destroy it with the _destroy
 *   function of its type. On failure `*out` is NULL.
 * - On failure, a struct that a function fills is all 0 except struct_size. A vav_comparison says NOT_EVALUATED, with
 *   an infinite distance.
 * - Borrowed pointers, such as texts, are valid until the object that gave them is destroyed.
 * - A struct that begins with struct_size must be set by its VAV_X_INIT or vav_x_init first; else STRUCT_SIZE. 0 is
 *   always the default. A member called reserved must be 0; else UNSUPPORTED.
 * - Texts are UTF-8 and NUL-terminated; else TEXT_ENCODING.
 * - Codes that are not repeated at each function that can fail: these three; INVALID_ARGUMENT for NULL where the comment
 *   does not allow it, for a handle of another type and for a text that is too long; OUT_OF_MEMORY; INTERNAL. A function
 *   that reads a file also gives IO and PERMISSION.
 * - No function throws an exception, ends the process or prints.
 * - @threads any: any number of threads may call it at once, also with the same object. "once": for each object, by one
 *   thread, and last. one-at-a-time: threads may take turns with an object, but not call at the same time.
 */
#ifndef VISAVIS_VISAVIS_H
#define VISAVIS_VISAVIS_H

#include "visavis/assess.h"
#include "visavis/audit.h"
#include "visavis/cluster.h"
#include "visavis/compare.h"
#include "visavis/engine.h"
#include "visavis/faces.h"
#include "visavis/gallery.h"
#include "visavis/gallery_file.h"
#include "visavis/image.h"
#include "visavis/key.h"
#include "visavis/models.h"
#include "visavis/move.h"
#include "visavis/person.h"
#include "visavis/policy.h"
#include "visavis/portrait.h"
#include "visavis/quality.h"
#include "visavis/rates.h"
#include "visavis/search.h"
#include "visavis/secrecy.h"
#include "visavis/status.h"
#include "visavis/version.h"

#endif
