/* C++ layer: the audit log of a gallery, its entries and what a check of it found. */
#ifndef VISAVIS_AUDIT_HPP
#define VISAVIS_AUDIT_HPP

#include <cstdint>
#include <optional>
#include <string>

#include "visavis/audit.h"
#include "visavis/base.hpp"
#include "visavis/compare.hpp"

namespace visavis {
inline namespace cpp {

/** What a check of the audit log found: look at `sound`. */
struct AuditReport {
  bool sound;                              /* true: no entry was altered, removed or moved */
  std::int64_t entries;                    /* number of correct entries, counted from the first */
  std::optional<std::int64_t> first_wrong; /* number of the first wrong entry; empty = none */
  std::string head;                        /* stands for the log up to here. Keep it elsewhere: only with it a later
                                              check notices that entries at the end were removed */

  explicit operator bool() const = delete;
};

/** One entry of the audit log. */
struct AuditEntry {
  vav_audit_event event;                   /* what happened; later versions may add events */
  std::int64_t number;                     /* 1, 2, 3, … */
  std::int64_t time;                       /* when, milliseconds since 1970-01-01 UTC */
  std::optional<std::int64_t> person;      /* who was recognised, verified, enrolled or removed, or whose template was;
                                              empty = nobody */
  std::optional<std::int64_t> template_id; /* the template that was added, removed or matched; empty = none */
  std::optional<std::int64_t> near_person; /* of IDENTIFY without a match: the nearest person, if not farther than
                                              1.25 × the threshold, 1.05 × where the metric
                                              is cosine */
  Decision decision;                       /* of IDENTIFY and VERIFY */
  float distance;     /* of IDENTIFY and VERIFY: smaller is closer; infinity = there was nobody to compare with */
  float threshold;    /* of IDENTIFY and VERIFY: the one that was used; of THRESHOLD: the one that was set, 0 = removed */
  std::string label;  /* the audit_label of the gallery that was used */
  std::string recipe; /* the gallery's recipe: what the distance means */
};

/** Entries of the audit log, by number. They are not checked. */
class AuditEntries
    : public detail::List<AuditEntries, vav_audit_entries, vav_audit_entries_destroy, vav_audit_entries_count> {
 public:
  using List::List;
  AuditEntry operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_audit_entry>(vav_audit_entries_get, get(), index);
    AuditEntry entry = {};
    entry.event = plain.event;
    entry.number = plain.number;
    entry.time = plain.time;
    entry.person = detail::maybe(plain.person);
    entry.template_id = detail::maybe(plain.template_id);
    entry.near_person = detail::maybe(plain.near_person);
    entry.decision = plain.decision;
    entry.distance = plain.distance;
    entry.threshold = plain.threshold;
    entry.label = detail::copied(plain.label);
    entry.recipe = detail::copied(plain.recipe);
    return entry;
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
