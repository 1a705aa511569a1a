/* Quality: what is good and what is bad about the picture of a face, measure by measure. */
#ifndef VISAVIS_QUALITY_H
#define VISAVIS_QUALITY_H

#include "visavis/faces.h"

VAV_BEGIN_DECLS

/**
 * A measure of ISO/IEC 29794-5. The numbers are the standard's identifiers. Each has a native value (`raw`), in the unit
 * below, and a component value (`score`) of 0..100, where more is better. sdk/docs/quality.md has the formulas and says
 * what the measures do not tell.
 */
typedef int32_t vav_quality_measure;
enum {
  VAV_QUALITY_ILLUMINATION_UNIFORMITY = 0x43,   /* 0..1: how much alike both cheeks are lit; more is better */
  VAV_QUALITY_LUMINANCE_MEAN = 0x44,            /* 0..1: how bright the face is; best between 0.35 and 0.65 */
  VAV_QUALITY_LUMINANCE_VARIANCE = 0x45,        /* of the luminance, 0..0.25; best near 0.017 */
  VAV_QUALITY_UNDER_EXPOSURE_PREVENTION = 0x46, /* 0..1: the share of the face that is nearly black; less is better */
  VAV_QUALITY_OVER_EXPOSURE_PREVENTION = 0x47,  /* 0..1: the share of the face that is nearly white; less is better */
  VAV_QUALITY_DYNAMIC_RANGE = 0x48,             /* bits, 0..8: the entropy of the luminance; more is better */
  VAV_QUALITY_SHARPNESS = 0x49,                 /* 0 and up: how much of the contrast is between neighbours */
  VAV_QUALITY_NATURAL_COLOUR = 0x4b,            /* 0..100: how far the cheeks' colour is from colours of skin */
  VAV_QUALITY_SINGLE_FACE_PRESENT = 0x4c,       /* 0..1: how large the next face is beside this one; less is better */
  VAV_QUALITY_INTER_EYE_DISTANCE = 0x52,        /* px: what it would be if the face looked into the camera */
  VAV_QUALITY_HEAD_SIZE = 0x53,                 /* from the eyes to the chin, of the picture's height; best 0.45 */
  VAV_QUALITY_MARGIN_LEFT = 0x54,               /* from the picture's left edge to the eye near it, in distances of the
                                                   eyes; more is better */
  VAV_QUALITY_MARGIN_RIGHT = 0x55,              /* the same on the right */
  VAV_QUALITY_MARGIN_ABOVE = 0x56,              /* from the upper edge to the eyes, in lengths from eyes to chin */
  VAV_QUALITY_MARGIN_BELOW = 0x57,              /* from the eyes to the lower edge, in the same */
  VAV_QUALITY_HEAD_POSE_YAW = 0x58,             /* degrees, best 0; above 0 the face looks to the picture's right */
  VAV_QUALITY_HEAD_POSE_PITCH = 0x59,           /* degrees, best 0; above 0 it looks down */
  VAV_QUALITY_HEAD_POSE_ROLL = 0x5a             /* degrees, best 0; above 0 it is turned counter-clockwise */
};

/** What is known of a measure. */
typedef int32_t vav_quality_state;
enum {
  VAV_QUALITY_NOT_EVALUATED = 0, /* nothing; `gap` says why */
  VAV_QUALITY_EVALUATED = 1,     /* as the standard's reference implementation defines it */
  VAV_QUALITY_APPROXIMATE = 2    /* something that this definition needs was taken from what faces usually look like */
};

/** Why a measure was not evaluated. Later versions may know more. */
typedef int32_t vav_quality_gap;
enum {
  VAV_QUALITY_GAP_NONE = 0,    /* it was, or quality was not asked for */
  VAV_QUALITY_GAP_POINTS = 1,  /* the five points do not tell it */
  VAV_QUALITY_GAP_OUTSIDE = 2, /* what it looks at lies beyond the edge of the picture */
  VAV_QUALITY_GAP_GREY = 3,    /* the face has no colours */
  VAV_QUALITY_GAP_TURNED = 4,  /* the face is turned so far that one cheek is hardly seen */
  VAV_QUALITY_GAP_FACES = 5    /* nobody looked for all faces of the picture */
};

/** One measure of one face, as vav_faces_get_quality gives it. Start with VAV_QUALITY_INIT. */
typedef struct vav_quality {
  uint32_t struct_size;
  vav_quality_measure measure; /* which one; 0 = none */
  vav_quality_state state;     /* whether there are values */
  vav_quality_gap gap;         /* why there are none */
  float raw;                   /* the native value, in the unit of the measure; 0 if not evaluated */
  int32_t score;               /* the component value, 0..100; 0 if not evaluated, which no caller should read as bad */
} vav_quality;

#define VAV_QUALITY_INIT \
  { (uint32_t)sizeof(vav_quality), 0, 0, 0, 0, 0 }

/** Does what VAV_QUALITY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_quality_init(vav_quality *quality);

/** How many measures there are. @threads any @since 0.1 */
VAV_API int32_t vav_quality_count(void);

/** Measure `index`, 0..vav_quality_count-1, in the order of their numbers; 0 beyond. @threads any @since 0.1 */
VAV_API vav_quality_measure vav_quality_at(int32_t index);

/** A short name, such as "head_size"; "unknown" for a number not known here. Static text. @threads any @since 0.1 */
VAV_API const char *vav_quality_name(vav_quality_measure measure);

/** A short name of a gap, such as "grey"; "unknown" for a number not known here. Static text. @threads any @since 0.1 */
VAV_API const char *vav_quality_gap_name(vav_quality_gap gap);

/**
 * One sentence for people: what would make this value better, such as "step nearer to the camera"; it follows from the
 * measure and `raw`. It does not ask whether the value is good enough: that depends on the use. "" for NULL and where
 * nothing is better or was evaluated. Static text.
 * @threads any @since 0.1
 */
VAV_API const char *vav_quality_advice(const vav_quality *quality);

/**
 * Fills `*out` with one measure of face `index` (0..count-1). The faces must come from a call that was asked for
 * VAV_ANALYZE_QUALITY; of others the state is NOT_EVALUATED.
 * Codes: INVALID_ARGUMENT (`index`; `measure` is none).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_faces_get_quality(const vav_faces *faces, int32_t index, vav_quality_measure measure,
                                         vav_quality *out, vav_error *err);

VAV_END_DECLS

#endif
