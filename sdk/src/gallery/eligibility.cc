// Time passes without anybody telling: the persons whose answer changes are kept by the time at which it does, so that
// moving on looks at these alone.
#include "gallery/eligibility.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "gallery/listed_persons.h"

namespace visavis {
namespace {

constexpr int64_t kFirst = std::numeric_limits<int64_t>::min(), kLast = std::numeric_limits<int64_t>::max();

template <class Visit>
void each_turn(const Restriction& one, const Visit& visit) {
  for (const auto& time : {one.valid_from, one.valid_until, one.expires_at})
    if (time) visit(*time);
}

}  // namespace

bool is_active(const Restriction& one, int64_t now) {
  return one.enabled && now >= one.valid_from.value_or(kFirst) && (!one.valid_until || now < *one.valid_until) &&
         (!one.expires_at || now < *one.expires_at);
}

bool is_member(const Person& person, const CandidateFilter& filter) {
  if (!filter.groups) return true;
  return std::ranges::any_of(*filter.groups, [&](const std::string& wanted) {
    return std::ranges::any_of(person.groups, [&](const std::string& group) { return same_text(group, wanted); });
  });
}

bool is_eligible(const Person& person, const CandidateFilter& filter) {
  return is_member(person, filter) && (filter.also_inactive || is_active(restriction_of(person), filter.now));
}

// Narrowed by a list, by groups or by both; then who is inactive, or who is not.
class Eligibility::Selection : public PersonSelection {
 public:
  Selection(const Eligibility& all, int64_t now, bool everybody, Wanted wanted)
      : all_(all), now_(now), everybody_(everybody), wanted_(wanted) {}

  void narrow(const std::vector<int64_t>& persons) { list_.emplace(persons); }
  void narrow(std::vector<std::shared_ptr<const Group>> groups, size_t most_listed) {
    groups_ = std::move(groups);
    by_group_ = true;
    size_t members = 0;
    for (const auto& group : groups_) members += group->members.size();
    if (list_ || members > most_listed) return;
    std::vector<int64_t> persons;
    for (const auto& group : groups_) group->members.append_to(persons);
    list_.emplace(std::move(persons));
  }
  void narrow_to_inactive(size_t most_listed) {
    if (list_ || wanted_ != Wanted::inactive || !all_.at_hand(now_) || all_.inactive_.size() > most_listed) return;
    std::vector<int64_t> persons;
    all_.inactive_.append_to(persons);
    list_.emplace(std::move(persons));
  }

  bool has(int64_t person) const override {
    if (list_ && !list_->has(person)) return false;
    if (by_group_ && std::ranges::none_of(groups_, [&](const auto& group) { return group->members.has(person); }))
      return false;
    return everybody_ || all_.inactive(person, now_) == (wanted_ == Wanted::inactive);
  }
  const std::vector<int64_t>* listed() const override { return list_ ? list_->listed() : nullptr; }

 private:
  const Eligibility& all_;
  const int64_t now_;
  const bool everybody_;
  const Wanted wanted_;
  bool by_group_ = false;
  std::optional<ListedPersons> list_;
  std::vector<std::shared_ptr<const Group>> groups_;
};

class Eligibility::Complement : public PersonSelection {
 public:
  explicit Complement(const PersonSelection& selected) : selected_(selected) {}
  bool has(int64_t person) const override { return !selected_.has(person); }
  const std::vector<int64_t>* listed() const override { return nullptr; }

