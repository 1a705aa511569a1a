// Who may be a candidate: groups, listed persons, and whether enabled and valid now, resolved to person ids before a
// search scores anybody. Kept from one search to the next while nothing of it changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gallery/records.h"
#include "gallery/store.h"

namespace visavis {

class Candidates {
 public:
  using Ids = std::shared_ptr<const std::vector<int64_t>>;

  // Ascending, and maybe with ids of persons who were removed. nullptr: everybody. `changed`: the store may have since
  // the last call; otherwise it is not asked again for what is known.
  Ids resolve(Store& store, const CandidateFilter& filter, bool changed);

  // What is known is no longer true: a rollback, another file.
  void forget();

 private:
  using List = std::vector<int64_t>;

  void follow(Store& store, int64_t now, bool changed);
  Ids everybody(Store& store, bool changed);
  const List& members(Store& store, const std::string& group);

  std::optional<int64_t> version_;  // of the store's, that the rest is of
  std::vector<Restriction> restrictions_;
  // Who is not a candidate between these times, since_ ≤ now < until_.
  List excluded_;
  int64_t since_ = 0, until_ = 0;
  std::map<std::string, List> groups_;
  std::shared_ptr<List> everybody_;  // but the excluded
  int64_t newest_person_ = 0;        // in everybody_, or excluded, or removed
};

}  // namespace visavis
