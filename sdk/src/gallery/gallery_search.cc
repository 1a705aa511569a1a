// How a gallery searches: the index is brought in step with the store first, and what it finds gets its names after.
#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/vectors.h"
#include "gallery/gallery.h"

namespace visavis {
bool Gallery::in_step() { return !stale_ && !rolled_back_ && store_->data_version() == seen_version_; }

// Brings the index in step with the store; mutex_ held. On an exception it is tried again by the next search.
void Gallery::sync() {
  if (in_step()) return;
  const Snapshot one_state(store_->connection());
  const int64_t version = store_->data_version();
  const std::unique_lock alone(index_mutex_);
  if (rolled_back_) sync_rollback();
  const bool first_reading = index_->size() == 0;
  if (first_reading) {  // which needs not follow what was removed before it, for good
    newest_ = 0;
    seen_removal_ = store_->last_removal();
    first_read_in_transaction_ = in_transaction_;
    index_->reserve(static_cast<size_t>(store_->counts().templates));
  }
  // Ids only grow, so what was added is above what is known.
  store_->visit_templates_after(newest_, options_.threads,
                                [&](int64_t id, int64_t person, const Embedding& embedding, float offset) {
                                  index_->add(id, person, embedding, offset);
                                  newest_ = id;
                                });
  sync_removals();
  index_->settle(options_.threads);
  if (first_reading && store_->counts().templates != static_cast<int64_t>(index_->size()))
    throw Error(VAV_E_GALLERY_CORRUPT, path_ + ": templates are missing; run `visavis gallery check` on it");
  seen_version_ = version;
  stale_ = false;
}

// Takes out what was added by a transaction that never was, and puts back what it removed.
void Gallery::sync_rollback() {
  if (std::exchange(first_read_in_transaction_, false)) index_ = make_pruned_index();
  for (const int64_t id : index_->template_ids())
    if (id > *rolled_back_) index_->remove(id);
  newest_ = std::min(newest_, *rolled_back_);
  for (const int64_t id : removed_in_transaction_)
    if (id <= newest_) add_to_index(id);
  removed_in_transaction_.clear();
  rolled_back_.reset();
}

void Gallery::sync_removals() {
  const auto removed = store_->removed_after(seen_removal_);
  if (!removed) return sync_difference();
  for (const int64_t id : *removed) {
    if (in_transaction_) removed_in_transaction_.push_back(id);
    index_->remove(id);
  }
  seen_removal_ += static_cast<int64_t>(removed->size());
}

// Compares all ids: this handle has not looked for a very long time.
void Gallery::sync_difference() {
  const int64_t last = store_->last_removal();
  const std::vector<int64_t> here = index_->template_ids(), there = store_->template_ids();
  std::vector<int64_t> gone;
  std::set_difference(here.begin(), here.end(), there.begin(), there.end(), std::back_inserter(gone));
  for (const int64_t id : gone) {
    if (in_transaction_) removed_in_transaction_.push_back(id);
    index_->remove(id);
  }
  seen_removal_ = last;
}

void Gallery::add_to_index(int64_t template_id) {
  store_->visit_template(template_id, [&](int64_t id, int64_t person, const Embedding& embedding, float offset) {
    index_->add(id, person, embedding, offset);
  });
}

std::vector<std::vector<Candidate>> Gallery::search(const std::vector<Embedding>& probes, const Search& search,
                                                    const Candidates::Ids& among) {
  const std::shared_lock with_others(index_mutex_);
  return index_->search_batch(probes, {search.count, search.reach, search.best_of, among.get(), options_.threads});
}

// Nothing when a person has been removed since the search.
std::optional<std::vector<std::vector<Match>>> Gallery::named(const std::vector<std::vector<Candidate>>& found) {
  std::vector<std::vector<Match>> matches(found.size());
  for (size_t i = 0; i < found.size(); ++i)
    for (const Candidate& c : found[i]) {
      auto name = store_->person_name(c.person);
      if (!name) return std::nullopt;
      matches[i].push_back({c.person, c.template_id, c.distance, std::move(*name)});
    }
  return matches;
}

std::vector<Match> Gallery::identify(const Embedding& probe, size_t count, float reach) {
  return identify(probe, Search{count, reach, 1, {.also_inactive = true}});
}

std::vector<Match> Gallery::identify(const Embedding& probe, const Search& wanted) {
  return std::move(identify(std::vector<Embedding>{probe}, wanted).front());
}

std::vector<std::vector<Match>> Gallery::identify(const std::vector<Embedding>& probes, const Search& wanted) {
  for (const Embedding& probe : probes) require_finite(probe.data(), probe.size(), "embedding");
  const auto prepare = [&] {
    if (in_step()) return candidates_.resolve(*store_, wanted.among, false);
    const Snapshot one_state(store_->connection());
    sync();
    return candidates_.resolve(*store_, wanted.among, true);
  };
  std::unique_lock lock(mutex_);
  const Candidates::Ids among = read(prepare);
  lock.unlock();
  const std::vector<std::vector<Candidate>> found = search(probes, wanted, among);
  lock.lock();
  if (auto matches = read([&] { return named(found); })) return std::move(*matches);
  // Somebody was removed meanwhile: once more, with everything held still.
  return read([&] {
    const Snapshot one_state(store_->connection());
    const Candidates::Ids among_now = prepare();
    auto matches = named(search(probes, wanted, among_now));
    if (!matches)
      throw Error(VAV_E_GALLERY_CORRUPT,
                  path_ + ": a template belongs to no person; run `visavis gallery check` on it");
    return std::move(*matches);
  });
}

DuplicatePage Gallery::duplicates(int64_t after, int64_t limit, float reach) {
  constexpr size_t kMostOfOne = 1000, kBatch = 256;
  std::unique_lock lock(mutex_);
  const auto persons = read([&] {
    sync();
    return store_->persons_after(after, limit);
  });
  DuplicatePage page;
  std::vector<Embedding> probes;
  std::vector<int64_t> owners;                           // of the probes
  std::map<std::pair<int64_t, int64_t>, float> nearest;  // by the two ids, the smaller first
  const auto work_off = [&] {
    lock.unlock();
    const auto found = search(probes, {.count = kMostOfOne + 1, .reach = reach}, nullptr);
    lock.lock();
    for (size_t i = 0; i < probes.size(); ++i)
      for (const Candidate& other : found[i]) {
        if (other.person <= owners[i]) continue;
        const auto [place, is_new] = nearest.try_emplace({owners[i], other.person}, other.distance);
        if (!is_new) place->second = std::min(place->second, other.distance);
      }
    probes.clear();
    owners.clear();
  };
  for (const int64_t person : persons) {
    page.last = person;
    const auto templates = read([&] { return store_->templates(person); });
    if (!templates) continue;  // removed meanwhile
    for (const Template& one : *templates) {
      probes.push_back(one.embedding);
      owners.push_back(person);
    }
    if (probes.size() >= kBatch) work_off();
  }
  work_off();
  for (const auto& [pair, distance] : nearest) {
    auto name = read([&] { return store_->person_name(pair.first); });
    auto other_name = read([&] { return store_->person_name(pair.second); });
    if (name && other_name)
      page.pairs.push_back({pair.first, pair.second, distance, std::move(*name), std::move(*other_name)});
  }
  if (static_cast<int64_t>(persons.size()) < limit) page.last = 0;
  return page;
}

}  // namespace visavis
