// The store is the truth. The index is never told of a change; it looks the change up in the store before a search, so
// that changes of this handle, of a rolled back transaction and of other processes all take the same way.
#include "gallery/gallery.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/vectors.h"
#include "gallery/check.h"
#include "gallery/metadata.h"

namespace visavis {
namespace {

[[noreturn]] void no_such(const char* what, int64_t id) {
  throw Error(VAV_E_NOT_FOUND, "no " + std::string(what) + " has the id " + std::to_string(id));
}

// More than a few do not read memory faster.
int search_threads() {
  static const int threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 4u));
  return threads;
}

void check_fields(const PersonFields& fields) {
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
      index_(make_pruned_index()) {}

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
  newest_ = 0;
}

GalleryCounts Gallery::counts() {
  const std::lock_guard lock(mutex_);
  return read([&] { return store_->counts(); });
}

std::vector<std::string> Gallery::check() {
  const std::lock_guard lock(mutex_);
  return read([&] { return check_gallery(store_->connection(), stamp_.recipe); });
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
    if (store_->try_begin()) return lock;
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

void Gallery::begin() {
  const auto lock = lock_writer(false);
  try {
    last_id_at_begin_ = store_->last_template_id();
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
  if (rolled_back) rolled_back_ = std::min(rolled_back_.value_or(last_id_at_begin_), last_id_at_begin_);
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
  if (std::exchange(removed_, false)) store_->connection().checkpoint();
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
    recount_ = removed_ = true;
    return store_->remove_person(person);
  });
  if (!found) no_such("person", person);
}

int64_t Gallery::add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields) {
  require_finite(embedding.data(), embedding.size(), "embedding");
  const auto id = write([&] { return store_->add_template(person, embedding, fields); });
  if (!id) no_such("person", person);
  return *id;
}

void Gallery::remove_template(int64_t template_id) {
  const bool found = write([&] {
    recount_ = removed_ = true;
    return store_->remove_template(template_id);
  });
  if (!found) no_such("template", template_id);
}

// ---- Searching ----

// Brings the index in step with the store; mutex_ held. On an exception it is tried again by the next search.
void Gallery::sync() {
  if (!stale_ && !rolled_back_ && store_->data_version() == seen_version_) return;
  const Snapshot one_state(store_->connection());
  const int64_t version = store_->data_version();
  const std::unique_lock alone(index_mutex_);
  if (rolled_back_) {
    for (const int64_t id : index_->template_ids())
      if (id > *rolled_back_) index_->remove(id);
    newest_ = std::min(newest_, *rolled_back_);
  }
  if (index_->size() == 0) index_->reserve(static_cast<size_t>(store_->counts().templates));
  // Ids only grow, so what others added is above what is known …
  store_->visit_templates_after(newest_, [&](int64_t id, int64_t person, const Embedding& embedding) {
    index_->add(id, person, embedding);
    newest_ = id;
  });
  // … and if as many are there as should be, none was removed.
  const bool may_lack = recount_ || version != seen_version_;
  if (rolled_back_ || (may_lack && store_->counts().templates != static_cast<int64_t>(index_->size())))
    sync_difference();
  index_->settle(search_threads());
  seen_version_ = version;
  stale_ = recount_ = false;
  rolled_back_.reset();
}

void Gallery::sync_difference() {
  const std::vector<int64_t> here = index_->template_ids(), there = store_->template_ids();
  std::vector<int64_t> gone, back;
  std::set_difference(here.begin(), here.end(), there.begin(), there.end(), std::back_inserter(gone));
  std::set_difference(there.begin(), there.end(), here.begin(), here.end(), std::back_inserter(back));
  for (const int64_t id : gone) index_->remove(id);
  for (const int64_t id : back)
    store_->visit_template(id, [&](int64_t, int64_t person, const Embedding& e) { index_->add(id, person, e); });
}

std::vector<Candidate> Gallery::search(const Embedding& probe, size_t count, float reach) {
  const std::shared_lock with_others(index_mutex_);
  return index_->search(probe, {.count = count, .reach = reach, .threads = search_threads()});
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
  require_finite(probe.data(), probe.size(), "embedding");
  std::unique_lock lock(mutex_);
  read([&] { return sync(), true; });
  lock.unlock();
  const std::vector<Candidate> candidates = search(probe, count, reach);
  lock.lock();
  if (auto matches = read([&] { return named(candidates); })) return std::move(*matches);
  // Somebody was removed meanwhile: once more, with everything held still.
  return read([&] {
    const Snapshot one_state(store_->connection());
    sync();
    auto matches = named(search(probe, count, reach));
    if (!matches)
      throw Error(VAV_E_GALLERY_CORRUPT,
                  path_ + ": a template belongs to no person; run `visavis gallery check` on it");
    return std::move(*matches);
  });
}

}  // namespace visavis
