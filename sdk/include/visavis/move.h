/* Moving a gallery to other models without losing its people: embeddings of the other models are staged, one for each
   template, and then exchanged all at once. */
#ifndef VISAVIS_MOVE_H
#define VISAVIS_MOVE_H

#include "visavis/engine.h"
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
  /* What they are of, as vav_gallery_info names it for the present templates: the SHA-256 of the embedding model, 64
     hexadecimal digits, and chip and metric. NUL-terminated, longer texts are cut; "" if no move is under way */
  char to_model_sha256[72];
  char to_recipe[256];
  /* The name of the set of models, such as "dlib"; "own" for a model of a user's own; "" if no move is under way, or if
     this version does not know the set */
  char to_set[64];
} vav_move_status;

#define VAV_MOVE_STATUS_INIT \
  { (uint32_t)sizeof(vav_move_status), 0, 0, 0, 0, 0, 0, {0}, {0}, {0} }

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
 * vav_engine_remake makes it of a picture, and looks.
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
 * Codes: WRONG_STATE (a transaction is open, nothing is staged for `to` in a gallery with templates, or some would be left
 * behind),
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

/* ---- A face embedded anew ---- */

/** What came of looking for the face of a template in a picture. Later versions may add values: only DONE is an embedding. */
typedef int32_t vav_remake_result;
enum {
  VAV_REMAKE_NOT_EVALUATED = 0,
  VAV_REMAKE_DONE = 1,           /* the face was found, and has an embedding of the other models */
  VAV_REMAKE_NO_FACE = 2,        /* the models before see no face */
  VAV_REMAKE_NOT_COMPARABLE = 3, /* no face, or not this one, can be compared: `comparability` says why */
  VAV_REMAKE_DIFFERENT_FACE = 4  /* the nearest face is farther than the threshold: somebody else's */
};

/** A short name, such as "no_face"; "unknown" for a number not known here. Static text. @threads any @since 0.1 */
VAV_API const char *vav_remake_result_name(vav_remake_result result);

/** What one picture gave for a template. Start with VAV_REMADE_INIT. */
typedef struct vav_remade {
  uint32_t struct_size;
  vav_remake_result result;       /* only VAV_REMAKE_DONE has given an embedding */
  vav_comparability comparability; /* with NOT_COMPARABLE: why; else 0 */
  float distance;                 /* of the nearest face to the template, by the models before; smaller is closer. Of
                                     several pictures take the one with the smallest. Infinity = no face was compared */
  vav_box box;                    /* where that face is, in px; all zero if no face was compared */
  int32_t same_picture;           /* 1: so near that the template is of this very picture: look at no other */
  int32_t reserved;               /* 0 */
} vav_remade;

#define VAV_REMADE_INIT \
  { (uint32_t)sizeof(vav_remade), 0, 0, 0, {0, 0, 0, 0}, 0, 0 }

/** Does what VAV_REMADE_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_remade_init(vav_remade *remade);

/** How to look for the face of a template. NULL or all zero: in a photo, by VAV_PRESET_PHOTOS. */
typedef struct vav_remake_options {
  uint32_t struct_size;
  float threshold; /* a face that is farther from the template is another person's, 0.000001 to 1.2; 0 = by
                      VAV_PRESET_PHOTOS. Give the gallery's own, if it has one */
  int32_t kept_chip; /* 1: the picture is a kept chip (vav_gallery_get_chip). Its middle is looked at too where a detector
                        sees nothing; of the options below sizes, roi and upright are left out */
  int32_t reserved;  /* 0 */
  const vav_detect_options *before; /* how the models before look for faces: as at enrolment; NULL = defaults */
  const vav_detect_options *after;  /* how the other models do; NULL = defaults */
} vav_remake_options;

#define VAV_REMAKE_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_remake_options), 0, 0, 0, NULL, NULL }

/** Does what VAV_REMAKE_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_remake_options_init(vav_remake_options *options);

/**
 * Makes a template anew by other models, out of a picture of the person: what vav_gallery_stage takes. Of the faces in
 * the picture, the one that `before` finds nearest to the template is taken, if it is within the threshold, so that the
 * right face of a group is taken and nobody else's; `after` finds it again in the same place. `of_template` points to
 * `length` floats, an embedding of the models of `before` (as vav_template has it); `made`, which is yours, takes
 * `made_length` floats, as many as those of `after` give (vav_models_embedding_dim). It is written only if `out` says
 * DONE. `options` may be NULL.
 * Codes: INVALID_ARGUMENT (an embedding that is none of `before`, a length, the options; the threshold is 0 and nobody has
 * measured one for the models before), UNSUPPORTED and LIMIT_EXCEEDED as for vav_engine_analyze, those of loading a model
 * (see vav_engine). On failure `*out` says NOT_EVALUATED and an infinite distance.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_engine_remake(vav_remade *out, float *made, int32_t made_length, vav_engine *before,
                                     vav_engine *after, const vav_image *image, const float *of_template,
                                     int32_t length, const vav_remake_options *options, vav_error *err);

/* ---- Kept chips ---- */

/** The largest width and height of a picture that vav_gallery_keep_chip takes, in px. */
#define VAV_KEPT_CHIP_MAX 320

/**
 * Cuts face `index` of `faces` out of the picture that they were found in: upright, with as much around it as the face
 * is wide, at most VAV_KEPT_CHIP_MAX px wide and high, never larger than in the picture. It shows other models what they
 * need to see. `*out` is yours: destroy it with vav_image_destroy.
 * Codes: INVALID_ARGUMENT (no such face, one without landmarks, or one that is not in the picture).
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
 * Codes: NOT_FOUND (none is kept, or there is no such template), GALLERY_CORRUPT (what is kept was altered, or is no
 * picture that vav_gallery_keep_chip has stored).
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
