// The store is the truth. The index is never told of a change; it looks the change up in the store before a search, so
// that changes of this handle, of a rolled back transaction and of other processes all take the same way.
#include "gallery/gallery.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/vectors.h"
#include "gallery/metadata.h"

namespace visavis {
namespace {

[[noreturn]] void no_such(const char* what, int64_t id) {
  throw Error(VAV_E_NOT_FOUND, "no " + std::string(what) + " has the id " + std::to_string(id));
}

void check_group(const std::string& group) {
  if (group.empty()) throw Error(VAV_E_INVALID_ARGUMENT, "the group's name is empty");
}

// More than a few do not read memory faster.
int search_threads() {
  static const int threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 4u));
  return threads;
}

// One reads a million rows in the time that it takes to wait for another whose core is busy.
int search_threads(size_t rows) {
  constexpr size_t kRowsForAThread = 1 << 20;
  return static_cast<int>(std::min(static_cast<size_t>(search_threads()), 1 + rows / kRowsForAThread));
}

void check_fields(const PersonFields& fields) {
  for (const std::string& group : fields.groups.value_or(std::vector<std::string>{})) check_group(group);
  if (fields.name && fields.name->empty()) throw Error(VAV_E_INVALID_ARGUMENT, "name is empty");
  if (fields.metadata) require_metadata(*fields.metadata);
}

}  // namespace

std::unique_ptr<Gallery> Gallery::open(const std::string& path, const Recipe& recipe, const GalleryOptions& options) {
  return std::unique_ptr<Gallery>(new Gallery(resolve_path(path), recipe, options));
}

Gallery::Gallery(std::string path, const Recipe& recipe, const GalleryOptions& options)
    : path_(std::move(path)),
      options_(options),
      store_(std::make_unique<Store>(path_, recipe, options)),
      stamp_(store_->stamp()),
      index_(make_pruned_index()) {
  if (options_.mode != GalleryMode::read_only && (erase_pending_ = store_->erase_pending())) try_erasing();
}

// ---- Reading ----

// Runs `body` on the store, mutex_ held; again when the file was exchanged while it was read without locks.
template <class Body>
auto Gallery::read(Body&& body) {
  for (;;) {
    if (store_->outdated()) reopen();
    store_->require_in_place();
    try {
      auto result = body();
      if (!store_->outdated()) return result;
    } catch (const Codec::KeyUnknown&) {
      // Another process may be encrypting it anew.
      if (!store_->outdated() && !store_->follow_keys()) throw;
    } catch (const Error&) {
      if (!store_->outdated()) throw;
    }
  }
}

void Gallery::reopen() {
  store_ = std::make_unique<Store>(path_, stamp_.recipe, options_);
  const std::unique_lock alone(index_mutex_);
  index_ = make_pruned_index();
  seen_version_ = -1;
  newest_ = seen_removal_ = 0;
  removed_in_transaction_.clear();
  candidates_.forget();
}

GalleryCounts Gallery::counts() {
  const std::lock_guard lock(mutex_);
  return read([&] { return store_->counts(); });
}

std::vector<Person> Gallery::persons(const PersonQuery& query) {
  const std::lock_guard lock(mutex_);
  return read([&] { return store_->persons(query); });
}

std::vector<Template> Gallery::templates(int64_t person) {
  const std::lock_guard lock(mutex_);
  auto templates = read([&] { return store_->templates(person); });
  if (!templates) no_such("person", person);
  return std::move(*templates);
}

std::optional<float> Gallery::verify(int64_t person, const Embedding& probe) {
  require_finite(probe.data(), probe.size(), "embedding");
  std::optional<float> nearest;
  for (const Template& one : templates(person)) {
    const float distance = euclidean_distance(probe.data(), one.embedding.data(), probe.size());
    if (!nearest || distance < *nearest) nearest = distance;
  }
  return nearest;
}

// ---- Writing ----

// mutex_ locked and a write transaction open: the caller's own if there is one and it may be joined, else a new one.
// Another process is waited for without the mutex, so that searches go on meanwhile.
std::unique_lock<std::mutex> Gallery::lock_writer(bool join_transaction) {
  return lock_when([&] { return store_->try_begin(); }, join_transaction);
}

