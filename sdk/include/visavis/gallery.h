/* The gallery: persons and their templates in one SQLite file. */
#ifndef VISAVIS_GALLERY_H
#define VISAVIS_GALLERY_H

#include "visavis/compare.h"
#include "visavis/models.h"

VAV_BEGIN_DECLS

/**
 * An open gallery. Safe from any number of threads at once; several processes may open the same file, one of them writes
 * at a time. A change acknowledged with VAV_OK is on disk. Times are milliseconds since 1970-01-01 UTC.
 * All functions may return GALLERY_BUSY, GALLERY_CORRUPT, IO, DISK_FULL and PERMISSION besides the codes named.
 */
typedef struct vav_gallery vav_gallery;

/** How to open. */
typedef int32_t vav_gallery_mode;
enum {
  VAV_GALLERY_OPEN_OR_CREATE = 0,
  VAV_GALLERY_MUST_EXIST = 1, /* FILE_NOT_FOUND when it does not */
  VAV_GALLERY_MUST_BE_NEW = 2, /* ALREADY_EXISTS when it does */
  VAV_GALLERY_READ_ONLY = 3   /* must exist; every change gives PERMISSION */
};

typedef struct vav_gallery_options {
  uint32_t struct_size;
  vav_gallery_mode mode;
  int32_t busy_timeout_ms; /* how long to wait for another writer, 0 = 5,000; at most 3,600,000 */
} vav_gallery_options;

#define VAV_GALLERY_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_gallery_options), 0, 0 }

/** Does what VAV_GALLERY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_gallery_options_init(vav_gallery_options *options);

/**
 * Opens or creates a gallery. A new one is stamped with the recipe of `models` (embedding model hash, chip, metric); one
 * stamped with another recipe gives GALLERY_RECIPE, one from a newer version GALLERY_FORMAT. Reads no model file.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_open(vav_gallery **out, const char *path, const vav_models *models,
                                    const vav_gallery_options *options, vav_error *err);

/** Closes; an unfinished transaction is rolled back. NULL is fine. No call may be under way. @threads any, once @since 0.1 */
VAV_API void vav_gallery_destroy(vav_gallery *gallery);

/** What the gallery holds. Texts are borrowed until the gallery is destroyed. */
typedef struct vav_gallery_info {
  uint32_t struct_size;
  int32_t schema_version;
  int64_t persons;
  int64_t templates;
  int64_t created_at;
  const char *model_sha256; /* of the embedding model */
  const char *recipe;       /* chip and metric, "chip=150,padding=0.25;metric=euclidean" */
} vav_gallery_info;

#define VAV_GALLERY_INFO_INIT \
  { (uint32_t)sizeof(vav_gallery_info), 0, 0, 0, 0, NULL, NULL }

/** Does what VAV_GALLERY_INFO_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_gallery_info_init(vav_gallery_info *info);

/** Counts and stamps. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_get_info(vav_gallery *gallery, vav_gallery_info *out, vav_error *err);

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

/* ---- Transactions ---- */

/**
 * Begins a transaction: until commit, every change through this handle, from any thread, is part of it, and nothing of it
 * survives a crash or a rollback. WRONG_STATE when one is open. @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_begin(vav_gallery *gallery, vav_error *err);
/** Makes all changes since begin durable at once. WRONG_STATE without begin. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_commit(vav_gallery *gallery, vav_error *err);
/** Undoes all changes since begin. WRONG_STATE without begin. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_rollback(vav_gallery *gallery, vav_error *err);

/* ---- Persons ---- */

/** What can be said of a person; texts are UTF-8, copied, at most 1 MiB (metadata) and 1,024 bytes (the others). */
typedef struct vav_person_fields {
  uint32_t struct_size;
  int32_t reserved;        /* 0 */
  const char *name;        /* not empty; needs not be unique */
  const char *external_id; /* your own key, unique in the gallery; NULL = none */
  const char *metadata;    /* one JSON object; NULL = {} */
} vav_person_fields;

#define VAV_PERSON_FIELDS_INIT \
  { (uint32_t)sizeof(vav_person_fields), 0, NULL, NULL, NULL }

/** Does what VAV_PERSON_FIELDS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_fields_init(vav_person_fields *fields);

/** Adds a person and gives its id: 1 and up, never used again. Codes: ALREADY_EXISTS (external id). @threads any @since 0.1 */
VAV_API vav_status vav_gallery_add_person(int64_t *out_person, vav_gallery *gallery, const vav_person_fields *fields,
                                          vav_error *err);

/** Changes what is not NULL in `fields`; an external id of "" removes it. Codes: NOT_FOUND, ALREADY_EXISTS. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_update_person(vav_gallery *gallery, int64_t person, const vav_person_fields *fields,
                                             vav_error *err);

/** Removes a person with all templates. Codes: NOT_FOUND. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_remove_person(vav_gallery *gallery, int64_t person, vav_error *err);

/** Which persons to list. NULL or all zero: the first 1,000. */
typedef struct vav_person_query {
  uint32_t struct_size;
  int32_t limit;           /* at most this many, 0 = 1,000; at most 1,000,000 */
  int64_t after;           /* only ids above this: the last id of the page before */
  int64_t person;          /* only this id; 0 = any */
  const char *name;        /* only this name, exactly; NULL = any */
  const char *external_id; /* only this external id, exactly; NULL = any */
} vav_person_query;

