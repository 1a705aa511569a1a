/* What a gallery holds: persons, their groups and their templates. */
#ifndef VISAVIS_PERSON_H
#define VISAVIS_PERSON_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/* ---- Persons ---- */

/** What a change does to something that is on or off. */
typedef int32_t vav_switch;
enum {
  VAV_SWITCH_KEEP = 0, /* nothing; a new person is enabled */
  VAV_SWITCH_ON = 1,
  VAV_SWITCH_OFF = 2
};

/** As a time in vav_person_fields: there shall be none. */
enum { VAV_TIME_NONE = -1 };

/**
 * What can be said of a person. Texts are UTF-8, copied, at most 1 MiB (metadata) and 1,024 bytes (the others); "" removes
 * an external id or a consent reference. Times are milliseconds since 1970-01-01 UTC; 0 = leave as it is, VAV_TIME_NONE
 * removes.
 */
typedef struct vav_person_fields {
  uint32_t struct_size;
  vav_switch enabled;      /* off: kept, but no candidate */
  const char *name;        /* not empty; needs not be unique */
  const char *external_id; /* your own key, unique in the gallery; NULL = none */
  const char *metadata;    /* one JSON object; NULL = {} for a new person, and as it is for a change */
  const char *consent_ref; /* where the person's consent is kept: a number of yours, a path; NULL = none */
  int64_t consent_at;      /* when it was given */
  int64_t valid_from;      /* is a candidate from then on */
  int64_t valid_until;     /* is no candidate from then on */
  int64_t expires_at;      /* is no candidate from then on, and vav_gallery_purge_expired removes */
} vav_person_fields;

#define VAV_PERSON_FIELDS_INIT \
  { (uint32_t)sizeof(vav_person_fields), 0, NULL, NULL, NULL, NULL, 0, 0, 0, 0 }

/** Does what VAV_PERSON_FIELDS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_fields_init(vav_person_fields *fields);

/**
 * Adds a person. `fields.name` is required; `fields.metadata` NULL means {}. Sets `*out_person` to the new id: 1 and
 * up, and never used again, not even after the person is removed.
 * Codes: INVALID_ARGUMENT (no name, a blank one, metadata that is no JSON object, valid_from not before
 * valid_until), ALREADY_EXISTS (the external id belongs to another person). On failure nobody is added and
 * `*out_person` is 0.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_add_person(int64_t *out_person, vav_gallery *gallery, const vav_person_fields *fields,
                                          vav_error *err);

/**
 * Changes a person. Members of `fields` that are NULL or 0 stay as they are; an external id or a consent reference
 * of "" is removed, and so is a time of VAV_TIME_NONE.
 * Codes: NOT_FOUND (no such person), ALREADY_EXISTS (the external id belongs to another person), INVALID_ARGUMENT
 * (as for vav_gallery_add_person; also when the times that result could never be valid). On failure nothing has
 * changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_update_person(vav_gallery *gallery, int64_t person, const vav_person_fields *fields,
                                             vav_error *err);

/**
 * Removes a person and all their templates. vav_gallery_forget_person also overwrites what was stored.
 * Codes: NOT_FOUND. On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_remove_person(vav_gallery *gallery, int64_t person, vav_error *err);

/**
 * Removes everybody whose `expires_at` is not later than `now` (milliseconds since 1970-01-01 UTC; 0 = the system's
 * clock). Sets `*out_removed` to the number of persons removed.
 * Codes: INVALID_ARGUMENT (`now` is negative). On failure nobody is removed and `*out_removed` is 0.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_purge_expired(int64_t *out_removed, vav_gallery *gallery, int64_t now, vav_error *err);

/** Which persons to list. NULL or all zero: the first 1,000. */
typedef struct vav_person_query {
  uint32_t struct_size;
  int32_t limit;           /* at most this many, 0 = 1,000; at most 1,000,000 */
  int64_t after;           /* only ids above this: the last id of the page before */
  int64_t person;          /* only this id; 0 = any */
  const char *name;        /* only this name, exactly; NULL = any */
  const char *external_id; /* only this external id, exactly; NULL = any */
  const char *group;       /* only members of this group; NULL = any */
} vav_person_query;

#define VAV_PERSON_QUERY_INIT \
  { (uint32_t)sizeof(vav_person_query), 0, 0, 0, NULL, NULL, NULL }

/** Does what VAV_PERSON_QUERY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_query_init(vav_person_query *query);

/** A list of persons, by id. Owns its memory, immutable. */
typedef struct vav_persons vav_persons;

/**
 * Lists persons, in ascending order of id. A query that nobody fits gives VAV_OK and an empty list. The list is
 * yours: destroy it with vav_persons_destroy.
 * Codes: INVALID_ARGUMENT (the query).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_persons(vav_persons **out, vav_gallery *gallery, const vav_person_query *query,
                                            vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_persons_destroy(vav_persons *persons);
/** How many; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_persons_count(const vav_persons *persons);

/** One person. The texts are borrowed until the list is destroyed. A time of 0 = none. */
typedef struct vav_person {
  uint32_t struct_size;
  int32_t templates; /* how many */
  int64_t id;
  int64_t created_at;
  int64_t updated_at;
  const char *name;
  const char *external_id; /* NULL = none */
  const char *metadata;    /* a JSON object */
  const char *consent_ref; /* NULL = none */
  int32_t enabled;         /* 1, or 0: is no candidate */
  int32_t groups;          /* in how many: see vav_persons_group */
  int64_t consent_at;
  int64_t valid_from;
  int64_t valid_until;
  int64_t expires_at;
  int64_t last_seen_at; /* by a search that was asked to note it, to within an hour */
} vav_person;

