/* Visavis: face recognition. This header includes all of the C API; rules that hold everywhere:
 *
 * - Fallible functions return vav_status, take `err` last (NULL allowed), and leave *out NULL on failure.
 *   A struct that is filled is all zero then but its size (a vav_comparison: infinitely far, not evaluated).
 * - What a function makes is its first argument: _create, _open, _load, _list_…, _start_…, identify and the like give you
 *   an object to _destroy with the function of its type. What _get and the like give is borrowed until its parent is
 *   destroyed.
 * - Structs that begin with struct_size are started with their VAV_X_INIT or vav_x_init; 0 is always the default.
 * - Texts are UTF-8 and NUL-terminated.
 * - Nothing throws, aborts, exits or prints.
 * - @threads any: safe from any thread, also at once on one object.
 */
#ifndef VISAVIS_VISAVIS_H
#define VISAVIS_VISAVIS_H

#include "visavis/audit.h"
#include "visavis/compare.h"
#include "visavis/engine.h"
#include "visavis/faces.h"
#include "visavis/gallery.h"
#include "visavis/gallery_file.h"
#include "visavis/image.h"
#include "visavis/key.h"
#include "visavis/models.h"
#include "visavis/person.h"
#include "visavis/search.h"
#include "visavis/secrecy.h"
#include "visavis/status.h"
#include "visavis/version.h"

#endif
