/* C++ layer: the audit log of a gallery, its entries and whether they are all there. */
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

/** What a verification of the log found: ask `sound`. */
struct AuditReport {
  bool sound;                              /* no entry was altered, removed or moved */
  std::int64_t entries;                    /* how many are, from the first */
  std::optional<std::int64_t> first_wrong; /* the number of the first that is not */
  std::string head; /* keep it elsewhere, and later entries that are cut off are noticed as well */

  explicit operator bool() const = delete;
};

/** One entry. */
struct AuditEntry {
  vav_audit_event event;
  std::int64_t number; /* 1, 2, 3, … */
  std::int64_t time;   /* milliseconds since 1970-01-01 UTC */
  std::optional<std::int64_t> person; /* who was recognised, verified, enrolled or removed */
  std::optional<std::int64_t> template_id;
  std::optional<std::int64_t> near_person; /* of IDENTIFY without a match: the nearest, if within 1.25 thresholds */
  Decision decision; /* of IDENTIFY and VERIFY */
  float distance;    /* to the nearest person; smaller is closer; infinity = there was nobody */
  float threshold;
  std::string label;  /* the audit_label of the gallery that was used */
  std::string recipe; /* what the distance means */
};

/** Entries of the log, by number, not verified. */
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
