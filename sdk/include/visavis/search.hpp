/* C++ layer: how to search a gallery, who was found, and who is there twice. */
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

/** How to identify. As it stands: the 5 nearest of the persons who are enabled and valid now. */
struct IdentifyOptions {
  std::int32_t max_candidates = 0;    /* persons, 0 = 5; at most 10,000 */
  float threshold = 0;                /* 0 = the gallery's own, else default_threshold(); at most 1.2 */
  bool only_within_threshold = false; /* leave out candidates that are further away */
  std::int32_t best_of = 0;           /* distance: mean of a person's so many nearest templates, 0 = 1; at most 100 */
  bool include_inactive = false;      /* also who is disabled, not yet or no longer valid, or expired */
  bool note_seen = false;             /* a match has its last_seen_at set where that can be done */
  /* Only members of one of these, at most 1,000. Empty = all; a list of nobody is refused: INVALID_ARGUMENT. */
  std::optional<std::vector<std::string>> groups;
  /* Only these ids, at most 10,000,000. Empty = all; a list of nobody is refused: INVALID_ARGUMENT. */
  std::optional<std::vector<std::int64_t>> persons;
  std::int64_t now = 0; /* for validity, milliseconds since 1970-01-01 UTC; 0 = the system's clock */
};

/** One candidate of an identification. */
struct Match {
  std::int64_t person;
  std::int64_t template_id;
  float distance; /* Euclidean, smaller is closer */
  std::string name;
};

/** The nearest persons, nearest first, and the decision. */
class Matches : public detail::List<Matches, vav_matches, vav_matches_destroy, vav_matches_count> {
 public:
  using List::List;
  /** MATCH: the first candidate is who it is. Else nobody was recognised, whoever is in the list. */
  Decision decision() const noexcept { return vav_matches_decision(get()); }
  /** The nearest within the threshold is somebody who was no candidate: nobody is named in their place. */
  bool inactive() const noexcept { return vav_matches_inactive(get()) == 1; }
  /** The one that decided. */
  float threshold() const noexcept { return vav_matches_threshold(get()); }
  Match operator[](std::int32_t index) const {
    checked(index);
    return {vav_matches_person(get(), index), vav_matches_template(get(), index), vav_matches_distance(get(), index),
            detail::copied(vav_matches_name(get(), index))};
  }
};

/** Which part of a gallery to look through for duplicates; see vav_duplicate_query. */
using DuplicateQuery = Ready<vav_duplicate_query>;

/** Two persons who look like one, and the distance of their nearest templates. */
struct Duplicate {
  std::int64_t person; /* the smaller id */
  std::int64_t other;
  float distance; /* Euclidean, smaller is closer */
  std::string name;
  std::string other_name;
};

/** Pairs of persons who look like one. */
class Duplicates : public detail::List<Duplicates, vav_duplicates, vav_duplicates_destroy, vav_duplicates_count> {
 public:
  using List::List;
  Duplicate operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_duplicate>(vav_duplicates_get, get(), index);
    return {plain.person, plain.other, plain.distance, detail::copied(plain.name), detail::copied(plain.other_name)};
  }
  /** The last person looked at, for `after` of the next query; 0 = that was everybody. */
  std::int64_t last() const noexcept { return vav_duplicates_last(get()); }
};

namespace detail {

/* The C form of IdentifyOptions, which it must not outlive. */
class PlainIdentify {
 public:
  explicit PlainIdentify(const IdentifyOptions &from) : plain_(sized<vav_identify_options>()) {
    plain_.max_candidates = from.max_candidates;
    plain_.threshold = from.threshold;
    plain_.only_within_threshold = from.only_within_threshold;
    plain_.best_of = from.best_of;
    plain_.include_inactive = from.include_inactive;
    plain_.note_seen = from.note_seen;
    plain_.now = from.now;
    /* A list without entries stays a list: as NULL it would mean everybody. */
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
