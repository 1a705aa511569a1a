/* What a gallery holds: persons, their groups and their templates. */
#ifndef VISAVIS_PERSON_H
#define VISAVIS_PERSON_H

#include "visavis/gallery.h"

VAV_BEGIN_DECLS

/* ---- Persons ---- */

/** How to set something that is on or off. */
typedef int32_t vav_switch;
enum {
  VAV_SWITCH_KEEP = 0, /* leave it as it is; a new person is enabled */
  VAV_SWITCH_ON = 1,   /* turn it on */
  VAV_SWITCH_OFF = 2   /* turn it off */
};

/** A time in vav_person_fields that removes the stored time. */
enum { VAV_TIME_NONE = -1 };

/**
 * The fields of a person, to add or to change. Texts are UTF-8 and copied: metadata up to 1 MiB, the others up to 1,024
 * bytes. Times are milliseconds since 1970-01-01 UTC. NULL and 0 mean none for a new person, and no change for one that
 * exists. "" removes an external id or a consent reference, VAV_TIME_NONE a time.
 */
typedef struct vav_person_fields {
  uint32_t struct_size;
  vav_switch enabled;      /* off: the person stays in the gallery, but no search finds them */
  const char *name;        /* not blank; need not be unique; required for a new person */
  const char *external_id; /* your own key for the person, unique in the gallery */
  const char *metadata;    /* one JSON object; NULL means {} for a new person */
  const char *consent_ref; /* where you keep the person's consent, such as a number or a path */
  int64_t consent_at;      /* when the consent was given */
  int64_t valid_from;      /* searches find the person from this time on */
  int64_t valid_until;     /* searches do not find the person from this time on; later than valid_from */
  int64_t expires_at;      /* the same, and vav_gallery_purge_expired removes the person */
} vav_person_fields;

#define VAV_PERSON_FIELDS_INIT \
  { (uint32_t)sizeof(vav_person_fields), 0, NULL, NULL, NULL, NULL, 0, 0, 0, 0 }

/** Does what VAV_PERSON_FIELDS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_fields_init(vav_person_fields *fields);

/**
 * Adds a person. `fields.name` is required. Sets `*out_person` to the new id: 1 or more, and never used again, not even
 * after the person is removed. An id from a transaction that is undone was never given, and may be given later.
 * Codes: INVALID_ARGUMENT (no name or a blank one, metadata that is not a JSON object, valid_from not before
 * valid_until), ALREADY_EXISTS (the external id belongs to another person). On failure nobody is added and
 * `*out_person` is 0.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_add_person(int64_t *out_person, vav_gallery *gallery, const vav_person_fields *fields,
                                          vav_error *err);

/**
 * Changes a person. Members of `fields` that are NULL or 0 stay as they are; vav_person_fields says how to remove one.
 * Codes: NOT_FOUND (no such person), ALREADY_EXISTS (the external id belongs to another person), INVALID_ARGUMENT (as
 * for vav_gallery_add_person; also if valid_from would then not be before valid_until). On failure the person has not
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
 * Codes: INVALID_ARGUMENT (`now` is negative, or beyond any calendar). On failure nobody is removed and `*out_removed`
 * is 0.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_purge_expired(int64_t *out_removed, vav_gallery *gallery, int64_t now, vav_error *err);

/** Which persons to list. NULL or all zero: the first 1,000. */
typedef struct vav_person_query {
  uint32_t struct_size;
  int32_t limit;           /* the most persons to list, 1..1,000,000; 0 = 1,000 */
  int64_t after;           /* only larger ids; for the next page, the last id of this one; 0 = from the first */
  int64_t person;          /* only the person with this id; 0 = any */
  const char *name;        /* only persons with this name, in full; NULL = any. Forms of Unicode do not matter (NFC) */
  const char *external_id; /* only the person with exactly this external id; NULL = any */
  const char *group;       /* only members of this group; NULL = any */
} vav_person_query;

#define VAV_PERSON_QUERY_INIT \
  { (uint32_t)sizeof(vav_person_query), 0, 0, 0, NULL, NULL, NULL }

/** Does what VAV_PERSON_QUERY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_query_init(vav_person_query *query);

/** A list of persons, by id. It never changes, and stays valid when the gallery is closed. */
typedef struct vav_persons vav_persons;

/**
 * Lists persons, in ascending order of id. If nobody fits the query, that is VAV_OK and an empty list. The list is
 * yours: destroy it with vav_persons_destroy.
 * Codes: INVALID_ARGUMENT (the query).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_persons(vav_persons **out, vav_gallery *gallery, const vav_person_query *query,
                                            vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_persons_destroy(vav_persons *persons);
/** The number of persons in the list; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_persons_count(const vav_persons *persons);

/**
 * One person. Texts are borrowed until the list is destroyed. Times are milliseconds since 1970-01-01 UTC; 0 = none.
 */
