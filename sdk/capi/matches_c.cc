// visavis/gallery.h: identify and verify. The gallery gives distances; the decision is made here, by decide/.
#include <limits>

#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/gallery.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr int32_t kDefaultCandidates = 5;
constexpr int32_t kMostCandidates = 10'000;

const Match* match_at(const vav_matches* matches, int32_t index) {
  return index >= 0 && index < vav_matches_count(matches) ? &matches->matches[size_t(index)] : nullptr;
}

}  // namespace

extern "C" {

void vav_identify_options_init(vav_identify_options* options) { init_struct(options); }

vav_status vav_gallery_identify(vav_matches** out, vav_gallery* gallery, const float* embedding,
                                const vav_identify_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    Gallery& core = checked_gallery(gallery);
    const auto asked = read_struct(options, "options");
    if (asked.max_candidates < 0 || asked.max_candidates > kMostCandidates)
      invalid("options.max_candidates is " + std::to_string(asked.max_candidates) + ", not within 0..10,000");
    if (asked.only_within_threshold != 0 && asked.only_within_threshold != 1)
      invalid("options.only_within_threshold is neither 0 nor 1");
    auto result = std::make_unique<vav_matches>();
    result->threshold = resolve_threshold(asked.threshold);
    const int32_t count = asked.max_candidates != 0 ? asked.max_candidates : kDefaultCandidates;
    const float reach = asked.only_within_threshold ? result->threshold : std::numeric_limits<float>::infinity();
    result->matches = core.identify(read_embedding(embedding, "embedding"), size_t(count), reach);
    result->decision =
        result->matches.empty() ? Decision::unknown : decide(result->matches.front().distance, result->threshold);
    return result;
  });
}

void vav_matches_destroy(vav_matches* matches) { destroy(matches); }

vav_decision vav_matches_decision(const vav_matches* matches) {
  return alive(matches) ? int32_t(matches->decision) : VAV_DECISION_NOT_EVALUATED;
}

float vav_matches_threshold(const vav_matches* matches) { return alive(matches) ? matches->threshold : 0; }

int32_t vav_matches_count(const vav_matches* matches) { return alive(matches) ? count_of(matches->matches) : 0; }

int64_t vav_matches_person(const vav_matches* matches, int32_t index) {
  const Match* match = match_at(matches, index);
  return match ? match->person : 0;
}

int64_t vav_matches_template(const vav_matches* matches, int32_t index) {
  const Match* match = match_at(matches, index);
  return match ? match->template_id : 0;
}

float vav_matches_distance(const vav_matches* matches, int32_t index) {
  const Match* match = match_at(matches, index);
  return match ? match->distance : -1;
}

const char* vav_matches_name(const vav_matches* matches, int32_t index) {
  const Match* match = match_at(matches, index);
  return match ? match->name.c_str() : nullptr;
}

vav_status vav_gallery_verify(vav_comparison* out, vav_gallery* gallery, int64_t person, const float* embedding,
                              float threshold, vav_error* err) {
  return guard(err, [&] {
    checked_size(required(out, "out"), "out");
    Gallery& core = checked_gallery(gallery);
    vav_comparison result{};
    result.threshold = resolve_threshold(threshold);
    const auto distance = core.verify(person, read_embedding(embedding, "embedding"));
    // Without a template there is no distance; one that is within no threshold does least harm to who does not look.
    result.distance = distance.value_or(std::numeric_limits<float>::infinity());
    result.decision = int32_t(distance ? decide(*distance, result.threshold) : Decision::not_evaluated);
    write_struct(out, result, "out");
  });
}

}  // extern "C"
