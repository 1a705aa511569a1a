// Reading and writing: who holds which lock, and what happens to a change that fails.
#include "gallery/gallery.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/vectors.h"
#include "gallery/store/metadata.h"
#include "gallery/store/sqlite_error.h"
#include "gallery/transfer/transfer.h"

namespace visavis {
namespace {

[[noreturn]] void no_such(const char* what, int64_t id) {
  throw Error(VAV_E_NOT_FOUND, "no " + std::string(what) + " has the id " + std::to_string(id));
}

void check_group(const std::string& group) {
  if (is_blank(group)) throw Error(VAV_E_INVALID_ARGUMENT, "the group's name is blank: nothing in it can be seen");
}

void check_fields(const PersonFields& fields) {
  for (const std::string& group : fields.groups.value_or(std::vector<std::string>{})) check_group(group);
  if (fields.name && is_blank(*fields.name))
    throw Error(VAV_E_INVALID_ARGUMENT, "name is blank: nothing in it can be seen");
  if (fields.metadata) require_metadata(*fields.metadata);
}

}  // namespace

std::unique_ptr<Gallery> Gallery::open(const std::string& path, const Recipe& recipe, const GalleryOptions& options) {
  return std::unique_ptr<Gallery>(new Gallery(resolve_path(path), recipe, options));
}

Recipe Gallery::recipe_at(const std::string& path) {
  const std::string file = resolve_path(path);
  return is_export(file) ? TransferReader(file).header().recipe : stamped_recipe(file);
}

Gallery::Gallery(std::string path, const Recipe& recipe, const GalleryOptions& options)
    : path_(std::move(path)),
      options_(options),
      store_(std::make_unique<Store>(path_, recipe, options)),
      stamp_(store_->stamp()),
      live_(embedding_length(recipe), options.threads) {
  if (options_.mode != GalleryMode::read_only && (erase_pending_ = store_->erase_pending())) try_erasing();
}

// ---- Reading ----

void Gallery::reopen() {
  auto reopened = with_its_key(path_, [&] { return std::make_unique<Store>(path_, stamp_.recipe, options_); });
  if (!reopened->is_same_file(*store_))
    throw Error(VAV_E_IO, path_ + ": was moved, replaced or deleted while it was open; open it again");
  const auto before = store_->moves();
  store_ = std::move(reopened);
  live_.forget();
  store_->require_moves(before);
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

// ---- Writing ----

// mutex_ locked and a write transaction open: the caller's own if there is one and it may be joined, else a new one.
// `alone`: why it may not be, nullptr: it may.
// Another process is waited for without the mutex, so that searches go on meanwhile.
std::unique_lock<std::mutex> Gallery::lock_writer(const char* alone, int timeout_ms) {
  auto lock = lock_when([&] { return store_->try_begin(); }, alone, timeout_ms);
  erase_pending_ = erase_pending_ || store_->erasing_is_left();
  return lock;
}

// The same for another attempt that needs the file to itself.
template <class Attempt>
std::unique_lock<std::mutex> Gallery::lock_when(Attempt&& attempt, const char* alone, int timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  if (options_.mode == GalleryMode::read_only)
    throw Error(VAV_E_PERMISSION, path_ + ": was opened read-only; open it for writing to change it");
  for (auto pause = std::chrono::milliseconds(1);; pause = std::min(2 * pause, kLongestPause)) {
    std::unique_lock lock(mutex_);
    store_->require_in_place();
    if (in_transaction_) {
      require_whole();
      if (!alone) return lock;
      throw Error(VAV_E_WRONG_STATE, std::string(alone) + ": commit or roll back first");
    }
    if (attempt()) return lock;
    lock.unlock();
    if (Clock::now() >= deadline)
      throw Error(VAV_E_GALLERY_BUSY,
                  path_ +
                      ": another process, or a job or a handle of this one, has been writing for longer "
                      "than " +
                      std::to_string(timeout_ms) + " ms; try again, or give a longer busy_timeout_ms");
    options_.keep_going.require(path_);
    std::this_thread::sleep_for(pause);
  }
}

// Runs one change of the store as a transaction, or as a part of the open one.
template <class Change>
auto Gallery::write(Change&& change) {
  return write_within(options_.busy_timeout_ms, std::forward<Change>(change));
}

template <class Change>
auto Gallery::write_within(int timeout_ms, Change&& change) {
  const auto lock = lock_writer(nullptr, timeout_ms);
  live_.changed();
  const bool part = in_transaction_;
  if (part) store_->begin_part();
  try {
    auto result = change();
    if (part) {
      store_->end_part();
    } else {
      store_->commit();
      forget_removed();
    }
    return result;
  } catch (...) {
    if (!part)
      store_->rollback();
    else if (!store_->undo_part())
      is_undone();
    throw;
  }
}

// A transaction of its own, for what cannot be part of the caller's. Error WRONG_STATE.
void Gallery::write_alone(const char* alone, const std::function<void()>& change) {
  const auto lock = lock_writer(alone, options_.busy_timeout_ms);
  live_.changed();
  try {
    change();
    store_->commit();
  } catch (...) {
    store_->rollback();
    throw;
  }
  forget_removed();
}

// Part of the caller's transaction if one is open.
void Gallery::write_joined(const std::function<void()>& change) {
  write([&] { return change(), true; });
}

void Gallery::read_alone(const std::function<void()>& body) {
  const std::lock_guard lock(mutex_);
  read([&] { return body(), true; });
}

// Of the version and the models that this handle was opened with.
void Gallery::require_ours() {
  read([] { return true; });
}

void Gallery::compact() {
  const auto attempt = [&] {
    require_ours();
    return store_->connection().try_vacuum();
  };
  const auto lock = lock_when(attempt, "compact cannot run inside a transaction", options_.busy_timeout_ms);
  store_->require_in_place();
  store_->connection().checkpoint();  // when a reader is in the way, the next one that can shortens the file
}

void Gallery::begin() {
  const auto lock = lock_writer("a transaction is open already", options_.busy_timeout_ms);
  in_transaction_ = true;
  undone_ = false;
  live_.begin_transaction();
}

// Asked before anything else is done, and nothing but SQLite, within a call, undoes a transaction.
bool Gallery::is_undone() noexcept {
  if (in_transaction_ && !undone_ && !store_->in_transaction()) {
    undone_ = true;
    live_.end_transaction(true);
  }
  return in_transaction_ && undone_;
}

void Gallery::require_whole() {
  if (is_undone()) throw Error(VAV_E_WRONG_STATE, path_ + ": " + kUndoneAdvice);
}

void Gallery::require_transaction() const {
  if (!in_transaction_) throw Error(VAV_E_WRONG_STATE, "no transaction is open");
}

void Gallery::end_transaction(bool rolled_back) noexcept {
  in_transaction_ = false;
  live_.end_transaction(rolled_back);
}

void Gallery::commit() {
  const std::lock_guard lock(mutex_);
  require_transaction();
  if (is_undone()) {
    store_->rollback();
    end_transaction(true);
    throw Error(VAV_E_WRONG_STATE,
                path_ +
                    ": the transaction was undone before, for want of memory or because the disk failed: nothing "
                    "since its beginning is in the file; begin again");
  }
  store_->require_in_place();
  store_->commit();
  end_transaction(false);
  forget_removed();
}

void Gallery::rollback() {
  const std::lock_guard lock(mutex_);
  require_transaction();
  is_undone();
  store_->rollback();
  end_transaction(true);
  store_->require_undone();
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
    int64_t removed = 0;
    for (const int64_t id : expired) {
      // An index has named them; their own rows decide.
      const auto person = store_->person(id);
      if (!person || person->expires_at.value_or(now + 1) > now) continue;
      store_->remove_person(id);
      note(AuditEvent::remove, id);
      removed_ = true;
      ++removed;
    }
    return removed;
  });
}