// The same for another attempt that needs the file to itself.
template <class Attempt>
std::unique_lock<std::mutex> Gallery::lock_when(Attempt&& attempt, bool join_transaction) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(options_.busy_timeout_ms);
  if (options_.mode == GalleryMode::read_only)
    throw Error(VAV_E_PERMISSION, path_ + ": was opened read-only; open it for writing to change it");
  for (auto pause = std::chrono::milliseconds(1);; pause = std::min(2 * pause, std::chrono::milliseconds(16))) {
    std::unique_lock lock(mutex_);
    store_->require_in_place();
    if (in_transaction_) {
      if (join_transaction) return lock;
      throw Error(VAV_E_WRONG_STATE, "a transaction is open already; commit it or roll it back first");
    }
    if (attempt()) return lock;
    lock.unlock();
    if (Clock::now() >= deadline)
      throw Error(VAV_E_GALLERY_BUSY, path_ + ": another process has been writing for longer than " +
                                          std::to_string(options_.busy_timeout_ms) +
                                          " ms; try again, or give a longer busy_timeout_ms");
    std::this_thread::sleep_for(pause);
  }
}

// Runs one change of the store as a transaction, or as a part of the open one.
template <class Change>
auto Gallery::write(Change&& change) {
  const auto lock = lock_writer(true);
  stale_ = true;
  try {
    auto result = change();
    if (!in_transaction_) {
      store_->commit();
      forget_removed();
    }
    return result;
  } catch (...) {
    if (!in_transaction_) {
      if (store_->in_transaction()) store_->rollback();
    } else if (!store_->in_transaction()) {  // SQLite gave all of it up: no disk, no memory
      end_transaction(true);
    }
    throw;
  }
}

// A transaction of its own, for what cannot be part of the caller's. Error WRONG_STATE.
void Gallery::write_alone(const std::function<void()>& change) {
  const auto lock = lock_writer(false);
  stale_ = true;
  try {
    change();
    store_->commit();
  } catch (...) {
    store_->rollback();
    throw;
  }
}

// Part of the caller's transaction if one is open.
void Gallery::write_joined(const std::function<void()>& change) {
  write([&] { return change(), true; });
}

void Gallery::read_alone(const std::function<void()>& body) {
  const std::lock_guard lock(mutex_);
  read([&] { return body(), true; });
}

void Gallery::compact() {
  const auto lock = lock_when([&] { return store_->connection().try_vacuum(); }, false);
  store_->connection().checkpoint();  // when a reader is in the way, the next one that can shortens the file
}

void Gallery::begin() {
  const auto lock = lock_writer(false);
  try {
    last_id_at_begin_ = store_->last_template_id();
    last_removal_at_begin_ = store_->last_removal();
  } catch (...) {
    store_->rollback();
    throw;
  }
  in_transaction_ = true;
}

void Gallery::require_transaction() const {
  if (!in_transaction_)
    throw Error(VAV_E_WRONG_STATE, "no transaction is open: none was begun, or a failed change has rolled it back");
}

void Gallery::end_transaction(bool rolled_back) {
  in_transaction_ = false;
  if (!rolled_back) {
    if (!rolled_back_) {  // else they are of one that was rolled back before
      removed_in_transaction_.clear();
      first_read_in_transaction_ = false;
    }
    return;
  }
  candidates_.forget();
  rolled_back_ = std::min(rolled_back_.value_or(last_id_at_begin_), last_id_at_begin_);
  // Their numbers will be given to others.
  seen_removal_ = std::min(seen_removal_, last_removal_at_begin_);
}

void Gallery::commit() {
  const std::lock_guard lock(mutex_);
  require_transaction();
  try {
    store_->require_in_place();
    store_->commit();
  } catch (...) {
    if (!store_->in_transaction()) end_transaction(true);
    throw;
  }
  end_transaction(false);
  forget_removed();
}

void Gallery::rollback() {
  const std::lock_guard lock(mutex_);
  require_transaction();
  if (store_->in_transaction()) store_->rollback();
  end_transaction(true);
}

// Removed faces leave the log as well as the table, unless a reader is in the way: then with a later checkpoint.
void Gallery::forget_removed() {
  if (erase_pending_)
    try_erasing();
  else if (std::exchange(removed_, false))
    store_->connection().checkpoint();
}

int64_t Gallery::add_person(const PersonFields& fields) {
  if (!fields.name) throw Error(VAV_E_INVALID_ARGUMENT, "name is missing");
  check_fields(fields);
  return write([&] { return store_->add_person(fields); });
}

void Gallery::update_person(int64_t person, const PersonFields& fields) {
  check_fields(fields);
  if (!write([&] { return store_->update_person(person, fields); })) no_such("person", person);
}

void Gallery::remove_person(int64_t person) {
  const bool found = write([&] {
    removed_ = true;
    const bool was_there = store_->remove_person(person);
    if (was_there) note(AuditEvent::remove, person);
    return was_there;
  });
  if (!found) no_such("person", person);
}

