// visavis/policy.h: limits of policies, and what does not keep them.
#include <cmath>

#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/measures.h"
#include "capi/sized.h"
#include "quality/policy.h"
#include "visavis/policy.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr int32_t kMostLimits = 100;

static_assert(int(PolicyKind::normal) == VAV_POLICY_NORMAL && int(PolicyKind::lenient) == VAV_POLICY_LENIENT &&
              int(PolicyKind::strict) == VAV_POLICY_STRICT);

PolicyKind checked_kind(vav_policy_kind kind, const char* what) {
  if (kind < VAV_POLICY_NORMAL || kind > VAV_POLICY_STRICT)
    invalid(std::string(what) + " is " + std::to_string(kind) + ", which is none of VAV_POLICY_…");
  return PolicyKind{kind};
}

Policy checked_policy(const vav_policy* given) {
  const auto asked = read_struct(given, "policy");
  require_unused(asked.reserved, "policy.reserved");
  require_unused(asked.reserved2, "policy.reserved2");
  Policy policy(checked_kind(asked.kind, "policy.kind"));
  if (read_flag(asked.portrait, "policy.portrait")) add_portrait_margins(policy);
  within(asked.limit_count, 0, kMostLimits, "policy.limit_count");
  if ((asked.limits == nullptr) != (asked.limit_count == 0))
    invalid("policy.limits and policy.limit_count do not fit: give both, or neither");
  for (int32_t i = 0; i < asked.limit_count; ++i) {
    const vav_quality_limit& limit = asked.limits[i];
    const std::string name = "policy.limits[" + std::to_string(i) + "]";
    const QualityMeasure measure = checked_measure(limit.measure, (name + ".measure").c_str());
    if (const std::string why = why_no_limit(measure, {limit.least, limit.most}); !why.empty()) invalid(name + why);
    policy[measure] = {limit.least, limit.most};
  }
  return policy;
}

}  // namespace

extern "C" {

void vav_policy_init(vav_policy* policy) { init_struct(policy); }
void vav_refusal_init(vav_refusal* refusal) { init_struct(refusal); }

vav_status vav_policy_get_limit(vav_policy_kind kind, vav_quality_measure measure, vav_quality_limit* out,
                                vav_error* err) {
  return guard(err, [&] {
    *required(out, "out") = {};
    const Policy policy(checked_kind(kind, "kind"));
    const QualityLimit& limit = policy[checked_measure(measure, "measure")];
    *out = {measure, limit.least, limit.most};
  });
}

vav_status vav_faces_check_quality(vav_refusals** out, const vav_faces* faces, int32_t index, const vav_policy* policy,
                                   vav_error* err) {
  return guard_make(out, err, [&] {
    const Face& face = entry(checked(faces, "faces")->faces, index);
    const Policy limits = checked_policy(policy);
    if (!face.quality)
      invalid("faces: their quality was not asked for: take VAV_ANALYZE_QUALITY among what they are analyzed for");
    auto refusals = std::make_unique<vav_refusals>();
    if (face.comparability != Comparability::comparable) {
      auto& one = refusals->refusals.emplace_back();
      one.plain.comparability = vav_comparability(face.comparability);
      one.text = vav_comparability_advice(one.plain.comparability);
    }
    for (QualityRefusal& refusal : refusals_of(*face.quality, limits)) {
      auto& one = refusals->refusals.emplace_back();
      one.plain.measure = int32_t(refusal.measure), one.plain.raw = refusal.raw, one.plain.limit = refusal.limit;
      one.text = std::move(refusal.text);
    }
    return refusals;
  });
}

void vav_refusals_destroy(vav_refusals* refusals) { destroy(refusals); }

int32_t vav_refusals_count(const vav_refusals* refusals) { return alive(refusals) ? count_of(refusals->refusals) : 0; }

vav_status vav_refusals_get(const vav_refusals* refusals, int32_t index, vav_refusal* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const auto& one = entry(checked(refusals, "refusals")->refusals, index);
    vav_refusal plain = one.plain;
    plain.text = one.text.c_str();
    write_struct(out, plain, "out");
  });
}

}  // extern "C"