 private:
  const PersonSelection& selected_;
};

void Eligibility::load(Store& store) {
  settled_ = false;
  ++changes_;
  restricted_.clear();
  turns_.clear();
  inactive_.clear();
  groups_.clear();
  for (const Restriction& one : store.restrictions()) put(one);
}

void Eligibility::drop(int64_t person) {
  const auto known = restricted_.find(person);
  if (known == restricted_.end()) return;
  each_turn(known->second, [&](int64_t time) { turns_.erase({time, person}); });
  inactive_.remove(person);
  restricted_.erase(known);
}

void Eligibility::put(const Restriction& one) {
  drop(one.person);
  if (!one.restricted()) {
    if (settled_) find_window(now_);
    return;
  }
  const bool was_settled = std::exchange(settled_, false);
  restricted_.emplace(one.person, one);
  each_turn(one, [&](int64_t time) { turns_.emplace(time, one.person); });
  if (!was_settled) return;
  if (!is_active(one, now_)) inactive_.add(one.person);
  find_window(now_);
  settled_ = true;
}

void Eligibility::follow(Store& store, int64_t person) {
  ++changes_;
  const auto now = store.restriction(person);
  put(now.value_or(Restriction{person}));
  const std::vector<int64_t> groups = now ? store.group_ids_of(person) : std::vector<int64_t>{};
  for (auto& [name, group] : groups_) {
    if (group->id && std::ranges::find(groups, *group->id) != groups.end())
      group->members.add(person);
    else
      group->members.remove(person);
  }
  drop_empty_groups();
}

// Its name may be somebody's; whoever asks for it again has it read again.
void Eligibility::drop_empty_groups() {
  for (auto group = groups_.begin(); group != groups_.end();) {
    const auto next = std::next(group);
    if (group->second->members.empty()) {
      auto gone = groups_.extract(group);
      wipe(gone.key());
    }
    group = next;
  }
}

void Eligibility::correct(const Person& person) {
  put(restriction_of(person));
  for (auto& [name, group] : groups_) {
    const bool member =
        std::ranges::any_of(person.groups, [&name = name](const std::string& one) { return same_text(one, name); });
    if (member)
      group->members.add(person.id);
    else
      group->members.remove(person.id);
  }
}

void Eligibility::find_window(int64_t now) {
  const auto next = turns_.upper_bound({now, kLast});
  until_ = next == turns_.end() ? kLast : next->first;
  since_ = next == turns_.begin() ? kFirst : std::prev(next)->first;
  now_ = now;
}

void Eligibility::move_to(int64_t now) {
  if (at_hand(now)) return;
  if (!settled_) {
    inactive_.clear();
    for (const auto& [person, one] : restricted_)
      if (!is_active(one, now)) inactive_.add(person);
  } else {
    settled_ = false;
    const auto from = turns_.upper_bound({std::min(now_, now), kLast});
    for (auto turn = from; turn != turns_.end() && turn->first <= std::max(now_, now); ++turn) {
      const Restriction& one = restricted_.at(turn->second);
      if (is_active(one, now))
        inactive_.remove(one.person);
      else
        inactive_.add(one.person);
    }
  }
  find_window(now);
  settled_ = true;
}

bool Eligibility::inactive(int64_t person, int64_t now) const {
  if (at_hand(now)) return inactive_.has(person);
  const auto found = restricted_.find(person);
  return found != restricted_.end() && !is_active(found->second, now);
}

bool Eligibility::anybody_inactive(int64_t now) const {
  if (at_hand(now)) return !inactive_.empty();
  return std::ranges::any_of(restricted_, [&](const auto& one) { return !is_active(one.second, now); });
}

// A group that lost its last member is gone, and comes back with another id.
void Eligibility::read_group(Store& store, const std::string& name) {
  constexpr size_t kMostGroups = 1000;  // as many as one search may name
  const auto found = groups_.find(name);
  if (found != groups_.end() && found->second->checked == changes_) return;
  const auto id = store.group_of(name);
  if (found != groups_.end() && found->second->id == id) {
    found->second->checked = changes_;
    return;
  }
  auto fresh = std::make_shared<Group>();
  fresh->id = id;
  fresh->checked = changes_;
  if (id)
    for (const int64_t person : store.persons_of_group(*id)) fresh->members.add(person);
  groups_[name] = std::move(fresh);
  if (groups_.size() <= kMostGroups) return;
  std::erase_if(groups_, [&](const auto& one) { return one.second->checked != changes_; });
}

bool Eligibility::prepared(const CandidateFilter& filter) const {
  return at_hand(filter.now) && (!filter.groups || std::ranges::all_of(*filter.groups, [&](const std::string& name) {
           const auto found = groups_.find(name);
           return found != groups_.end() && found->second->checked == changes_;
         }));
}

void Eligibility::prepare(Store& store, const CandidateFilter& filter) {
  move_to(filter.now);
  if (filter.groups)
    for (const std::string& name : *filter.groups) read_group(store, name);
}

std::unique_ptr<PersonSelection> Eligibility::select(const CandidateFilter& filter, size_t most_listed) const {
  const bool everybody = filter.also_inactive || !anybody_inactive(filter.now);
  if (everybody && !filter.groups && !filter.persons) return nullptr;
  auto selection = std::make_unique<Selection>(*this, filter.now, everybody, Wanted::eligible);
  if (filter.persons) selection->narrow(*filter.persons);
  if (filter.groups) {
    std::vector<std::shared_ptr<const Group>> groups;
    for (const std::string& name : *filter.groups) groups.push_back(groups_.at(name));
    selection->narrow(std::move(groups), most_listed);
  }
  return selection;
}

std::unique_ptr<PersonSelection> Eligibility::others(const CandidateFilter& filter, const PersonSelection* selected,
                                                     size_t most_listed) const {
  if (!selected) return nullptr;
  if (filter.groups || filter.persons) return std::make_unique<Complement>(*selected);
  auto selection = std::make_unique<Selection>(*this, filter.now, false, Wanted::inactive);
  selection->narrow_to_inactive(most_listed);
  return selection;
}

}  // namespace visavis
