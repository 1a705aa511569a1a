// visavis/search.h: identify and verify.
#include <algorithm>
#include <limits>

#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/search.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr int32_t kDefaultCandidates = 5;
constexpr int32_t kMostCandidates = 10'000;
constexpr int32_t kMostTemplates = 100;
constexpr int32_t kMostProbes = 100'000;

int32_t read_flag(int32_t value, const char* what) {
  if (value != 0 && value != 1) invalid(std::string(what) + " is neither 0 nor 1");
  return value;
}

// NULL is no filter. An empty list would be one that lets nobody through, or a mistake: it is refused.
void check_list(const void* list, int32_t count, int32_t most, const char* what) {
  if (count < 0 || count > most || (list && count == 0) || (!list && count != 0))
    invalid(std::string("options.") + what + " and its count, " + std::to_string(count) +
            ", do not fit: give both with 1 to " + std::to_string(most) + " entries, or neither");
}

CandidateFilter read_filter(const vav_identify_options& asked) {
  CandidateFilter filter;
  check_list(asked.groups, asked.group_count, 1000, "groups");
  check_list(asked.persons, asked.person_count, 10'000'000, "persons");
  if (asked.groups) {
    filter.groups.emplace();
    for (int32_t i = 0; i < asked.group_count; ++i)
      filter.groups->push_back(checked_text(asked.groups[i], kMaxText, "options.groups"));
  }
  if (asked.persons) filter.persons.emplace(asked.persons, asked.persons + asked.person_count);
  filter.also_inactive = read_flag(asked.include_inactive, "options.include_inactive") == 1;
  filter.now = read_now(asked.now, "options.now");
  return filter;
}

Question read_question(const vav_identify_options* options) {
  const auto asked = read_struct(options, "options");
  if (asked.max_candidates < 0 || asked.max_candidates > kMostCandidates)
    invalid("options.max_candidates is " + std::to_string(asked.max_candidates) + ", not within 0..10,000");
  if (asked.best_of < 0 || asked.best_of > kMostTemplates)
    invalid("options.best_of is " + std::to_string(asked.best_of) + ", not within 0..100");
  if (asked.reserved != 0) throw Error(VAV_E_UNSUPPORTED, "options.reserved is not 0");
  Question question;
  question.threshold = asked.threshold;
  question.only_within = read_flag(asked.only_within_threshold, "options.only_within_threshold") == 1;
  question.note_seen = read_flag(asked.note_seen, "options.note_seen") == 1;
  question.search.count = size_t(asked.max_candidates != 0 ? asked.max_candidates : kDefaultCandidates);
  if (asked.best_of != 0) question.search.best_of = asked.best_of;
  question.search.among = read_filter(asked);
  return question;
}

const Match* match_at(const vav_matches* matches, int32_t index) {
  return index >= 0 && index < vav_matches_count(matches) ? &matches->answer.matches[size_t(index)] : nullptr;
}

}  // namespace

extern "C" {

void vav_identify_options_init(vav_identify_options* options) { init_struct(options); }

vav_status vav_gallery_identify(vav_matches** out, vav_gallery* gallery, const float* embedding,
                                const vav_identify_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    Gallery& core = checked_gallery(gallery);
    const Embedding probe = read_embedding(embedding, "embedding");
    auto result = std::make_unique<vav_matches>();  // nothing may fail once the answer is in the audit log
    result->answer = std::move(identify(core, {probe}, read_question(options)).front());
    return result;
  });
}

vav_status vav_gallery_identify_batch(vav_matches** out, vav_gallery* gallery, const float* embeddings, int32_t count,
                                      const vav_identify_options* options, vav_error* err) {
  if (out && count > 0 && count <= kMostProbes) std::fill_n(out, count, nullptr);
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    if (count < 0 || count > kMostProbes) invalid("count is not within 0..100,000");
    if (count > 0) required(out, "out"), required(embeddings, "embeddings");
    std::vector<Embedding> probes;
    std::vector<std::unique_ptr<vav_matches>> results;  // nothing may fail once the answers are in the audit log
    for (int32_t i = 0; i < count; ++i) {
      probes.push_back(
          read_embedding(embeddings + size_t(i) * kEmbeddingDim, ("embeddings[" + std::to_string(i) + "]").c_str()));
      results.push_back(std::make_unique<vav_matches>());
    }
    std::vector<Identification> answers = identify(core, probes, read_question(options));
    for (size_t i = 0; i < results.size(); ++i) results[i]->answer = std::move(answers[i]);
    for (int32_t i = 0; i < count; ++i) out[i] = results[size_t(i)].release();
  });
}

void vav_matches_destroy(vav_matches* matches) { destroy(matches); }

vav_decision vav_matches_decision(const vav_matches* matches) {
  return alive(matches) ? int32_t(matches->answer.decision) : VAV_DECISION_NOT_EVALUATED;
}

float vav_matches_threshold(const vav_matches* matches) { return alive(matches) ? matches->answer.threshold : 0; }

int32_t vav_matches_count(const vav_matches* matches) { return alive(matches) ? count_of(matches->answer.matches) : 0; }

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

int32_t vav_matches_inactive(const vav_matches* matches) { return alive(matches) && matches->answer.inactive ? 1 : 0; }

vav_status vav_gallery_verify_with(vav_comparison* out, vav_gallery* gallery, int64_t person, const float* embedding,
                                   const vav_identify_options* options, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out")->distance = std::numeric_limits<float>::infinity();
    Gallery& core = checked_gallery(gallery);
    const Verification answer = verify(core, person, read_embedding(embedding, "embedding"), read_question(options));
    vav_comparison result{};
    result.threshold = answer.threshold;
    result.distance = answer.distance;
    result.decision = int32_t(answer.decision);
    write_struct(out, result, "out");
  });
}

vav_status vav_gallery_verify(vav_comparison* out, vav_gallery* gallery, int64_t person, const float* embedding,
                              float threshold, vav_error* err) {
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  options.threshold = threshold;
  return vav_gallery_verify_with(out, gallery, person, embedding, &options, err);
}

}  // extern "C"
