// Who is eligible, which is to say may be found now: enabled, valid, not expired, in the groups that were asked for.
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
// What decides in the end: what the person's own row says. (The list of persons is the caller's own.)
bool is_eligible(const Person& person, const CandidateFilter& filter);

// What is here only speeds up a search: whoever is about to be named is looked up in their own row. The functions that
// are not const need it alone.
class Eligibility {
 public:
  // Everything as the store has it now.
  void load(Store& store);
  // One person as the store has them now. After an exception it must be called again.
  void follow(Store& store, int64_t person);
  // One person as their row says, whatever else the file may hold.
  void correct(const Person& person);
  // To be called before select() where it is not prepared: groups are read, and time moves on.
  void prepare(Store& store, const CandidateFilter& filter);
  bool prepared(const CandidateFilter& filter) const;

  // The persons that a search is among, nullptr: everybody. The selection must not outlive this. `few`: so many may be
  // listed.
  std::unique_ptr<PersonSelection> select(const CandidateFilter& filter, size_t few) const;
  // All others, nullptr: nobody. `selected` is what select() gave for the same filter, and must outlive the result.
  std::unique_ptr<PersonSelection> others(const CandidateFilter& filter, const PersonSelection* selected,
                                          size_t few) const;

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
  std::set<std::pair<int64_t, int64_t>> turns_;          // times at which somebody's answer changes, and whose
  IdSet inactive_;                                       // between these times, since_ ≤ now < until_
  int64_t since_ = 0, until_ = 0, now_ = 0;
  bool settled_ = false;  // inactive_ and the window are right
  std::map<std::string, std::shared_ptr<Group>> groups_;
  int64_t changes_ = 0;
};

}  // namespace visavis
