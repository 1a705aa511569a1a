// Each step advances its number only when it is done, and may be done twice: so a step that failed is simply done
// again.
#include "gallery/live_index.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

#include "base/error.h"

namespace visavis {

LiveIndex::LiveIndex(size_t length, int threads)
    : length_(length), threads_(threads), index_(make_pruned_index(length)) {}

bool LiveIndex::in_step(Store& store) const { return !stale_ && !to_undo_ && store.data_version() == seen_version_; }

void LiveIndex::end_transaction(bool rolled_back) noexcept {
  in_transaction_ = false;
  if (rolled_back && since_begin_) to_undo_ = std::move(since_begin_);
  since_begin_.reset();
}

void LiveIndex::forget() {
  const std::unique_lock alone(mutex_);
  index_ = make_pruned_index(length_);
  eligibility_ = {};
  seen_version_ = seen_eligibility_ = -1;
  newest_ = seen_removal_ = 0;
  stale_ = true;
  since_begin_.reset();
  to_undo_.reset();
}

void LiveIndex::sync(Store& store) {
  if (in_step(store)) return;
  stale_ = true;
  const Snapshot one_state(store.connection());
  const int64_t version = store.data_version();
  store.follow_keys();
  const std::unique_lock alone(mutex_);
  if (to_undo_) undo(store);
  const bool first_reading = index_->size() == 0;
  if (in_transaction_ && !since_begin_)
    since_begin_ = Undo{newest_, seen_removal_, seen_eligibility_, first_reading, false, {}, {}, {}};
  if (first_reading) {  // which needs not follow what was removed before it, for good
    newest_ = 0;
    seen_removal_ = store.last_removal();
    index_->reserve(size_t(std::clamp<int64_t>(store.counts().templates, 0, 1 << 24)));
  }
  follow_additions(store);
  follow_removals(store);
  index_->settle(threads_);
  if (first_reading && store.counts().templates != int64_t(index_->size()))
    throw Error(VAV_E_GALLERY_CORRUPT,
                store.connection().path() + ": templates are missing; run `visavis gallery check` on it");
  follow_eligibility(store);
  seen_version_ = version;
  stale_ = false;
}

// Undoes a transaction that was rolled back: takes out what it added and puts back what it removed.
void LiveIndex::undo(Store& store) {
  if (to_undo_->whole) {
    index_ = make_pruned_index(length_);
  } else {
    for (const int64_t id : to_undo_->added) index_->remove(id);
    for (const int64_t id : to_undo_->removed)
      store.visit_template(id, [&](int64_t, int64_t person, const Embedding& embedding, float offset) {
        index_->add(id, person, embedding, offset);
      });
  }
  if (to_undo_->reload || to_undo_->eligibility < 0) {
    seen_eligibility_ = -1;
  } else {
    for (const int64_t person : to_undo_->persons) eligibility_.follow(store, person);
    seen_eligibility_ = to_undo_->eligibility;
  }
  // What was numbered in that transaction will be numbered so again, for others.
  newest_ = to_undo_->newest;
  seen_removal_ = to_undo_->removal;
  to_undo_.reset();
}

// Ids only grow, so what was added is above what is known.
void LiveIndex::follow_additions(Store& store) {
  store.visit_templates_after(newest_, threads_,
                              [&](int64_t id, int64_t person, const Embedding& embedding, float offset) {
                                if (since_begin_ && !since_begin_->whole) since_begin_->added.push_back(id);
                                index_->add(id, person, embedding, offset);
                                newest_ = id;
                              });
}

void LiveIndex::remove(int64_t template_id) {
  if (since_begin_ && !since_begin_->whole) since_begin_->removed.push_back(template_id);
  index_->remove(template_id);
}

void LiveIndex::follow_removals(Store& store) {
  const auto removed = store.removed_after(seen_removal_);
  if (!removed) return compare_all(store);
  for (const int64_t id : *removed) {
    remove(id);
    ++seen_removal_;
  }
}

// Compares all ids: this handle has not looked for a very long time.
void LiveIndex::compare_all(Store& store) {
  const int64_t last = store.last_removal();
  const std::vector<int64_t> here = index_->template_ids(), there = store.template_ids();
  std::vector<int64_t> gone;
  std::set_difference(here.begin(), here.end(), there.begin(), there.end(), std::back_inserter(gone));
  for (const int64_t id : gone) remove(id);
  seen_removal_ = last;
}

void LiveIndex::follow_eligibility(Store& store) {
  const auto changed = seen_eligibility_ < 0 ? std::nullopt : store.eligibility_changed_after(seen_eligibility_);
  if (!changed) {
    const int64_t last = store.last_eligibility_change();
    if (since_begin_) since_begin_->reload = true;
    seen_eligibility_ = -1;
    eligibility_.load(store);
    seen_eligibility_ = last;
    return;
  }
  for (const int64_t person : *changed) {
    if (since_begin_) since_begin_->persons.push_back(person);
    eligibility_.follow(store, person);
    ++seen_eligibility_;
  }
}

void LiveIndex::correct(const Person& person) {
  const std::unique_lock alone(mutex_);
  eligibility_.correct(person);
}

LiveIndex::Scope LiveIndex::scope(Store& store, const Search& wanted) {
  if (!eligibility_.prepared(wanted.among)) {
    const std::unique_lock alone(mutex_);
    eligibility_.prepare(store, wanted.among);
  }
  const size_t most_listed = 64 + index_->size() / 256;  // the index looks up so many one by one
  Scope scope{eligibility_.select(wanted.among, most_listed), nullptr};
  if (wanted.threshold > 0 || wanted.settle)
    scope.others = eligibility_.others(wanted.among, scope.eligible.get(), most_listed);
  return scope;
}

std::vector<int64_t> LiveIndex::template_ids() const { return index_->template_ids(); }

int64_t LiveIndex::size_among(const PersonSelection* among) const {
  const std::shared_lock with_others(mutex_);
  return int64_t(index_->size_among(among));
}

LiveIndex::Found LiveIndex::search(const std::vector<Embedding>& probes, const std::vector<float>& offsets,
                                   const Search& wanted, const PersonSelection* among) const {
  const std::shared_lock with_others(mutex_);
  return index_->search_batch(probes, {wanted.count, wanted.reach, wanted.best_of, among, threads_, offsets});
}

}  // namespace visavis
