/* Portraits: a face cut out of its picture as passports want it. */
#ifndef VISAVIS_PORTRAIT_H
#define VISAVIS_PORTRAIT_H

#include "visavis/faces.h"
#include "visavis/image.h"

VAV_BEGIN_DECLS

/** The largest width of a portrait in px. */
#define VAV_PORTRAIT_WIDTH_MAX 4000

/**
 * Cuts face `index` (0..count-1) of `faces` out of the picture that they were found in, with the geometry of the token
 * image of ISO/IEC 19794-5 and 39794-5: upright, three wide and four high; the eyes level at 3/8 and 5/8 of the width,
 * 0.6 widths below the upper edge. `width` is 12..VAV_PORTRAIT_WIDTH_MAX px; 0 = as wide as in the picture, at most
 * 1,200. A larger one than in the picture is enlarged. Where the picture ends, its last pixels go on. Nothing is checked:
 * vav_faces_check_quality says by a policy with `portrait` why the picture gives no good one. `*out` is yours: destroy it
 * with vav_image_destroy.
 * Codes: INVALID_ARGUMENT (no such face, one without landmarks, or one that is not in the picture; `width`), LIMIT_EXCEEDED (a face of more than 4,000 px
 * between the eyes).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_cut_portrait(vav_image **out, const vav_image *image, const vav_faces *faces,
                                          int32_t index, int32_t width, vav_error *err);

VAV_END_DECLS

#endif
