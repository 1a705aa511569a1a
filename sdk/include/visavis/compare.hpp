/* C++ layer: comparing embeddings: distance and decision. A smaller distance is closer. */
#ifndef VISAVIS_COMPARE_HPP
#define VISAVIS_COMPARE_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/compare.h"
#include "visavis/faces.hpp"
#include "visavis/rates.hpp"

namespace visavis {
inline namespace cpp {

/**
 * A vav_decision. Compare it with VAV_DECISION_MATCH. `if (decision)` does not compile: it would let everybody in,
 * because UNKNOWN is not zero.
 */
class Decision : public detail::Answer<Decision> {
 public:
  using Answer::Answer;
};

/** The result of comparing one face with one other, or with one person: ask same(). */
struct Comparison {
  Decision decision; /* only VAV_DECISION_MATCH means the same person */
  float distance;    /* 0 and up, smaller is closer; infinity = there was nothing to compare */
  float threshold;   /* the threshold that was used */
  float rate;        /* how often a stranger is within it, 0..1; 0 if not evaluated */
  vav_support support; /* of `rate` */

  /** True for a match. Of verify, false also for the right face of a person who may not be let in now. */
  bool same() const noexcept { return decision == VAV_DECISION_MATCH; }
  explicit operator bool() const = delete;
};

/** See vav_default_threshold; every set has its own: Models::default_threshold. */
inline float default_threshold() noexcept { return vav_default_threshold(); }

namespace detail {

template <class Function, class... Args>
Comparison compare_by(Function *function, Args... args) {
  auto out = sized<vav_comparison>();
  call(function, &out, args...);
  return {out.decision, out.distance, out.threshold, out.rate, out.support};
}

inline std::int32_t same_length(EmbeddingView a, EmbeddingView b) {
  if (a.data() && b.data() && a.size() != b.size()) refuse("b", "of another length than a: another model made it");
  return a.length();
}

}  // namespace detail

/**
 * Compares two embeddings. `threshold` is 0.000001 to 1.2: give default_threshold() of the models that made them. 0 means
 * that of the set "dlib", and is refused for embeddings that this set does not make.
 */
inline Comparison compare(EmbeddingView a, EmbeddingView b, float threshold = 0) {
  return detail::compare_by(vav_compare, a.data(), b.data(), detail::same_length(a, b), threshold);
}

/**
 * The distances of one embedding to each of `count` others, in order. The others lie one after the other at `many` and
 * have as many floats each.
 */
inline std::vector<float> compare_many(EmbeddingView probe, const float *many, std::size_t count) {
  std::vector<float> distances(count);
  detail::call(vav_compare_many, distances.data(), probe.data(), many, std::int64_t(count), probe.length());
  return distances;
}
inline std::vector<float> compare_many(EmbeddingView probe, const std::vector<float> &many) {
  if (probe.empty() || many.size() % probe.size() != 0) detail::refuse("many", "not a multiple of the probe's length");
  return compare_many(probe, many.data(), many.size() / probe.size());
}

}  // namespace cpp
}  // namespace visavis

#endif
