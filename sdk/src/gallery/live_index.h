// What a gallery keeps in memory: the index of all templates, and who is eligible. Nobody tells it what has changed:
// before a search it reads that from the store. So changes by this handle, by a rollback and by other processes are all
// followed in the same way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "gallery/eligibility.h"
#include "gallery/records.h"
#include "gallery/store/store.h"
#include "index/index.h"

namespace visavis {

class LiveIndex {
 public:
  // `length`: numbers in an embedding. `threads`: for one search, and for reading the gallery at the first.
  LiveIndex(size_t length, int threads);

  size_t length() const { return length_; }

  // ---- Under the lock of the gallery ----

  bool in_step(Store& store) const;
  // After an exception the next search tries again; until it is finished, in_step() is false. Error
  // GALLERY_CORRUPT.
  void sync(Store& store);
  // This handle has changed something.
  void changed() noexcept { stale_ = true; }
  void begin_transaction() noexcept { in_transaction_ = true; }
  void end_transaction(bool rolled_back) noexcept;
  // Another file.
  void forget();
  // Takes over what the row of a person says, if the rest of the file says something else.
  void correct(const Person& person);

  // The persons that a search is among; nullptr: everybody. `others`: everybody else, where a decision is wanted;
  // nullptr: nobody.
  struct Scope {
    std::unique_ptr<PersonSelection> eligible, others;
  };
  Scope scope(Store& store, const Search& wanted);

  std::vector<int64_t> template_ids() const;

  // ---- From any thread ----

  using Found = std::vector<std::vector<Candidate>>;
  // `offsets`: of the probes.
  Found search(const std::vector<Embedding>& probes, const std::vector<float>& offsets, const Search& wanted,
               const PersonSelection* among) const;
  // How many templates such a search compares with at most.
  int64_t size_among(const PersonSelection* among) const;

 private:
  // The state that a rollback returns to, and all changes that were followed since.
  struct Undo {
    int64_t newest, removal, eligibility;
    bool whole;  // the index was read for the first time
    bool reload = false;
    std::vector<int64_t> added, removed, persons;
  };

  void undo(Store& store);
  void follow_additions(Store& store);
  void follow_removals(Store& store);
  void compare_all(Store& store);
  void follow_eligibility(Store& store);
  void remove(int64_t template_id);

  const size_t length_;
  const int threads_;
  mutable std::shared_mutex mutex_;  // shared to search
  std::unique_ptr<Index> index_;
  Eligibility eligibility_;

  int64_t seen_version_ = -1;      // the store's data_version when it was in step
  int64_t newest_ = 0;             // templates up to this id are in it, or were removed
  int64_t seen_removal_ = 0;       // removals up to this number have been followed
  int64_t seen_eligibility_ = -1;  // and so have changes of who is eligible; -1: nothing has been read yet
  bool stale_ = true;              // this handle has changed something since
  bool in_transaction_ = false;
  std::optional<Undo> since_begin_, to_undo_;
};

}  // namespace visavis
