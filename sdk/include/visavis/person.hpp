/* C++ layer: what a gallery holds: persons, their groups and their templates. */
#ifndef VISAVIS_PERSON_HPP
#define VISAVIS_PERSON_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/faces.h"
#include "visavis/person.h"

/*
 * Times are milliseconds since 1970-01-01 UTC. Texts here are copies: they are not overwritten when they are freed.
 * If no byte of a person may stay in memory, read the texts of the list through the C functions, with get().
 */
namespace visavis {
inline namespace cpp {

/**
 * The fields of a person, to add or to change. Empty and 0 mean none for a new person, and no change for one that
 * exists. "" removes an external id or a consent reference, VAV_TIME_NONE a time.
 */
struct PersonFields {
  std::optional<bool> enabled;            /* false: the person stays in the gallery, but no search finds them */
  std::optional<std::string> name;        /* not blank; need not be unique; required for a new person */
  std::optional<std::string> external_id; /* your own key for the person, unique in the gallery */
  std::optional<std::string> metadata;    /* one JSON object */
  std::optional<std::string> consent_ref; /* where you keep the person's consent, such as a number or a path */
  std::int64_t consent_at = 0;            /* when the consent was given */
  std::int64_t valid_from = 0;            /* searches find the person from this time on */
  std::int64_t valid_until = 0;           /* searches do not find the person from this time on */
  std::int64_t expires_at = 0;            /* the same, and Gallery::purge_expired removes the person */
};

/** Which persons to list. Unchanged: the first 1,000. */
struct PersonQuery {
  std::int32_t limit = 0;                 /* the most persons to list, 1..1,000,000; 0 = 1,000 */
  std::int64_t after = 0;                 /* only larger ids; for the next page, the last id of this one */
  std::int64_t person = 0;                /* only the person with this id; 0 = any */
  std::optional<std::string> name;        /* only persons with exactly this name; empty = any */
  std::optional<std::string> external_id; /* only the person with exactly this external id; empty = any */
  std::optional<std::string> group;       /* only members of this group; empty = any */
};

/** One person. What is empty is not set. */
struct Person {
  std::int64_t id;                          /* 1 or more; never used for another person */
  std::string name;                         /* need not be unique */
  std::optional<std::string> external_id;   /* your own key for the person */
  std::string metadata;                     /* a JSON object */
  std::optional<std::string> consent_ref;   /* where you keep the person's consent */
  bool enabled;                             /* false: no search finds the person */
  std::int32_t templates;                   /* number of templates */
  std::vector<std::string> groups;          /* names of the person's groups */
  std::int64_t created_at;                  /* when the person was added */
  std::int64_t updated_at;                  /* when the person was last changed */
  std::optional<std::int64_t> consent_at;   /* when the consent was given */
  std::optional<std::int64_t> valid_from;   /* searches find the person from this time on */
  std::optional<std::int64_t> valid_until;  /* searches do not find the person from this time on */
  std::optional<std::int64_t> expires_at;   /* the same, and Gallery::purge_expired removes the person */
  std::optional<std::int64_t> last_seen_at; /* last match by a search with `note_seen`; set once an hour at most */
};

/** A list of persons, by id. */
class Persons : public detail::List<Persons, vav_persons, vav_persons_destroy, vav_persons_count> {
 public:
  using List::List;
  Person operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_person>(vav_persons_get, get(), index);
    Person person = {};
    person.id = plain.id;
    person.name = detail::copied(plain.name);
    person.external_id = detail::maybe(plain.external_id);
    person.metadata = detail::copied(plain.metadata);
    person.consent_ref = detail::maybe(plain.consent_ref);
    person.enabled = plain.enabled == 1;
    person.templates = plain.templates;
    for (std::int32_t i = 0; i < plain.groups; ++i)
      person.groups.push_back(detail::copied(vav_persons_group(get(), index, i)));
    person.created_at = plain.created_at;
    person.updated_at = plain.updated_at;
    person.consent_at = detail::maybe(plain.consent_at);
    person.valid_from = detail::maybe(plain.valid_from);
    person.valid_until = detail::maybe(plain.valid_until);
    person.expires_at = detail::maybe(plain.expires_at);
    person.last_seen_at = detail::maybe(plain.last_seen_at);
    return person;
  }
};

/** One group. */
struct Group {
  std::string name;
  std::int64_t persons; /* number of members */
};

/** The groups of a gallery. */
class Groups : public detail::List<Groups, vav_groups, vav_groups_destroy, vav_groups_count> {
 public:
  using List::List;
  Group operator[](std::int32_t index) const {
    return {detail::copied(vav_groups_name(get(), checked(index))), vav_groups_persons(get(), index)};
  }
};

/** What you know about a new template. */
struct TemplateFields {
  std::optional<float> quality;      /* your own measure, 0..1, larger is better; stored, never used */
  std::optional<std::string> source; /* where it comes from, such as a path: UTF-8, at most 1,024 bytes */
};

/** One template. */
struct Template {
  std::int64_t id;                   /* 1 or more; never used for another template */
  std::int64_t created_at;           /* when it was added */
  std::optional<float> quality;      /* 0..1, larger is better; empty = not known */
  std::optional<std::string> source; /* where it comes from; empty = not known */
  std::vector<float> embedding;
};

/** The templates of one person, by id. */
class Templates : public detail::List<Templates, vav_templates, vav_templates_destroy, vav_templates_count> {
 public:
  using List::List;
  Template operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_template>(vav_templates_get, get(), index);
    Template one = {};
    one.id = plain.id;
    one.created_at = plain.created_at;
    if (plain.has_quality) one.quality = plain.quality;
    one.source = detail::maybe(plain.source);
    one.embedding.assign(plain.embedding, plain.embedding + plain.embedding_length);
    return one;
  }
  /** All embeddings in one vector, one after the other, as compare_many takes them. */
  std::vector<float> embeddings() const {
    std::vector<float> all;
    for (std::int32_t i = 0; i < size(); ++i) {
      const auto plain = detail::item<vav_template>(vav_templates_get, get(), i);
      all.insert(all.end(), plain.embedding, plain.embedding + plain.embedding_length);
    }
    return all;
  }
};

namespace detail {

/* The structs for C. Their texts are borrowed from `from`. */
inline vav_person_fields plain(const PersonFields &from) {
  auto to = sized<vav_person_fields>();
  if (from.enabled) to.enabled = *from.enabled ? VAV_SWITCH_ON : VAV_SWITCH_OFF;
  to.name = text(from.name, "name");
  to.external_id = text(from.external_id, "external_id");
  to.metadata = text(from.metadata, "metadata");
  to.consent_ref = text(from.consent_ref, "consent_ref");
  to.consent_at = from.consent_at;
  to.valid_from = from.valid_from;
  to.valid_until = from.valid_until;
  to.expires_at = from.expires_at;
  return to;
}

inline vav_person_query plain(const PersonQuery &from) {
  auto to = sized<vav_person_query>();
  to.limit = from.limit;
  to.after = from.after;
  to.person = from.person;
  to.name = text(from.name, "name");
  to.external_id = text(from.external_id, "external_id");
  to.group = text(from.group, "group");
  return to;
}

inline vav_template_fields plain(const TemplateFields &from) {
  auto to = sized<vav_template_fields>();
  to.has_quality = from.quality.has_value();
  to.quality = from.quality.value_or(0.0f);
  to.source = text(from.source, "source");
  return to;
}

}  // namespace detail

}  // namespace cpp
}  // namespace visavis

#endif