#define VAV_PERSON_QUERY_INIT \
  { (uint32_t)sizeof(vav_person_query), 0, 0, 0, NULL, NULL }

/** Does what VAV_PERSON_QUERY_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_query_init(vav_person_query *query);

/** A list of persons, by id. Owns its memory, immutable. */
typedef struct vav_persons vav_persons;

/** Lists persons; none is VAV_OK with a count of 0. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_list_persons(vav_persons **out, vav_gallery *gallery, const vav_person_query *query,
                                            vav_error *err);
/** Frees the list; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_persons_destroy(vav_persons *persons);
/** How many; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_persons_count(const vav_persons *persons);

/** One person. The texts are borrowed until the list is destroyed. */
typedef struct vav_person {
  uint32_t struct_size;
  int32_t templates; /* how many */
  int64_t id;
  int64_t created_at;
  int64_t updated_at;
  const char *name;
  const char *external_id; /* NULL = none */
  const char *metadata;    /* a JSON object */
} vav_person;

#define VAV_PERSON_INIT \
  { (uint32_t)sizeof(vav_person), 0, 0, 0, 0, NULL, NULL, NULL }

/** Does what VAV_PERSON_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_person_init(vav_person *person);

/** Describes entry `index` (0..count-1). @threads any @since 0.1 */
VAV_API vav_status vav_persons_get(const vav_persons *persons, int32_t index, vav_person *out, vav_error *err);

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

/** Adds an embedding (VAV_EMBEDDING_DIM finite floats) to a person and gives its id. Codes: NOT_FOUND. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_add_template(int64_t *out_template, vav_gallery *gallery, int64_t person,
                                            const float *embedding, const vav_template_fields *fields, vav_error *err);

/** Removes one template. Codes: NOT_FOUND. @threads any @since 0.1 */
VAV_API vav_status vav_gallery_remove_template(vav_gallery *gallery, int64_t template_id, vav_error *err);

/** The templates of a person, by id. Owns its memory, immutable. */
typedef struct vav_templates vav_templates;

/** Lists a person's templates. Codes: NOT_FOUND. @threads any @since 0.1 */
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

/** Describes entry `index` (0..count-1). @threads any @since 0.1 */
VAV_API vav_status vav_templates_get(const vav_templates *templates, int32_t index, vav_template *out, vav_error *err);

/* ---- Search ---- */

/** How to identify. NULL or all zero: the 5 nearest persons, decided at the default threshold. */
typedef struct vav_identify_options {
  uint32_t struct_size;
  int32_t max_candidates;       /* persons, 0 = 5; at most 10,000 */
  float threshold;              /* 0 = vav_default_threshold(); at most 100 */
  int32_t only_within_threshold; /* 1: leave out candidates that are further away */
} vav_identify_options;

#define VAV_IDENTIFY_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_identify_options), 0, 0, 0 }

/** Does what VAV_IDENTIFY_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_identify_options_init(vav_identify_options *options);

/** The nearest persons, each once by its nearest template, nearest first (ties by template id). Owns its memory. */
typedef struct vav_matches vav_matches;

/**
 * Searches the whole gallery, exactly. An empty gallery is VAV_OK with UNKNOWN and no candidate.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_identify(vav_matches **out, vav_gallery *gallery, const float *embedding,
                                        const vav_identify_options *options, vav_error *err);
/** Frees the result; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_matches_destroy(vav_matches *matches);
/** MATCH when the nearest person is within the threshold, else UNKNOWN; NOT_EVALUATED for NULL. @threads any @since 0.1 */
VAV_API vav_decision vav_matches_decision(const vav_matches *matches);
/** The threshold that decided. @threads any @since 0.1 */
VAV_API float vav_matches_threshold(const vav_matches *matches);
/** How many candidates; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_matches_count(const vav_matches *matches);
/** The id of candidate `index`'s person; 0 when there is none. @threads any @since 0.1 */
VAV_API int64_t vav_matches_person(const vav_matches *matches, int32_t index);
/** The id of the template that was nearest; 0 when there is none. @threads any @since 0.1 */
VAV_API int64_t vav_matches_template(const vav_matches *matches, int32_t index);
/** Euclidean distance, smaller is closer; -1 when there is none. @threads any @since 0.1 */
VAV_API float vav_matches_distance(const vav_matches *matches, int32_t index);
/** The person's name at the time of the search; NULL when there is none. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_matches_name(const vav_matches *matches, int32_t index);

/**
 * Compares with one person's nearest template. `threshold` 0 = default. Codes: NOT_FOUND; a person without templates is
 * VAV_OK with NOT_EVALUATED and a distance of +infinity. @threads any @since 0.1
 */
VAV_API vav_status vav_gallery_verify(vav_comparison *out, vav_gallery *gallery, int64_t person, const float *embedding,
                                      float threshold, vav_error *err);

VAV_END_DECLS

#endif
