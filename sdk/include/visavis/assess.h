/* Assessing photos of one person together: whose face each shows, which are the same picture, who else looks like it. */
#ifndef VISAVIS_ASSESS_H
#define VISAVIS_ASSESS_H

#include "visavis/search.h"

VAV_BEGIN_DECLS

/**
 * What a photo is good for. Later versions may add values: only ACCEPTED is a photo to enrol. Those from NO_FACE on are
 * never found out here: give them as `known` for photos that have no embedding, so that the answer tells of all photos.
 */
typedef int32_t vav_photo_verdict;
enum {
  VAV_PHOTO_NOT_EVALUATED = 0,  /* no answer; as `known`: look at it */
  VAV_PHOTO_ACCEPTED = 1,       /* it shows the person */
  VAV_PHOTO_SAME_PICTURE = 2,   /* it shows the person, but is the same picture as an earlier photo or as one that was
                                   enrolled: it would tell nothing new */
  VAV_PHOTO_DIFFERENT_FACE = 3, /* it shows another face than the person's: than the templates or, of somebody new,
                                   than most photos */
  VAV_PHOTO_NO_FACE = 4,        /* known before: no face was found */
  VAV_PHOTO_SEVERAL_FACES = 5,  /* known before: nobody can tell which face is meant */
  VAV_PHOTO_NOT_COMPARABLE = 6, /* known before: see vav_faces_comparability */
  VAV_PHOTO_QUALITY = 7,        /* known before: see vav_faces_check_quality */
  VAV_PHOTO_UNREADABLE = 8      /* known before: it is no picture */
};

/**
 * A short name, such as "different_face"; "unknown" for a number not known here. Static text.
 * @threads any @since 0.1
 */
VAV_API const char *vav_photo_verdict_name(vav_photo_verdict verdict);

/** How to assess photos. NULL or all zero: by the gallery's own threshold, or else by VAV_PRESET_PHOTOS. */
typedef struct vav_assess_options {
  uint32_t struct_size;
  float threshold;           /* two faces within it are one person's: a distance, 0.000001 to 1.2; 0 = by
                                `false_rate` */
  float false_rate;          /* how often two strangers may be taken for one person, above 0 and up to 0.5; 0 = by
                                `preset` */
  vav_preset preset;         /* its rate of a comparison; 0 = the gallery's own threshold, or else VAV_PRESET_PHOTOS,
                                since a person looks at what is refused */
  float lookalike_threshold; /* up to where another person of the gallery looks like the face; 0 = as for
                                vav_gallery_find_duplicates */
  int32_t all_of_person;     /* 1: you know that all photos show the person: none is DIFFERENT_FACE */
  int32_t skip_lookalikes;   /* 1: look for no other persons of the gallery */
  int32_t reserved;          /* 0 */
  const vav_photo_verdict *known; /* of each photo: NOT_EVALUATED, or one of those from NO_FACE on, and then its
                                     embedding is not looked at; NULL = look at all */
} vav_assess_options;

#define VAV_ASSESS_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_assess_options), 0, 0, 0, 0, 0, 0, 0, NULL }

/** Does what VAV_ASSESS_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_assess_options_init(vav_assess_options *options);

/** What came out of photos that were assessed. It never changes, and stays valid when models and gallery are gone. */
typedef struct vav_assessment vav_assessment;

/**
 * Assesses photos of which somebody says that they show one person. A photo shows the person if it is within the
 * threshold of one of the person's templates, or of another photo that shows the person. Of somebody without templates,
 * the photo that has the most others within the threshold, of several the first, is taken for the person's. A picture
 * counts once, however often it is given: the same picture is one whose embedding differs by 0.001 at most (Euclidean).
 * So a copy that was made smaller or compressed again counts as another one.
 *
 * It cannot tell which of two photos that disagree is right, nor anything of one photo alone, and identical twins are
 * one person to it: see `undecided` of the summary, and sdk/docs/quality.md for how often it errs.
 *
 * `embeddings` points to `count` (0..10,000) × `length` finite floats, one embedding after the other. Give the models
 * that made them, or else `gallery`, which knows its own. With a gallery, `person` is who is to be enrolled, 0 for
 * somebody new; whether the person may be found, or is disabled or expired, makes no difference. Then of each photo that
 * is ACCEPTED or DIFFERENT_FACE, other persons of the gallery who look like it are told, also disabled and expired ones,
 * at most 100: one of them may be the same person, or the photo may be theirs. That decides nothing. Nothing is written.
 * The time it takes is in proportion to `count` × (`count` + number of templates).
 * The result is yours: destroy it with vav_assessment_destroy.
 * Codes: INVALID_ARGUMENT (both models and gallery or neither; `person` without a gallery; `count`, `length`, the
 * options; an embedding that vav_models_check_embedding would refuse, or with a gallery vav_gallery_add_template; no
 * threshold is given, and neither the gallery nor its models have one), NOT_FOUND (no such person), UNSUPPORTED
 * (reserved); with a gallery also those of every function of a gallery.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_assess_photos(vav_assessment **out, const vav_models *models, vav_gallery *gallery,
                                     int64_t person, const float *embeddings, int32_t count, int32_t length,
                                     const vav_assess_options *options, vav_error *err);

/** Frees the result; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_assessment_destroy(vav_assessment *assessment);

/** All photos in numbers. Start with VAV_ASSESSMENT_SUMMARY_INIT. */
typedef struct vav_assessment_summary {
  uint32_t struct_size;
  int32_t photos;         /* how many there are */
  int32_t accepted;       /* how many are ACCEPTED */
  int32_t same_picture;   /* how many are SAME_PICTURE */
  int32_t different_face; /* how many are DIFFERENT_FACE */
  int32_t known;          /* how many were refused before */
  int32_t rivals;         /* of the different pictures that are DIFFERENT_FACE, the most that show one face */
  int32_t undecided;      /* 1: the person has no templates, and at least as many pictures show another face as the one
                             that was taken. The first was taken: ask a person which is right */
  int32_t wrong_person;   /* 1: the person has templates, and every photo with an embedding shows another face: it may
                             be somebody else of the same name */
  int32_t reserved;       /* 0 */
  int64_t templates;      /* how many templates the person has */
} vav_assessment_summary;