int64_t Gallery::purge_expired(int64_t now) {
  return write([&] {
    const std::vector<int64_t> expired = store_->expired_persons(now);
    for (const int64_t person : expired) {
      store_->remove_person(person);
      note(AuditEvent::remove, person);
    }
    removed_ = removed_ || !expired.empty();
    return static_cast<int64_t>(expired.size());
  });
}

void Gallery::note_seen(int64_t person, int64_t now) {
  constexpr int64_t kHour = 3'600'000;
  const auto found = persons({.id = person});
  if (found.empty()) return;  // removed meanwhile
  if (found.front().last_seen_at && now < *found.front().last_seen_at + kHour) return;
  write([&] { return store_->see_person(person, now), true; });
}

void Gallery::join_group(int64_t person, const std::string& group) {
  check_group(group);
  if (!write([&] { return store_->join_group(person, group); })) no_such("person", person);
}

void Gallery::leave_group(int64_t person, const std::string& group) {
  check_group(group);
  if (!write([&] { return store_->leave_group(person, group); })) no_such("person", person);
}

std::vector<Group> Gallery::groups() {
  const std::lock_guard lock(mutex_);
  return read([&] { return store_->groups(); });
}

int64_t Gallery::add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields) {
  require_finite(embedding.data(), embedding.size(), "embedding");
  const auto id = write([&] {
    const auto added = store_->add_template(person, embedding, fields);
    if (added) note(AuditEvent::enroll, person, *added);
    return added;
  });
  if (!id) no_such("person", person);
  return *id;
}

void Gallery::remove_template(int64_t template_id) {
  const bool found = write([&] {
    removed_ = true;
    const bool was_there = store_->remove_template(template_id);
    if (was_there) note(AuditEvent::remove, 0, template_id);
    return was_there;
  });
  if (!found) no_such("template", template_id);
}

// ---- Searching ----

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
  store_->visit_templates_after(newest_, [&](int64_t id, int64_t person, const Embedding& embedding, float offset) {
    index_->add(id, person, embedding, offset);
    newest_ = id;
  });
  sync_removals();
  index_->settle(search_threads());
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

std::vector<Candidate> Gallery::search(const Embedding& probe, const Search& search, const Candidates::Ids& among) {
  const std::shared_lock with_others(index_mutex_);
  const int threads = search_threads(index_->size());
  return index_->search(probe, {search.count, search.reach, search.best_of, among.get(), threads});
}

std::vector<std::vector<Candidate>> Gallery::search_batch(const std::vector<Embedding>& probes, size_t count,
                                                          float reach) {
  const std::shared_lock with_others(index_mutex_);
  return index_->search_batch(probes, {.count = count, .reach = reach, .threads = search_threads()});
}

// Nothing when a person has been removed since the search.
std::optional<std::vector<Match>> Gallery::named(const std::vector<Candidate>& candidates) {
  std::vector<Match> matches;
  for (const Candidate& c : candidates) {
    auto name = store_->person_name(c.person);
    if (!name) return std::nullopt;
    matches.push_back({c.person, c.template_id, c.distance, std::move(*name)});
  }
  return matches;
}

std::vector<Match> Gallery::identify(const Embedding& probe, size_t count, float reach) {
  return identify(probe, Search{count, reach, 1, {.also_inactive = true}});
}

std::vector<Match> Gallery::identify(const Embedding& probe, const Search& wanted) {
  require_finite(probe.data(), probe.size(), "embedding");
  const auto prepare = [&] {
    if (in_step()) return candidates_.resolve(*store_, wanted.among, false);
    const Snapshot one_state(store_->connection());
    sync();
    return candidates_.resolve(*store_, wanted.among, true);
  };
  std::unique_lock lock(mutex_);
  const Candidates::Ids among = read(prepare);
  lock.unlock();
  const std::vector<Candidate> candidates = search(probe, wanted, among);
  lock.lock();
  if (auto matches = read([&] { return named(candidates); })) return std::move(*matches);
  // Somebody was removed meanwhile: once more, with everything held still.
  return read([&] {
    const Snapshot one_state(store_->connection());
    const Candidates::Ids among_now = prepare();
    auto matches = named(search(probe, wanted, among_now));
    if (!matches)
      throw Error(VAV_E_GALLERY_CORRUPT,
                  path_ + ": a template belongs to no person; run `visavis gallery check` on it");
    return std::move(*matches);
  });
}

// ---- The same face twice ----

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
    const auto found = search_batch(probes, kMostOfOne + 1, reach);
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
