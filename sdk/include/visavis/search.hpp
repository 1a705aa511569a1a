/* C++ layer: how to search a gallery, who was found, and who is in it twice. */
#ifndef VISAVIS_SEARCH_HPP
#define VISAVIS_SEARCH_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/compare.hpp"
#include "visavis/search.h"

namespace visavis {
inline namespace cpp {

/** How to search; see vav_identify_options. Unchanged: the 5 nearest of the persons who are enabled and valid now. */
struct IdentifyOptions {
  std::int32_t max_candidates = 0;    /* the most persons in the result, 1..10,000; 0 = 5 */
  float threshold = 0;                /* the largest distance of a match, 0.000001..1.2; 0 = by `false_rate`, or else by
                                         `preset` */
  float false_rate = 0;               /* how often a stranger may be a match in this search, above 0 and up to 0.5 */
  vav_preset preset = 0;              /* named rates; 0 = the gallery's own threshold, or else VAV_PRESET_STANDARD */
  bool only_within_threshold = false; /* leave out candidates beyond the threshold, or that of a REVIEW */
  std::int32_t best_of = 0;           /* the distance of a person is the mean distance of their `best_of` nearest
                                         templates: 1..100; 0 = 1, the nearest one */
  bool include_inactive = false;      /* include disabled, expired and out-of-date persons */
  bool note_seen = false;             /* set last_seen_at of the person who is matched, once an hour at most */
  /* Only members of one of these groups, at most 1,000. Unset = everybody; an empty list is INVALID_ARGUMENT. */
  std::optional<std::vector<std::string>> groups;
  /* Only persons with these ids, at most 10,000,000. Unset = everybody; an empty list is INVALID_ARGUMENT. */
  std::optional<std::vector<std::int64_t>> persons;
  std::int64_t now = 0; /* when persons must be valid, milliseconds since 1970-01-01 UTC; 0 = the system's clock */
};

/** One candidate of a search. */
struct Match {
  std::int64_t person;      /* id of the person */
  std::int64_t template_id; /* id of their nearest template */
  float distance;           /* Euclidean, 0 and up, smaller is closer; the mean distance if `best_of` is above 1 */
  std::string name;         /* name of the person */
};

/** The result of a search: a decision, and the nearest persons as candidates, nearest first. */
class Matches : public detail::List<Matches, vav_matches, vav_matches_destroy, vav_matches_count> {
 public:
  using List::List;
  /** MATCH: it is the first candidate. Any other value: nobody was recognised, whoever is in the list. */
  Decision decision() const noexcept { return vav_matches_decision(get()); }
  /** True: who is within the threshold, and as near as the first candidate, could not be one; see
      vav_matches_inactive. */
  bool inactive() const noexcept { return vav_matches_inactive(get()) == 1; }
  /** The threshold that was used. */
  float threshold() const noexcept { return vav_matches_threshold(get()); }
  /** How the decision was made, and how often a stranger would be named in this search. */
  Limits limits() const { return detail::item<vav_limits>(vav_matches_get_limits, get()); }
  Match operator[](std::int32_t index) const {
    checked(index);
    return {vav_matches_person(get(), index), vav_matches_template(get(), index), vav_matches_distance(get(), index),
            detail::copied(vav_matches_name(get(), index))};
  }
};

/** Which persons to compare with all others; see vav_duplicate_query. */
using DuplicateQuery = Ready<vav_duplicate_query>;

/** Two persons who may be one. */
struct Duplicate {
  std::int64_t person;    /* the smaller id */
  std::int64_t other;     /* the larger id */
  float distance;         /* Euclidean, between their nearest templates; smaller is closer */
  std::string name;       /* name of `person` */
  std::string other_name; /* name of `other` */
};

/** Pairs of persons who may be one. */
class Duplicates : public detail::List<Duplicates, vav_duplicates, vav_duplicates_destroy, vav_duplicates_count> {
 public:
  using List::List;
  Duplicate operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_duplicate>(vav_duplicates_get, get(), index);
    return {plain.person, plain.other, plain.distance, detail::copied(plain.name), detail::copied(plain.other_name)};
  }
  /** The id to continue after (`after` of the next query); 0 = all persons were compared. */
  std::int64_t last() const noexcept { return vav_duplicates_last(get()); }
};

namespace detail {

/* The struct for C, borrowed from IdentifyOptions: it must not outlive them. */
class PlainIdentify {
 public:
  explicit PlainIdentify(const IdentifyOptions &from) : plain_(sized<vav_identify_options>()) {
    plain_.max_candidates = from.max_candidates;
    plain_.threshold = from.threshold;
    plain_.false_rate = from.false_rate;
    plain_.preset = from.preset;
    plain_.only_within_threshold = from.only_within_threshold;
    plain_.best_of = from.best_of;
    plain_.include_inactive = from.include_inactive;
    plain_.note_seen = from.note_seen;
    plain_.now = from.now;
    /* An empty list must not become NULL, which would mean everybody. */
    if (from.groups) {
      groups_.reserve(from.groups->size());
      for (const std::string &group : *from.groups) groups_.push_back(text(group, "groups"));
      plain_.group_count = count(groups_.size(), "groups");
      plain_.groups = groups_.empty() ? &no_group_ : groups_.data();
    }
    if (from.persons) {
      plain_.person_count = count(from.persons->size(), "persons");
      plain_.persons = from.persons->empty() ? &no_person_ : from.persons->data();
    }
  }
  PlainIdentify(const PlainIdentify &) = delete;
  PlainIdentify &operator=(const PlainIdentify &) = delete;
  const vav_identify_options *get() const noexcept { return &plain_; }

 private:
  vav_identify_options plain_;
  std::vector<const char *> groups_;
  const char *no_group_ = nullptr;
  std::int64_t no_person_ = 0;
};

}  // namespace detail

}  // namespace cpp
}  // namespace visavis

#endif
