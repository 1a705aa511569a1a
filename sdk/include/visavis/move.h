/* Moving a gallery to other models without losing its people: embeddings of the other models are staged, one for each
   template, and then exchanged all at once. */
#ifndef VISAVIS_MOVE_H
#define VISAVIS_MOVE_H

#include "visavis/faces.h"
#include "visavis/gallery.h"
#include "visavis/image.h"

VAV_BEGIN_DECLS

/** How far a move to other models is. */
typedef struct vav_move_status {
  uint32_t struct_size;
  int32_t under_way;  /* 1: embeddings are staged; 0: no move has begun */
  int32_t to_these;   /* 1: they are of the models that were asked about; 0: they are not, or none were given */
  int32_t reserved;   /* 0 */
  int64_t staged;     /* number of templates that have one */
  int64_t templates;  /* number of templates in the gallery */
  int64_t kept_chips; /* number of templates of which a chip is kept (vav_gallery_keep_chip) */
} vav_move_status;

#define VAV_MOVE_STATUS_INIT \
  { (uint32_t)sizeof(vav_move_status), 0, 0, 0, 0, 0, 0 }

/** Does what VAV_MOVE_STATUS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_move_status_init(vav_move_status *status);

/**
 * Says how far a move to other models is. `to` may be NULL.
 * Codes: those of every function with a gallery (gallery.h).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_get_move(vav_gallery *gallery, const vav_models *to, vav_move_status *out,
                                        vav_error *err);

/**
 * Stages the embedding that a template will have when the gallery moves to the models `to`, in the place of an earlier
 * one. Nothing else changes: the gallery goes on to answer with its present templates, through every handle. What is
 * staged is on disk and survives a crash; it goes with its template. Within a transaction it is part of it. `embedding`
 * points to `length` floats that `to` gave for the same face: nothing here can tell whether it is the same person.
 * Compare the face with the template by the present models before, in the picture that the embedding is made of.
 * Codes: NOT_FOUND (no such template), INVALID_ARGUMENT (numbers that are no embedding of `to`; or the gallery is of
 * these models already), WRONG_STATE (embeddings of other models are staged: finish or cancel that move first). On
 * failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_stage(vav_gallery *gallery, const vav_models *to, int64_t template_id,
                                     const float *embedding, int32_t length, vav_error *err);

/** A template and the person to whom it belongs. This struct never grows. */
typedef struct vav_unstaged {
  int64_t template_id;
  int64_t person;
} vav_unstaged;

/**
 * Lists templates for which no embedding is staged, in ascending order of id, from the first above `after` (0 = from the
 * beginning). `out` is yours and takes up to `most` (1..1,000,000) of them; `*out_count` becomes their number, 0 if there
 * are no more. On failure `*out_count` is 0.
 * Codes: INVALID_ARGUMENT (`most`, `after`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_unstaged(vav_unstaged *out, int32_t *out_count, int32_t most, vav_gallery *gallery,
                                             int64_t after, vav_error *err);

/**
 * Moves the gallery to the models `to`, in one transaction: each template gets the embedding that is staged for it.
 * Persons with all that is known of them, groups, ids and the audit log stay. The gallery's own threshold is removed,
 * for it was a distance between embeddings of the models before. With `leave_behind` 1, templates for which none is staged
 * are removed; their persons stay, also those who then have no template. With 0 such templates are WRONG_STATE, and the
 * message names the first of them. From then on every call on every handle that is open is GALLERY_RECIPE, on this one
 * too: destroy it, and open the gallery with the other models. After a crash the gallery has moved completely or not at
 * all. The bytes of the embeddings before are overwritten in the file, and in its log once nobody reads an older state.
 * Codes: WRONG_STATE (a transaction is open, nothing is staged for `to`, or some templates would be left behind),
 * GALLERY_CORRUPT (something that is staged was altered: cancel the move), INVALID_ARGUMENT (`leave_behind`). On failure
 * nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_move(vav_gallery *gallery, const vav_models *to, int32_t leave_behind, vav_error *err);

/**
 * Removes all embeddings that are staged, so that a move can begin anew. Does nothing if there are none.
 * Codes: those of every function with a gallery. On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_cancel_move(vav_gallery *gallery, vav_error *err);

/* ---- Kept chips ---- */

/** The largest width and height of a picture that vav_gallery_keep_chip takes, in px. */
#define VAV_KEPT_CHIP_MAX 320

/**
 * Cuts face `index` of `faces` out of the picture that they were found in: upright, with as much around it as the face
 * is wide, at most VAV_KEPT_CHIP_MAX px wide and high, never larger than in the picture. It shows other models what they
 * need to see. `*out` is yours: destroy it with vav_image_destroy.
 * Codes: INVALID_ARGUMENT (no such face, or one without landmarks).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_cut_face(vav_image **out, const vav_image *image, const vav_faces *faces, int32_t index,
                                      vav_error *err);

/**
 * Keeps a picture of the face of a template, without loss, so that the template can be made again by other models when
 * the photo is gone: usually what vav_image_cut_face gave. It takes the place of an earlier one. A picture says much more
 * about a person than a template does: keep it only if they have agreed. In an encrypted gallery it is encrypted. It goes
 * with its template, and vav_gallery_forget_person overwrites it. Exports leave it out, backups have it.
 * Codes: NOT_FOUND (no such template), INVALID_ARGUMENT (a picture of more than VAV_KEPT_CHIP_MAX px on a side). On
 * failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_keep_chip(vav_gallery *gallery, int64_t template_id, const vav_image *chip,
                                         vav_error *err);

/**
 * Gives the picture that is kept of a template. `*out` is yours: destroy it with vav_image_destroy.
 * Codes: NOT_FOUND (none is kept, or there is no such template).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_get_chip(vav_image **out, vav_gallery *gallery, int64_t template_id, vav_error *err);

/**
 * Removes all pictures that are kept; templates stay.
 * Codes: those of every function with a gallery. On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_remove_chips(vav_gallery *gallery, vav_error *err);

VAV_END_DECLS

#endif
