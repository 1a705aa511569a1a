// visavis/search.h: identify, verify, and who looks like whom.
#include <algorithm>
#include <limits>

#include "capi/gallery_handles.h"
#include "capi/limits.h"
#include "capi/sized.h"
#include "visavis/search.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr int32_t kDefaultCandidates = 5;
constexpr int32_t kMostCandidates = 10'000;
constexpr int32_t kMostTemplates = 100;
constexpr int32_t kMostProbes = 100'000;

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
      filter.groups->push_back(checked_text(asked.groups[i], kMostText, "options.groups"));
  }
  if (asked.persons) filter.persons.emplace(asked.persons, asked.persons + asked.person_count);
  filter.also_inactive = read_flag(asked.include_inactive, "options.include_inactive");
  filter.now = read_now(asked.now, "options.now");
  return filter;
}

Question read_question(const vav_identify_options* options) {
  const auto asked = read_struct(options, "options");
  within(asked.max_candidates, 0, kMostCandidates, "options.max_candidates");
  within(asked.best_of, 0, kMostTemplates, "options.best_of");
  require_unused(asked.reserved, "options.reserved");
  Question question;
  question.asked = read_asked(asked.threshold, asked.false_rate, asked.preset, "options.");
  question.only_within = read_flag(asked.only_within_threshold, "options.only_within_threshold");
  question.note_seen = read_flag(asked.note_seen, "options.note_seen");
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

vav_status vav_gallery_identify(vav_matches** out, vav_gallery* gallery, const float* embedding, int32_t length,
                                const vav_identify_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    Gallery& core = checked_gallery(gallery);
    const Embedding probe = read_embedding(embedding, length, "embedding");
    auto result = std::make_unique<vav_matches>();  // nothing may fail once the answer is in the audit log
    result->answer = std::move(identify(core, {probe}, read_question(options)).front());
    return result;
  });
}

vav_status vav_gallery_identify_batch(vav_matches** out, vav_gallery* gallery, const float* embeddings, int32_t length,
                                      int32_t count, const vav_identify_options* options, vav_error* err) {
  if (out && count > 0 && count <= kMostProbes) std::fill_n(out, count, nullptr);
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    within(count, 0, kMostProbes, "count");
    const size_t size = read_length(length);
    if (count > 0) required(out, "out"), required(embeddings, "embeddings");
    std::vector<Embedding> probes;
    std::vector<std::unique_ptr<vav_matches>> results;  // nothing may fail once the answers are in the audit log
    for (int32_t i = 0; i < count; ++i) {
      probes.push_back(
          read_embedding(embeddings + size_t(i) * size, length, ("embeddings[" + std::to_string(i) + "]").c_str()));
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

float vav_matches_threshold(const vav_matches* matches) { return alive(matches) ? matches->answer.limits.match : 0; }

vav_status vav_matches_get_limits(const vav_matches* matches, vav_limits* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    write_struct(out, plain(checked(matches, "matches")->answer.limits), "out");
  });
}

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

int32_t vav_matches_inactive(const vav_matches* matches) { return alive(matches) && matches->answer.left_out ? 1 : 0; }

vav_status vav_gallery_verify_with(vav_comparison* out, vav_gallery* gallery, int64_t person, const float* embedding,
                                   int32_t length, const vav_identify_options* options, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out")->distance = std::numeric_limits<float>::infinity();
    Gallery& core = checked_gallery(gallery);
    const Verification answer =
        verify(core, person, read_embedding(embedding, length, "embedding"), read_question(options));
    vav_comparison result{};
    result.threshold = answer.limits.match;
    result.rate = float(answer.limits.rate);
    result.support = int32_t(answer.limits.support);
    result.distance = answer.distance;
    result.decision = int32_t(answer.decision);
    write_struct(out, result, "out");
  });
}

vav_status vav_gallery_verify(vav_comparison* out, vav_gallery* gallery, int64_t person, const float* embedding,
                              int32_t length, float threshold, vav_error* err) {
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  options.threshold = threshold;
  return vav_gallery_verify_with(out, gallery, person, embedding, length, &options, err);
}

void vav_duplicate_query_init(vav_duplicate_query* query) { init_struct(query); }
void vav_duplicate_init(vav_duplicate* duplicate) { init_struct(duplicate); }

vav_status vav_gallery_find_duplicates(vav_matches** out, vav_gallery* gallery, const float* embedding, int32_t length,
                                       int64_t ignore, float threshold, vav_error* err) {
  return guard_make(out, err, [&] {
    auto result = std::make_unique<vav_matches>();
    const std::vector<Embedding> probe = {read_embedding(embedding, length, "embedding")};
    result->answer = std::move(find_duplicates(checked_gallery(gallery), probe, ignore, threshold).front());
    return result;
  });
}

vav_status vav_gallery_list_duplicates(vav_duplicates** out, vav_gallery* gallery, const vav_duplicate_query* query,
                                       vav_error* err) {
  return guard_make(out, err, [&] {
    Gallery& core = checked_gallery(gallery);
    const auto asked = read_struct(query, "query");
    within(asked.limit, 0, kMostOfAPage, "query.limit");
    if (asked.after < 0) invalid("query.after is negative");
    require_unused(asked.reserved, "query.reserved");
    auto list = std::make_unique<vav_duplicates>();
    list->page = core.duplicates(asked.after, asked.limit != 0 ? asked.limit : kDefaultPage,
                                 threshold_of_duplicates(core, asked.threshold));
    return list;
  });
}

void vav_duplicates_destroy(vav_duplicates* duplicates) { destroy(duplicates); }

int32_t vav_duplicates_count(const vav_duplicates* duplicates) {
  return alive(duplicates) ? count_of(duplicates->page.pairs) : 0;
}

int64_t vav_duplicates_last(const vav_duplicates* duplicates) { return alive(duplicates) ? duplicates->page.last : 0; }

vav_status vav_duplicates_get(const vav_duplicates* duplicates, int32_t index, vav_duplicate* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Duplicate& pair = entry(checked(duplicates, "duplicates")->page.pairs, index);
    vav_duplicate plain{};
    plain.distance = pair.distance;
    plain.person = pair.person;
    plain.other = pair.other;
    plain.name = pair.name.c_str();
    plain.other_name = pair.other_name.c_str();
    write_struct(out, plain, "out");
  });
}

}  // extern "C"
