/* C++ layer: the receipt for a forgotten person. */
#ifndef VISAVIS_SECRECY_HPP
#define VISAVIS_SECRECY_HPP

#include <cstdint>
#include <optional>

#include "visavis/base.hpp"
#include "visavis/secrecy.h"

namespace visavis {
inline namespace cpp {

/** How much of a forgotten person is gone (a vav_erasure): ask done(). Pending is not an error. */
class Erasure : public detail::Answer<Erasure> {
 public:
  using Answer::Answer;
  /** True: every byte was overwritten, in the tables, free pages, the log and memory. */
  bool done() const noexcept { return value() == VAV_ERASURE_DONE; }
};

/** A receipt for a forgotten person. Times are milliseconds since 1970-01-01 UTC. */
struct EraseReceipt {
  Erasure erasure;                       /* whether every byte is gone: ask done() */
  std::int64_t person;                   /* the id that the person had */
  std::int64_t templates;                /* number of templates that were removed with the person */
  std::int64_t requested_at;             /* when the call began */
  std::optional<std::int64_t> erased_at; /* when every byte was overwritten; empty = it is pending */

  explicit operator bool() const = delete;
};

}  // namespace cpp
}  // namespace visavis

#endif