typedef struct vav_person {
  uint32_t struct_size;
  int32_t templates;       /* number of templates */
  int64_t id;              /* 1 or more; never used for another person */
  int64_t created_at;      /* when the person was added */
  int64_t updated_at;      /* when the person was last changed */
  const char *name;        /* need not be unique */
  const char *external_id; /* your own key for the person; NULL = none */
  const char *metadata;    /* a JSON object, "{}" if there is none */
  const char *consent_ref; /* where you keep the person's consent; NULL = none */
  int32_t enabled;         /* 1: searches find the person; 0: they do not */
  int32_t groups;          /* number of groups; vav_persons_group gives their names */
  int64_t consent_at;      /* when the consent was given */
  int64_t valid_from;      /* searches find the person from this time on */
  int64_t valid_until;     /* searches do not find the person from this time on */
  int64_t expires_at;      /* the same, and vav_gallery_purge_expired removes the person */
  int64_t last_seen_at;    /* last match by a search with `note_seen`; set once an hour at most */
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
 * The name of group `group` (0..groups-1) of entry `index` (0..count-1); NULL if there is no such entry or group.
 * Borrowed from the list.
 * @threads any @since 0.1
 */
VAV_API const char *vav_persons_group(const vav_persons *persons, int32_t index, int32_t group);

/* ---- Groups ---- */

/**
 * Makes a person a member of a group. A group exists as long as it has a member.
 * `group` has 1 to 1,024 bytes of UTF-8 and is not blank. Joining again has no effect.
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

/** A list of groups. It never changes, and stays valid when the gallery is closed. */
typedef struct vav_groups vav_groups;

/**
 * Lists all groups with the number of their members. The list is yours: destroy it with vav_groups_destroy.
 * Codes: those of every function with a gallery (gallery.h).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_list_groups(vav_groups **out, vav_gallery *gallery, vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_groups_destroy(vav_groups *groups);
/** The number of groups; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_groups_count(const vav_groups *groups);
/** The name of group `index` (0..count-1); NULL for any other index. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_groups_name(const vav_groups *groups, int32_t index);
/** The number of members of group `index` (0..count-1); 0 for any other index. @threads any @since 0.1 */
VAV_API int64_t vav_groups_persons(const vav_groups *groups, int32_t index);

/* ---- Templates ---- */

/** What you know about a new template. NULL or all zero: nothing. */
typedef struct vav_template_fields {
  uint32_t struct_size;
  int32_t has_quality; /* 1: `quality` is set; 0: it is not known */
  float quality;       /* your own measure, 0..1, larger is better; stored, never used */
  int32_t reserved;    /* 0 */
  const char *source;  /* where it comes from, such as a path: UTF-8, at most 1,024 bytes, copied; NULL = none */
} vav_template_fields;

#define VAV_TEMPLATE_FIELDS_INIT \
  { (uint32_t)sizeof(vav_template_fields), 0, 0, 0, NULL }

/** Does what VAV_TEMPLATE_FIELDS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_template_fields_init(vav_template_fields *fields);

/**
 * Adds a template to a person. `embedding` points to `length` finite floats, as vav_faces_embedding and
 * vav_faces_embedding_length give them. `fields` may be NULL. Sets `*out_template` to the new id, which is never used
 * again, unless its transaction is undone.
 * Codes: NOT_FOUND (no such person), INVALID_ARGUMENT (a number that is not finite or that no face has, a length that
 * is not that of this gallery, the quality, the source). On failure nothing is added and `*out_template` is 0.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_add_template(int64_t *out_template, vav_gallery *gallery, int64_t person,
                                            const float *embedding, int32_t length, const vav_template_fields *fields,
                                            vav_error *err);

/**
 * Removes one template. Its person stays, even without any.
 * Codes: NOT_FOUND (no such template). On failure nothing has changed.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_remove_template(vav_gallery *gallery, int64_t template_id, vav_error *err);

/** The templates of a person, by id. The list never changes, and stays valid when the gallery is closed. */
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
/** The number of templates; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_templates_count(const vav_templates *templates);

/** One template. Text and embedding are borrowed until the list is destroyed. */
typedef struct vav_template {
  uint32_t struct_size;
  int32_t has_quality;    /* 1: `quality` is set; 0: it is not known */
  int64_t id;             /* 1 or more; never used for another template */
  int64_t created_at;     /* when it was added, milliseconds since 1970-01-01 UTC */
  float quality;          /* 0..1, larger is better */
  int32_t embedding_length; /* floats in `embedding` */
  const char *source;     /* where it comes from; NULL = none */
  const float *embedding; /* its numbers */
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
