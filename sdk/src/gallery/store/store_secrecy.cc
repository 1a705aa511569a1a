// Keys, and what is remembered of erasing: the store's part of keeping secrets.
#include "base/error.h"
#include "gallery/store/reseal.h"
#include "gallery/store/sql.h"
#include "gallery/store/store.h"

namespace visavis {

const KeySource& Store::source() const {
  static const KeySource none;
  return key_ ? *key_ : none;
}

bool Store::follow_keys() {
  if (!codec_.encrypted()) return false;
  Keyring now = Keyring::read(*connection_);
  if (now == ring_) return false;
  // If they were only wrapped again, they are the same keys, and this handle needs nothing new.
  if (now.numbers() != ring_.numbers())
    codec_ = with_its_key(connection_->path(),
                          [&] { return now.codec(id_, origin_, source()).with_templates_of(stamp_.recipe); });
  ring_ = std::move(now);
  return true;
}

// Everything that adds, rewraps or removes a data key calls this. The caller must hold the key that opens the gallery
// at this moment; somebody else may have changed it since the gallery was opened. A data key wrapped by an old key
// would lock everybody out.
void Store::change_keys(const std::function<void(Keyring&, const KeySource& now)>& change) {
  Keyring ring = Keyring::read(*connection_);
  const auto held = asked_once(key_);  // it wraps with the key that has opened the others
  const KeySource& now = held ? *held : source();
  with_its_key(connection_->path(), [&] { ring.require_opened_by(id_, now); });
  change(ring, now);
  ring.write(*connection_);
}

void Store::rewrap(const std::shared_ptr<const KeySource>& to, bool new_key) {
  if (!codec_.encrypted())
    throw Error(VAV_E_WRONG_STATE,
                connection_->path() + ": is not encrypted; export it and import it into a new gallery with a key");
  change_keys([&](Keyring& ring, const KeySource& now) {
    const auto next = asked_once(to);
    if (next) ring.rewrap(id_, now, *next);
    if (!new_key || ring.turning()) return;
    ring.add(id_, next ? *next : now);
    ResealProgress{}.write(*connection_);
  });
}

bool Store::reseal() {
  constexpr int64_t kBatch = 1000;
  if (!ring_.turning()) return true;  // another process has finished it
  ResealProgress progress = ResealProgress::read(*connection_);
  reseal_some(*connection_, codec_, progress, kBatch);
  if (progress.table != ResealProgress::Table::done) {
    progress.write(*connection_);
    return false;
  }
  change_keys([](Keyring& ring, const KeySource&) { ring.drop_old(); });
  ResealProgress::remove(*connection_);
  return true;
}

void Store::add_erase_pending(int64_t now) { Query(*connection_, sql::kAddErasePending).bind(now).next(); }

bool Store::erase_pending() {
  Query query(*connection_, sql::kErasePending);
  return query.next() && query.integer(0) > 0;
}

void Store::remove_erase_pending() { connection_->execute(sql::kRemoveErasePending); }

void Store::require_secure_delete() {
  Query query(*connection_, sql::kSecureDeleteIs);
  if (!query.next() || query.integer(0) != 1)
    throw Error(VAV_E_INTERNAL, "SQLite no longer overwrites what is deleted (secure_delete)");
}

}  // namespace visavis
