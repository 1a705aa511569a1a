// visavis/search.h: identify and verify. The gallery gives distances; the decision is made here, by decide/.
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

Search read_search(const vav_identify_options& asked, float threshold) {
  if (asked.max_candidates < 0 || asked.max_candidates > kMostCandidates)
    invalid("options.max_candidates is " + std::to_string(asked.max_candidates) + ", not within 0..10,000");
  if (asked.best_of < 0 || asked.best_of > kMostTemplates)
    invalid("options.best_of is " + std::to_string(asked.best_of) + ", not within 0..100");
  if (asked.reserved != 0) throw Error(VAV_E_UNSUPPORTED, "options.reserved is not 0");
  Search search;
  search.count = size_t(asked.max_candidates != 0 ? asked.max_candidates : kDefaultCandidates);
  if (read_flag(asked.only_within_threshold, "options.only_within_threshold") == 1) search.reach = threshold;
  if (asked.best_of != 0) search.best_of = asked.best_of;
  search.among = read_filter(asked);
  return search;
}

// Somebody was not recognised, but nearly: the log says who was near up to so many thresholds.
constexpr float kNear = 1.25f;

// What the options of identify ask for, and how its answer is made.
struct Identifying {
  Identifying(Gallery& gallery, const vav_identify_options* options) {
    const auto asked = read_struct(options, "options");
    const Gallery::Rules rules = gallery.rules();
    audit = rules.audit;
    threshold = resolve_threshold(asked.threshold, rules.threshold);
    search = read_search(asked, threshold);
    search.threshold = threshold;
    note_seen = read_flag(asked.note_seen, "options.note_seen") == 1;
  }

  ~Identifying() {
    if (search.among.groups) wipe(*search.among.groups);
  }
  Identifying(const Identifying&) = delete;
  Identifying& operator=(const Identifying&) = delete;

  // Whoever is inactive and nearer than all others is who stands there: nobody else is recognised in their place.
  std::unique_ptr<vav_matches> decided(Identified found) {
    auto result = std::make_unique<vav_matches>();
    result->threshold = threshold;
    result->matches = std::move(found.matches);
    result->inactive = found.inactive.has_value();
    result->decision = Decision::unknown;
    if (!result->inactive && !result->matches.empty())
      result->decision = decide(result->matches.front().distance, threshold);
    AuditEntry entry;
    entry.event = AuditEvent::identify;
    entry.decision = int32_t(result->decision);
    entry.threshold = threshold;
    entry.distance = std::numeric_limits<float>::infinity();
    const Match* nearest = found.inactive            ? &*found.inactive
                           : result->matches.empty() ? nullptr
                                                     : &result->matches.front();
    if (nearest) entry.distance = nearest->distance;
    if (result->decision == Decision::match) {
      entry.person = nearest->person;
      entry.template_id = nearest->template_id;
      if (note_seen) seen.push_back(nearest->person);
    } else if (nearest && nearest->distance <= kNear * threshold) {
      entry.near_person = nearest->person;
    }
    entries.push_back(std::move(entry));
    return result;
  }

  // What was decided is on disk before it is told, where the gallery keeps a log.
  void record(Gallery& gallery) {
    if (audit)
      gallery.record(std::move(entries), seen, search.among.now);
    else
      gallery.note_seen(seen, search.among.now);
  }

  float threshold = 0;
  Search search;
  bool note_seen = false, audit = false;
  std::vector<AuditEntry> entries;
  std::vector<int64_t> seen;
};

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
    Identifying how(core, options);
    const Embedding probe = read_embedding(embedding, "embedding");
    auto result = how.decided(std::move(core.identify(std::vector<Embedding>{probe}, how.search).front()));
    how.record(core);
    return result;
  });
}

vav_status vav_gallery_identify_batch(vav_matches** out, vav_gallery* gallery, const float* embeddings, int32_t count,
                                      const vav_identify_options* options, vav_error* err) {
  if (out && count > 0 && count <= kMostProbes) std::fill_n(out, count, nullptr);
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    if (count < 0 || count > kMostProbes) invalid("count is not within 0..100,000");
    Identifying how(core, options);
    if (count == 0) return;
    required(out, "out");
    required(embeddings, "embeddings");
    std::vector<Embedding> probes;
    for (int32_t i = 0; i < count; ++i)
      probes.push_back(
          read_embedding(embeddings + size_t(i) * kEmbeddingDim, ("embeddings[" + std::to_string(i) + "]").c_str()));
    std::vector<std::unique_ptr<vav_matches>> results;
    for (auto& found : core.identify(probes, how.search)) results.push_back(how.decided(std::move(found)));
    how.record(core);
    for (int32_t i = 0; i < count; ++i) out[i] = results[size_t(i)].release();
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

int32_t vav_matches_inactive(const vav_matches* matches) { return alive(matches) && matches->inactive ? 1 : 0; }

vav_status vav_gallery_verify_with(vav_comparison* out, vav_gallery* gallery, int64_t person, const float* embedding,
                                   const vav_identify_options* options, vav_error* err) {
  return guard(err, [&] {
    checked_size(required(out, "out"), "out");
    Gallery& core = checked_gallery(gallery);
    Identifying how(core, options);
    const Verified found =
        core.verify(person, read_embedding(embedding, "embedding"), how.search.best_of, how.search.among);
    vav_comparison result{};
    result.threshold = how.threshold;
    // Without a template there is no distance; one that is within no threshold does least harm to who does not look.
    result.distance = found.distance.value_or(std::numeric_limits<float>::infinity());
    Decision decision = Decision::not_evaluated;
    if (found.distance) decision = decide(*found.distance, result.threshold);
    if (decision == Decision::match && !found.eligible) decision = Decision::inactive;
    result.decision = int32_t(decision);
    AuditEntry entry;
    entry.event = AuditEvent::verify;
    entry.person = person;
    entry.template_id = decision == Decision::match ? found.template_id : 0;
    entry.decision = result.decision;
    entry.distance = result.distance;
    entry.threshold = result.threshold;
    how.entries.push_back(std::move(entry));
    if (how.note_seen && decision == Decision::match) how.seen.push_back(person);
    how.record(core);
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
