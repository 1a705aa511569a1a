// The store raises a number with each change of who may be a candidate, so that templates and unrestricted persons can
// be added without reading all of this again: such persons have ids above those known, and are appended.
#include "gallery/candidates.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace visavis {
namespace {

std::vector<int64_t> without(const std::vector<int64_t>& from, const std::vector<int64_t>& what) {
  std::vector<int64_t> rest;
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(rest));
  return rest;
}

void sort_unique(std::vector<int64_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

void Candidates::forget() { *this = {}; }

void Candidates::follow(Store& store, int64_t now, bool changed) {
  const auto version = changed || !version_ ? store.candidates_version() : *version_;
  if (version != version_) {
    forget();
    restrictions_ = store.restrictions();
    version_ = version;
  } else if (now >= since_ && now < until_) {
    return;
  }
  excluded_.clear();
  everybody_.reset();
  since_ = std::numeric_limits<int64_t>::min();
  until_ = std::numeric_limits<int64_t>::max();
  for (const Restriction& one : restrictions_) {
    for (const auto& time : {one.valid_from, one.valid_until, one.expires_at}) {
      if (!time) continue;
      if (*time <= now) since_ = std::max(since_, *time);
      if (*time > now) until_ = std::min(until_, *time);
    }
    constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
    const bool valid = one.enabled && now >= one.valid_from.value_or(now) && now < one.valid_until.value_or(kNever) &&
                       now < one.expires_at.value_or(kNever);
    if (!valid) excluded_.push_back(one.person);
  }
}

Candidates::Ids Candidates::everybody(Store& store, bool changed) {
  if (excluded_.empty()) return nullptr;
  if (everybody_ && !changed) return everybody_;
  if (!everybody_) everybody_ = std::make_shared<List>(), newest_person_ = 0;
  const List added = store.persons_after(newest_person_);
  if (added.empty()) return everybody_;
  if (everybody_.use_count() > 1) everybody_ = std::make_shared<List>(*everybody_);  // a search is reading it
  std::set_difference(added.begin(), added.end(), excluded_.begin(), excluded_.end(), std::back_inserter(*everybody_));
  newest_person_ = added.back();
  return everybody_;
}

const std::vector<int64_t>& Candidates::members(Store& store, const std::string& group) {
  constexpr size_t kMostGroups = 64;
  const auto found = groups_.find(group);
  if (found != groups_.end()) return found->second;
  if (groups_.size() >= kMostGroups) groups_.clear();
  return groups_.emplace(group, store.persons_of_group(group)).first->second;
}

Candidates::Ids Candidates::resolve(Store& store, const CandidateFilter& filter, bool changed) {
  follow(store, filter.now, changed);
  const bool narrowed = filter.groups || filter.persons;
  if (!narrowed) return filter.also_inactive ? nullptr : everybody(store, changed);
  List ids;
  if (filter.groups)
    for (const std::string& group : *filter.groups) {
      const List& more = members(store, group);
      ids.insert(ids.end(), more.begin(), more.end());
    }
  sort_unique(ids);
  if (filter.persons) {
    List listed = *filter.persons, both;
    sort_unique(listed);
    if (filter.groups) {
      std::set_intersection(ids.begin(), ids.end(), listed.begin(), listed.end(), std::back_inserter(both));
      listed = std::move(both);
    }
    ids = std::move(listed);
  }
  if (!filter.also_inactive) ids = without(ids, excluded_);
  return std::make_shared<const List>(std::move(ids));
}

}  // namespace visavis