// A clock that was wrong once must not silence it for years: a time far ahead of now is replaced.
void Gallery::see_if_due(const std::vector<int64_t>& persons, int64_t now) {
  constexpr int64_t kHour = 3'600'000, kDay = 24 * kHour;
  for (const int64_t id : persons) {
    const auto person = store_->person(id);
    if (!person) continue;  // removed meanwhile
    const auto last = person->last_seen_at;
    if (!last || now - *last >= kHour || *last - now > kDay) store_->see_person(id, now);
  }
}

void Gallery::note_seen(const std::vector<int64_t>& persons, int64_t now) noexcept {
  if (options_.mode == GalleryMode::read_only || persons.empty()) return;
  try {
    write_within(0, [&] { return see_if_due(persons, now), true; });
  } catch (...) {
    // What was found stays true; another time it will be noted.
  }
}

void Gallery::join_group(int64_t person, const std::string& group) {
  check_group(group);
  if (!write([&] { return store_->join_group(person, group); })) no_such("person", person);
}

void Gallery::leave_group(int64_t person, const std::string& group) {
  if (group.empty()) check_group(group);  // one that is blank may be in a file that came from elsewhere
  if (!write([&] { return store_->leave_group(person, group); })) no_such("person", person);
}

std::vector<Group> Gallery::groups() {
  const std::lock_guard lock(mutex_);
  return read([&] { return store_->groups(); });
}

int64_t Gallery::add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields) {
  require_fitting(stamp_.recipe, embedding);
  if (!is_within(template_range(stamp_.recipe), embedding))
    throw Error(VAV_E_INVALID_ARGUMENT, "the norm of the embedding is too large for one of its model's");
  const auto id = write([&] {
    const auto added = store_->add_template(person, embedding, fields);
    if (added) note(AuditEvent::enroll, person, *added);
    return added;
  });
  if (!id) no_such("person", person);
  return *id;
}

void Gallery::remove_template(int64_t template_id) {
  const auto person = write([&] {
    removed_ = true;
    const auto owner = store_->remove_template(template_id);
    if (owner) note(AuditEvent::remove, *owner, template_id);
    return owner;
  });
  if (!person) no_such("template", template_id);
}

}  // namespace visavis