#define VAV_PERSON_INIT \
  { (uint32_t)sizeof(vav_person), 0, 0, 0, 0, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0 }

/** Does what VAV_PERSON_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_init(vav_person *person);

/**
 * Fills `*out` with entry `index` (0..count-1). Its texts are borrowed from the list.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_persons_get(const vav_persons *persons, int32_t index, vav_person *out, vav_error *err);
/**
 * The name of group number `group` (0..groups-1) of entry `index`. NULL when there is no such entry or group.
 * Borrowed from the list.
 * @threads any @since 0.1
 */
VAV_API const char *vav_persons_group(const vav_persons *persons, int32_t index, int32_t group);

/* ---- Groups ---- */

/**
 * Makes a person a member of a group. The group comes into being with its first member and is gone with its last.
 * `group` has 1 to 1,024 bytes of UTF-8. Joining again has no effect.
 * Codes: NOT_FOUND (no such person), INVALID_ARGUMENT (the name). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_join_group(vav_gallery *gallery, int64_t person, const char *group, vav_error *err);
/**
 * Ends the membership of a person in a group. If the person is not a member, nothing happens and the call succeeds.
 * Codes: NOT_FOUND (no such person), INVALID_ARGUMENT (the name). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_leave_group(vav_gallery *gallery, int64_t person, const char *group, vav_error *err);

/** The groups of a gallery. Owns its memory, immutable. */
typedef struct vav_groups vav_groups;

/**
 * Lists all groups with the number of their members. The list is yours: destroy it with vav_groups_destroy.
 * Codes: those of every function with a gallery (gallery.h).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_groups(vav_groups **out, vav_gallery *gallery, vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_groups_destroy(vav_groups *groups);
/** How many; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_groups_count(const vav_groups *groups);
/** The name of group `index`; NULL when there is none. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_groups_name(const vav_groups *groups, int32_t index);
/** How many persons group `index` has; 0 when there is none. @threads any @since 0.1 */
VAV_API int64_t vav_groups_persons(const vav_groups *groups, int32_t index);

/* ---- Templates ---- */

/** What can be said of a template. NULL or all zero: nothing. */
typedef struct vav_template_fields {
  uint32_t struct_size;
  int32_t has_quality; /* 1: `quality` was evaluated */
  float quality;       /* 0..1, bigger is better */
  int32_t reserved;    /* 0 */
  const char *source;  /* where it came from, UTF-8, at most 1,024 bytes; NULL = nothing said */
} vav_template_fields;

#define VAV_TEMPLATE_FIELDS_INIT \
  { (uint32_t)sizeof(vav_template_fields), 0, 0, 0, NULL }

/** Does what VAV_TEMPLATE_FIELDS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_template_fields_init(vav_template_fields *fields);

/**
 * Adds a template to a person. `embedding` points to VAV_EMBEDDING_DIM finite floats, as vav_faces_embedding gives
 * them. `fields` may be NULL. Sets `*out_template` to the new id, which is never used again.
 * Codes: NOT_FOUND (no such person), INVALID_ARGUMENT (a number that is not finite or that no face has, the quality,
 * the source). On failure nothing is added and `*out_template` is 0.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_add_template(int64_t *out_template, vav_gallery *gallery, int64_t person,
                                            const float *embedding, const vav_template_fields *fields, vav_error *err);

/**
 * Removes one template. Its person stays, even without any.
 * Codes: NOT_FOUND (no such template). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_remove_template(vav_gallery *gallery, int64_t template_id, vav_error *err);

/** The templates of a person, by id. Owns its memory, immutable. */
typedef struct vav_templates vav_templates;

/**
 * Lists the templates of a person, in ascending order of id. The list is yours: destroy it with
 * vav_templates_destroy.
 * Codes: NOT_FOUND (no such person).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_templates(vav_templates **out, vav_gallery *gallery, int64_t person, vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_templates_destroy(vav_templates *templates);
/** How many; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_templates_count(const vav_templates *templates);

/** One template. Borrowed until the list is destroyed. */
typedef struct vav_template {
  uint32_t struct_size;
  int32_t has_quality; /* 1: `quality` was evaluated */
  int64_t id;
  int64_t created_at;
  float quality;
  int32_t reserved;
  const char *source;     /* NULL = nothing was said */
  const float *embedding; /* VAV_EMBEDDING_DIM floats */
} vav_template;

#define VAV_TEMPLATE_INIT \
  { (uint32_t)sizeof(vav_template), 0, 0, 0, 0, 0, NULL, NULL }

/** Does what VAV_TEMPLATE_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_template_init(vav_template *out);

/**
 * Fills `*out` with entry `index` (0..count-1). Its source and its embedding are borrowed from the list.
 * Codes: INVALID_ARGUMENT (`index`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_templates_get(const vav_templates *templates, int32_t index, vav_template *out, vav_error *err);

VAV_END_DECLS

#endif
