// How a gallery searches: first the memory follows the store, and at the end the row of each person who was found
// decides.
#include <algorithm>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/vectors.h"
#include "gallery/gallery.h"
#include "index/nearest.h"

namespace visavis {
namespace {

bool is_listed(int64_t person, const CandidateFilter& filter) {
  return !filter.persons || std::ranges::find(*filter.persons, person) != filter.persons->end();
}

}  // namespace

Gallery::Found Gallery::search(const std::vector<Embedding>& probes, const Search& wanted,
                               const LiveIndex::Scope& scope) const {
  std::vector<float> offsets;
  for (const Embedding& probe : probes) offsets.push_back(offset_of(stamp_.recipe, probe));
  Found found{live_.search(probes, offsets, wanted, scope.eligible.get()), {}};
  if (scope.others) {
    Search nearest = wanted;
    nearest.count = 1;
    nearest.reach = wanted.threshold;
    found.others = live_.search(probes, offsets, nearest, scope.others.get());
  }
  return found;
}

std::optional<std::vector<Identified>> Gallery::named(const Found& found, const Search& wanted,
                                                      std::vector<std::optional<Person>>& different) {
  different.clear();
  const auto name = [&](const Candidate& c, bool eligible) {
    auto person = store_->person(c.person);
    const bool as_thought =
        person && (is_eligible(*person, wanted.among) == eligible || (!eligible && !is_listed(c.person, wanted.among)));
    Match match{c.person, c.template_id, c.distance, as_thought ? person->name : ""};
    if (!as_thought) different.push_back(std::move(person));
    return match;
  };
  std::vector<Identified> answers(found.eligible.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    for (const Candidate& c : found.eligible[i]) answers[i].matches.push_back(name(c, true));
    if (found.others.empty() || found.others[i].empty()) continue;
    const Candidate& other = found.others[i].front();
    // As near is near enough: it may be who was left out that stands there, and not their double.
    if (found.eligible[i].empty() || other.distance <= found.eligible[i].front().distance + wanted.margin)
      answers[i].left_out = name(other, false);
  }
  if (!different.empty()) return std::nullopt;
  return answers;
}

std::vector<Match> Gallery::identify(const Embedding& probe, size_t count, float reach) {
  return identify(probe, Search{count, reach, 1, {.also_inactive = true}});
}

std::vector<Match> Gallery::identify(const Embedding& probe, const Search& wanted) {
  return std::move(identify(std::vector<Embedding>{probe}, wanted).front().matches);
}

LiveIndex::Scope Gallery::scope(Search& wanted) {
  live_.sync(*store_);
  LiveIndex::Scope scope = live_.scope(*store_, wanted);
  if (wanted.settle) wanted.settle(wanted, live_.size_among(scope.eligible.get()));
  return scope;
}

std::vector<Identified> Gallery::identify(const std::vector<Embedding>& probes, Search wanted) {
  for (const Embedding& probe : probes) require_fitting(stamp_.recipe, probe);
  std::vector<std::optional<Person>> different;
  {
    std::unique_lock lock(mutex_);
    const LiveIndex::Scope first = read([&] { return scope(wanted); });
    lock.unlock();
    const Found found = search(probes, wanted, first);
    lock.lock();
    if (auto answers = read([&] { return named(found, wanted, different); })) return std::move(*answers);
  }
  // Something has changed meanwhile: once more, with everything held still. What differs even then is not what the file
  // says elsewhere; the person's own row is believed.
  const std::lock_guard lock(mutex_);
  return read([&] {
    constexpr int kMostCorrections = 1000;
    const Snapshot one_state(store_->connection());
    for (int i = 0; i < kMostCorrections; ++i) {
      const LiveIndex::Scope now = scope(wanted);
      if (auto answers = named(search(probes, wanted, now), wanted, different)) return std::move(*answers);
      for (const auto& person : different) {
        if (!person)
          throw Error(VAV_E_GALLERY_CORRUPT,
                      path_ + ": a template belongs to no person; run `visavis gallery check` on it");
        live_.correct(*person);
      }
    }
    throw Error(VAV_E_GALLERY_CORRUPT, path_ + ": its indexes do not fit its rows; run `visavis gallery check` on it");
  });
}

Verified Gallery::verify(int64_t person, const Embedding& probe, int best_of, const CandidateFilter& filter) {
  require_fitting(stamp_.recipe, probe);
  std::optional<Person> row;
  std::optional<std::vector<Template>> templates;
  read_alone([&] {
    const Snapshot one_state(store_->connection());
    store_->follow_keys();
    // Groups as a search has them, which finds them by their keys before a row says the last word.
    if (filter.groups)
      for (const std::string& group : *filter.groups) store_->group_of(group);
    row = store_->person(person);
    templates = store_->templates(person);
  });
  if (!row || !templates) throw Error(VAV_E_NOT_FOUND, "no person has the id " + std::to_string(person));
  Verified result;
  std::vector<float> distances;
  const float offset = offset_of(stamp_.recipe, probe);
  for (const Template& one : *templates) {
    distances.push_back(euclidean_distance(probe.data(), one.embedding.data(), probe.size(), one.offset + offset));
    if (distances.back() <= std::ranges::min(distances)) result.template_id = one.id;
  }
  result.eligible = is_listed(person, filter) && is_eligible(*row, filter);
  if (!distances.empty()) result.distance = mean_of_best(distances, best_of);
  result.templates = int64_t(distances.size());
  return result;
}

DuplicatePage Gallery::duplicates(int64_t after, int64_t limit, float reach) {
  constexpr size_t kMostOfOne = 1000, kBatch = 256;
  std::unique_lock lock(mutex_);
  const auto persons = read([&] {
    live_.sync(*store_);
    return store_->persons_after(after, limit);
  });
  DuplicatePage page;
  std::vector<Embedding> probes;
  std::vector<float> offsets;
  std::vector<int64_t> owners;                           // of the probes
  std::map<std::pair<int64_t, int64_t>, float> nearest;  // by the two ids, the smaller first
  const auto work_off = [&] {
    lock.unlock();
    const auto found = live_.search(probes, offsets, {.count = kMostOfOne + 1, .reach = reach}, nullptr);
    lock.lock();
    for (size_t i = 0; i < probes.size(); ++i)
      for (const Candidate& other : found[i]) {
        if (other.person <= owners[i]) continue;
        const auto [place, is_new] = nearest.try_emplace({owners[i], other.person}, other.distance);
        if (!is_new) place->second = std::min(place->second, other.distance);
      }
    probes.clear();
    offsets.clear();
    owners.clear();
  };
  for (const int64_t person : persons) {
    page.last = person;
    const auto templates = read([&] { return store_->templates(person); });
    if (!templates) continue;  // removed meanwhile
    for (const Template& one : *templates) {
      probes.push_back(one.embedding);
      offsets.push_back(one.offset);
      owners.push_back(person);
    }
    if (probes.size() >= kBatch) work_off();
  }
  work_off();
  for (const auto& [pair, distance] : nearest) {
    auto person = read([&, id = pair.first] { return store_->person(id); });
    auto other = read([&, id = pair.second] { return store_->person(id); });
    if (person && other)
      page.pairs.push_back({pair.first, pair.second, distance, std::move(person->name), std::move(other->name)});
  }
  if (int64_t(persons.size()) < limit) page.last = 0;
  return page;
}

}  // namespace visavis
