// visavis/compare.h: distance and decision.
#include <limits>
#include <span>

#include "base/vectors.h"
#include "capi/guard.h"
#include "capi/sized.h"
#include "decide/preset.h"
#include "types/face.h"
#include "types/recipe.h"
#include "visavis/compare.h"

using namespace visavis;
using namespace visavis::capi;

static_assert(VAV_DECISION_MATCH == int32_t(Decision::match) && VAV_DECISION_UNKNOWN == int32_t(Decision::unknown) &&
              VAV_DECISION_NOT_EVALUATED == int32_t(Decision::not_evaluated) &&
              VAV_DECISION_INACTIVE == int32_t(Decision::inactive) &&
              VAV_DECISION_AMBIGUOUS == int32_t(Decision::ambiguous) &&
              VAV_DECISION_REVIEW == int32_t(Decision::review));

namespace {

// The caller may know a set of models, and this does not.
float threshold_for(float asked, const EmbeddingNorm& norm, size_t length) {
  if (asked == 0 && !can_be_dlibs(norm, length))
    invalid(std::string("the threshold was left out, which means that of the set of models \"") + kDlibScoring.set +
            "\", and the embeddings have a length or a norm that its embeddings never have: give the threshold of the "
            "set that made them, the default_threshold of its models");
  return asked == 0 ? vav_default_threshold() : (require_threshold(asked), asked);
}

}  // namespace

extern "C" {

float vav_default_threshold(void) {
  return limits_for(Against::one, {}, 0, {make_recipe(""), kDlibScoring.compat_threshold}, 1).match;
}

void vav_comparison_init(vav_comparison* comparison) { init_struct(comparison); }

vav_status vav_compare(vav_comparison* out, const float* a, const float* b, int32_t length, float threshold,
                       vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out")->distance = std::numeric_limits<float>::infinity();
    const Embedding first = read_embedding(a, length, "a"), second = read_embedding(b, length, "b");
    const EmbeddingNorm one = norm_in(first), other = norm_in(second);
    if (const std::string why = why_incomparable(one, other, first.size()); !why.empty()) invalid(why);
    vav_comparison result{};
    result.threshold = threshold_for(threshold, one.norm > other.norm ? one : other, first.size());
    result.distance = distance_between(one.scoring, first, second);
    result.decision = result.distance <= result.threshold ? VAV_DECISION_MATCH : VAV_DECISION_UNKNOWN;
    write_struct(out, result, "out");
  });
}

vav_status vav_compare_many(float* distances, const float* probe, const float* many, int64_t count, int32_t length,
                            vav_error* err) {
  return guard(err, [&] {
    const size_t size = read_length(length);
    if (count < 0 || count > std::numeric_limits<ptrdiff_t>::max() / int64_t(size * sizeof(float)))
      invalid("count is " + std::to_string(count) + ", which is more than an array can hold");
    const Embedding one = read_embedding(probe, length, "probe");
    if (count == 0) return;
    required(distances, "distances");
    require_finite(required(many, "many"), size_t(count) * size, "many");
    const EmbeddingNorm norm = norm_in(one);
    const Scoring* const scoring = norm.scoring;
    for (size_t i = 0; i < size_t(count); ++i)
      if (const std::string why = why_incomparable(norm, norm_in({many + i * size, size}), size); !why.empty())
        invalid("probe and many[" + std::to_string(i) + "]: " + why);
    const float offset = scoring ? offset_of(*scoring, one) : 0;
    for (size_t i = 0; i < size_t(count); ++i) {
      const float* const other = many + i * size;
      const float both = scoring ? offset_of(*scoring, {other, size}) + offset : 0;
      distances[i] = euclidean_distance(one.data(), other, size, both);
    }
  });
}

}  // extern "C"
