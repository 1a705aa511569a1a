/* The version of the header and of the library, and what the library was built with and runs on. */
#ifndef VISAVIS_VERSION_H
#define VISAVIS_VERSION_H

#include "visavis/export.h"

VAV_BEGIN_DECLS

#define VAV_VERSION_MAJOR 0
#define VAV_VERSION_MINOR 1
#define VAV_VERSION_PATCH 0

/** The library's version, "0.1.0". Static text. @threads any @since 0.1 */
VAV_API const char *vav_version(void);

/** The library's version as one number: major*10000 + minor*100 + patch. @threads any @since 0.1 */
VAV_API int32_t vav_version_number(void);

/**
 * Describes the library and the machine as one JSON object: "version", "dependencies" {name: version},
 * "cpu" {"features": [..], "threads": n}, "backends" [..], "detectors" [..].
 * Writes at most `capacity` bytes, with the final NUL, into `buffer`; a longer text is cut. `buffer` may be NULL if
 * `capacity` is 0. Returns the bytes that the whole text needs, without the NUL. @threads any @since 0.1
 */
VAV_API size_t vav_describe(char *buffer, size_t capacity);

VAV_END_DECLS

#endif