#define VAV_ASSESSMENT_SUMMARY_INIT \
  { (uint32_t)sizeof(vav_assessment_summary), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/** Does what VAV_ASSESSMENT_SUMMARY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_assessment_summary_init(vav_assessment_summary *summary);

/**
 * Fills `*out` with what came out of all photos.
 * Codes: those of every function with a struct.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_assessment_get_summary(const vav_assessment *assessment, vav_assessment_summary *out,
                                              vav_error *err);

/**
 * Fills `*out` with how two faces were told apart: the threshold and what is known of its rate. All 0 where nothing was,
 * since `all_of_person` was set and there is no threshold.
 * Codes: those of every function with a struct.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_assessment_get_limits(const vav_assessment *assessment, vav_limits *out, vav_error *err);

/**
 * The same of looking for other persons of the gallery. All 0 where nobody was looked for.
 * Codes: those of every function with a struct.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_assessment_get_lookalike_limits(const vav_assessment *assessment, vav_limits *out,
                                                       vav_error *err);

/**
 * One photo. It was compared with what else shows the person: the templates and the pictures that are ACCEPTED, each
 * once, itself left out. Start with VAV_ASSESSED_PHOTO_INIT.
 */
typedef struct vav_assessed_photo {
  uint32_t struct_size;
  vav_photo_verdict verdict; /* what it is good for */
  int32_t same_as;           /* the earlier photo that is the same picture, 0 and up; -1 = none */
  int32_t compared;          /* with how many pictures of the person it was compared */
  int32_t within;            /* how many of them are within the threshold: its agreement with the rest is `within` of
                                `compared` */
  int32_t lookalikes;        /* how many other persons of the gallery look like it: see vav_assessment_get_lookalike */
  float nearest;             /* the distance to the nearest of them; infinity = there was nothing to compare */
  float mean;                /* the mean of the distances; infinity = there was nothing to compare */
  int64_t same_template;     /* the id of the person's template that is of the same picture; 0 = none */
} vav_assessed_photo;

#define VAV_ASSESSED_PHOTO_INIT \
  { (uint32_t)sizeof(vav_assessed_photo), 0, 0, 0, 0, 0, 0, 0, 0 }

/** Does what VAV_ASSESSED_PHOTO_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_assessed_photo_init(vav_assessed_photo *photo);

/**
 * Fills `*out` with photo `index`, 0..count-1.
 * Codes: INVALID_ARGUMENT (`index`). On failure `same_as` is -1, and the distances are infinite.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_assessment_get_photo(const vav_assessment *assessment, int32_t index, vav_assessed_photo *out,
                                            vav_error *err);

/** Another person of the gallery who looks like a photo. Start with VAV_LOOKALIKE_INIT. */
typedef struct vav_lookalike {
  uint32_t struct_size;
  float distance;      /* between the photo and their nearest template */
  int64_t person;      /* their id */
  int64_t template_id; /* the id of that template */
  const char *name;    /* borrowed until the assessment is destroyed */
} vav_lookalike;

#define VAV_LOOKALIKE_INIT \
  { (uint32_t)sizeof(vav_lookalike), 0, 0, 0, NULL }

/** Does what VAV_LOOKALIKE_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_lookalike_init(vav_lookalike *lookalike);

/**
 * Fills `*out` with entry `index`, 0..lookalikes-1, of those who look like photo `photo`, the nearest first.
 * Codes: INVALID_ARGUMENT (`photo`, `index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_assessment_get_lookalike(const vav_assessment *assessment, int32_t photo, int32_t index,
                                                vav_lookalike *out, vav_error *err);

VAV_END_DECLS

#endif
