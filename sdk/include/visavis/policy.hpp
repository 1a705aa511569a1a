/* C++ layer: policies: whether the picture of a face is good enough, and why not. */
#ifndef VISAVIS_POLICY_HPP
#define VISAVIS_POLICY_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/faces.hpp"
#include "visavis/policy.h"

namespace visavis {
inline namespace cpp {

/** The limits of a picture; see vav_policy. */
struct Policy {
  vav_policy_kind kind = VAV_POLICY_NORMAL; /* whose limits hold */
  std::vector<vav_quality_limit> limits;    /* hold instead of those of `kind` */
  bool portrait = false;                    /* there must also be so much around the face as a portrait shows */
  /** The limit that a kind of policy has for a measure; where it has none, the bounds are infinite. */
  static vav_quality_limit limit(vav_policy_kind kind, vav_quality_measure measure) {
    vav_quality_limit out = {};
    detail::call(vav_policy_get_limit, kind, measure, &out);
    return out;
  }
};

/** One reason why a picture is refused. */
struct Refusal {
  vav_quality_measure measure; /* which measure does not keep its limit; 0 = the face cannot be compared */
  Comparability comparability; /* why it cannot be compared; NOT_EVALUATED where a measure is the reason */
  float raw;                   /* the native value of the measure */
  float limit;                 /* the bound that it does not keep */
  std::string text;            /* one sentence for people */
};

/** All reasons why face `index` is refused by a policy; none: it is accepted. See vav_faces_check_quality. */
class Refusals : public detail::List<Refusals, vav_refusals, vav_refusals_destroy, vav_refusals_count> {
 public:
  using List::List;
  Refusals(const Faces &faces, std::int32_t index, const Policy &policy = {}) : List(made(faces, index, policy)) {}
  Refusal operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_refusal>(vav_refusals_get, get(), index);
    return {plain.measure, plain.comparability, plain.raw, plain.limit, detail::copied(plain.text)};
  }

 private:
  static vav_refusals *made(const Faces &faces, std::int32_t index, const Policy &policy) {
    auto plain = sized<vav_policy>();
    plain.kind = policy.kind;
    plain.limit_count = detail::count(policy.limits.size(), "limits");
    plain.portrait = policy.portrait;
    plain.limits = policy.limits.empty() ? nullptr : policy.limits.data();
    return detail::make(vav_faces_check_quality, faces.get(), index, &plain);
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
