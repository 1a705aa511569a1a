// Who is eligible, which means may be found now: enabled, valid, not expired, and in the groups asked for.
// Kept in memory person by person, so that one change costs one change.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gallery/id_set.h"
#include "gallery/records.h"
#include "gallery/store/store.h"
#include "index/index.h"

namespace visavis {

// Enabled, valid and not expired.
bool is_active(const Restriction& restriction, int64_t now);
// In one of the groups that were asked for.
bool is_member(const Person& person, const CandidateFilter& filter);
// The final decision, by the row of the person. (The list of persons comes from the caller.)
bool is_eligible(const Person& person, const CandidateFilter& filter);

// This only speeds up a search: before a person is named, their own row is read. Functions that are not const must not
// run at the same time as others.
class Eligibility {
 public:
  // Everything as the store has it now.
  void load(Store& store);
  // One person as the store has them now. After an exception it must be called again.
  void follow(Store& store, int64_t person);
  // One person as their row says, whatever else the file may hold.
  void correct(const Person& person);
  // Call it before select() if that is not prepared: it reads groups and moves on in time.
  void prepare(Store& store, const CandidateFilter& filter);
  bool prepared(const CandidateFilter& filter) const;

  // The persons that a search is among, nullptr: everybody. The selection must not outlive this. `most_listed`: how
  // many may be listed.
  std::unique_ptr<PersonSelection> select(const CandidateFilter& filter, size_t most_listed) const;
  // All others, nullptr: nobody. `selected` is what select() gave for the same filter, and must outlive the result.
  std::unique_ptr<PersonSelection> others(const CandidateFilter& filter, const PersonSelection* selected,
                                          size_t most_listed) const;

  bool anybody_inactive(int64_t now) const;
  bool inactive(int64_t person, int64_t now) const;

 private:
  struct Group {
    std::optional<int64_t> id;  // nobody is in it: none
    IdSet members;
    int64_t checked = 0;  // the group had this id when so many changes had been followed
  };
  enum class Wanted { eligible, inactive };
  class Selection;
  class Complement;

  void drop(int64_t person);
  void put(const Restriction& restriction);
  bool at_hand(int64_t now) const { return settled_ && now >= since_ && now < until_; }
  void find_window(int64_t now);
  void move_to(int64_t now);
  void read_group(Store& store, const std::string& name);
  void drop_empty_groups();

  std::unordered_map<int64_t, Restriction> restricted_;  // who is not always active
  std::set<std::pair<int64_t, int64_t>> turns_;          // times at which the answer for a person changes, and whose
  IdSet inactive_;                                       // between these times, since_ ≤ now < until_
  int64_t since_ = 0, until_ = 0, now_ = 0;
  bool settled_ = false;  // inactive_ and the window are right
  std::map<std::string, std::shared_ptr<Group>> groups_;
  int64_t changes_ = 0;
};

}  // namespace visavis
