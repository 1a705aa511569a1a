/* C++ layer: the receipt of a person forgotten. */
#ifndef VISAVIS_SECRECY_HPP
#define VISAVIS_SECRECY_HPP

#include <cstdint>
#include <optional>

#include "visavis/base.hpp"
#include "visavis/secrecy.h"

namespace visavis {
inline namespace cpp {

/** How much of a forgotten person is gone, a vav_erasure: ask done(). Pending is an outcome and no error. */
class Erasure : public detail::Answer<Erasure> {
 public:
  using Answer::Answer;
  /** Every byte: table, free pages, log, memory. */
  bool done() const noexcept { return value() == VAV_ERASURE_DONE; }
};

/** A receipt. Times are milliseconds since 1970-01-01 UTC. */
struct EraseReceipt {
  Erasure erasure;
  std::int64_t person;
  std::int64_t templates; /* how many were removed with the person */
  std::int64_t requested_at;
  std::optional<std::int64_t> erased_at; /* empty while pending */

  explicit operator bool() const = delete;
};

}  // namespace cpp
}  // namespace visavis

#endif
