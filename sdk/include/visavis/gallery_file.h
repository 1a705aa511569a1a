/* A gallery's file looked after: check, compact, backup, export and import. */
#ifndef VISAVIS_GALLERY_FILE_H
#define VISAVIS_GALLERY_FILE_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/** What a check found: no problem at all, or one line each. */
typedef struct vav_check_report vav_check_report;

/** Reads the whole file: SQLite's integrity, orphans, template sizes and values, recipe. VAV_OK also when problems were found. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_check(vav_check_report **out, vav_gallery *gallery, vav_error *err);
/** Frees the report; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_check_report_destroy(vav_check_report *report);
/** How many problems; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_check_report_count(const vav_check_report *report);
/** Problem `index` in words; NULL when there is none. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_check_report_problem(const vav_check_report *report, int32_t index);

VAV_END_DECLS

#endif
