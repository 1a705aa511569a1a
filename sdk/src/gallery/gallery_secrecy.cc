// What a gallery does about secrets: keys that change, people who are to be forgotten, and the log of what was decided.
#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "gallery/gallery.h"

namespace visavis {

GalleryState Gallery::state() {
  GalleryState state;
  read_alone([&] {
    store_->follow_keys();
    state = {store_->codec().encrypted(), store_->reencrypting(), store_->erase_pending(),
             store_->settings().audit_is_on()};
  });
  return state;
}

void Gallery::rekey(std::shared_ptr<const KeySource> to, bool reencrypt) {
  std::shared_ptr<const KeySource> before;
  try {
    write_alone("rekey cannot run inside a transaction", [&] {
      store_->rewrap(to, reencrypt);
      note(AuditEvent::rekey, 0);
      if (to) before = store_->wrapped_by(to);
    });
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (before) store_->wrapped_by(before);
    throw;
  }
  using Clock = std::chrono::steady_clock;
  for (bool done = !reencrypt; !done;) {
    if (!options_.keep_going())
      throw Error(VAV_E_CANCELLED, path_ + ": stopped, as the caller's keep_going asked; call it again to go on");
    const auto begun = Clock::now();
    write_alone("rekey cannot run inside a transaction", [&] { done = store_->reseal(); });
    // It is the others' turn, as long as they were kept waiting, or until each of them has looked.
    const Clock::duration turn = kLongestPause + std::chrono::milliseconds(2);
    if (!done) std::this_thread::sleep_for(std::min(Clock::now() - begun, turn));
  }
  const std::lock_guard lock(mutex_);
  store_->connection().checkpoint();  // what the old key opens leaves the log as well
}

// ---- Forgetting ----

Erasure Gallery::forget_person(int64_t person, int timeout_ms) {
  Erasure receipt{person, 0, now_ms(), 0};
  bool found = false;
  write_alone("forget_person cannot run inside a transaction", [&] {
    store_->require_secure_delete();
    receipt.templates = store_->templates_of(person);
    found = store_->remove_person(person);
    if (!found) return;
    store_->add_erase_pending(receipt.requested_at);
    note(AuditEvent::forget, person);
    erase_pending_ = true;
  });
  if (!found) throw Error(VAV_E_NOT_FOUND, "no person has the id " + std::to_string(person));
  // The removal is on disk. Without memory, or when another thread has just begun a transaction or another
  // program has moved the gallery to other models, the rest stays pending.
  try {
    read_alone([&] { live_.sync(*store_); });  // out of memory, too
    if (finish_erasing(timeout_ms)) receipt.erased_at = now_ms();
  } catch (const std::bad_alloc&) {
  } catch (const Error& e) {
    if (e.code() != VAV_E_WRONG_STATE && e.code() != VAV_E_GALLERY_RECIPE) throw;
  }
  return receipt;
}

bool Gallery::finish_erasing(int timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  for (auto pause = std::chrono::milliseconds(1);; pause = std::min(2 * pause, std::chrono::milliseconds(50))) {
    {
      const std::lock_guard lock(mutex_);
      store_->require_in_place();
      if (options_.mode == GalleryMode::read_only)
        throw Error(VAV_E_PERMISSION, path_ + ": was opened read-only; open it for writing to erase");
      require_whole();
      if (in_transaction_)
        throw Error(VAV_E_WRONG_STATE, "a transaction is open: what it has read cannot be erased before it ends");
      require_ours();
      if (!store_->erase_pending()) {
        erase_pending_ = false;
        return true;
      }
      if (try_erasing()) return true;
    }
    if (Clock::now() >= deadline || !options_.keep_going()) return false;
    std::this_thread::sleep_for(pause);
  }
}

// Empties the log into the file, where what was deleted is overwritten already; mutex_ held, no transaction open. It
// comes after a change that is on disk, so its own failure is not the change's: it stays pending.
bool Gallery::try_erasing() {
  if (!store_->connection().checkpoint()) return false;
  removed_ = false;
  try {
    if (!store_->try_begin()) return false;
    store_->remove_erase_pending();
    store_->commit();
  } catch (const std::exception&) {
    store_->rollback();
    return false;
  }
  erase_pending_ = false;
  return true;
}

// ---- The audit log ----

// Part of the change that it tells of; a write transaction is open.
void Gallery::note(AuditEvent event, int64_t person, int64_t template_id) {
  const OwnerSettings settings = store_->settings();
  if (!settings.audit_is_on()) return;
  AuditEntry entry;
  entry.event = event;
  entry.person = person;
  entry.template_id = template_id;
  complete(entry);
  store_->audit().append(entry, settings.audit);
}

void Gallery::complete(AuditEntry& entry) const {
  entry.time = now_ms();
  entry.label = options_.audit_label;
  entry.recipe = stamp_.recipe.scoring;
}

void Gallery::set_audit(bool on) {
  write_alone("set_audit cannot run inside a transaction", [&] {
    if (store_->settings().audit_is_on() == on) return;
    OwnerSettings& settings = store_->change_settings();
    AuditEntry entry;
    entry.event = on ? AuditEvent::audit_on : AuditEvent::audit_off;
    complete(entry);
    store_->audit().append(entry, settings.audit);
    settings.audit = on ? OwnerSettings::Audit::on : OwnerSettings::Audit::off;
  });
}

float Gallery::threshold() {
  float threshold = 0;
  read_alone([&] { threshold = store_->settings().threshold; });
  return threshold;
}

void Gallery::set_threshold(float threshold) {
  write_joined([&] {
    store_->change_settings().threshold = threshold;
    if (!store_->settings().audit_is_on()) return;
    AuditEntry entry;
    entry.event = AuditEvent::threshold;
    entry.threshold = threshold;
    complete(entry);
    store_->audit().append(entry, OwnerSettings::Audit::on);
  });
}

Gallery::Rules Gallery::rules() {
  OwnerSettings settings;
  read_alone([&] {
    settings = store_->settings();
    if (in_transaction_ && settings.audit_is_on())
      throw Error(
          VAV_E_WRONG_STATE,
          "the audit log is on and a transaction is open: a rollback would take the entry back after the answer "
          "was given; commit or roll back first");
  });
  return {settings.threshold, settings.audit_is_on()};
}

void Gallery::record(std::vector<AuditEntry> entries, const std::vector<int64_t>& seen, int64_t now) {
  if (options_.mode == GalleryMode::read_only)
    throw Error(VAV_E_PERMISSION, path_ +
                                      ": its audit log is on, in which each decision is written before it is "
                                      "given, and it was opened read-only; open it for writing");
  write_alone("what is recorded in the audit log cannot be part of a transaction", [&] {
    if (store_->settings().audit_is_on())
      for (AuditEntry& entry : entries) {
        complete(entry);
        store_->audit().append(entry, OwnerSettings::Audit::on);
      }
    see_if_due(seen, now);
  });
}

AuditVerdict Gallery::verify_audit(const std::optional<AuditHead>& expected) {
  AuditVerdict verdict;
  read_alone([&] {
    const Snapshot one_state(store_->connection());
    store_->follow_keys();
    verdict = store_->audit().verify(expected, store_->settings().audit);
  });
  return verdict;
}

std::vector<std::pair<int64_t, AuditEntry>> Gallery::audit_entries(int64_t after, int64_t limit) {
  std::vector<std::pair<int64_t, AuditEntry>> entries;
  read_alone([&] { entries = store_->audit().entries(after, limit); });
  return entries;
}

}  // namespace visavis
