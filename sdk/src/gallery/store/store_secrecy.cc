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
  // Wrapped anew they are still the same keys, and whoever has them needs not know with what.
  if (now.numbers() != ring_.numbers()) codec_ = now.codec(id_, stamp_.recipe, source());
  ring_ = std::move(now);
  return true;
}

void Store::rewrap(const std::shared_ptr<const KeySource>& to, bool new_key) {
  if (!codec_.encrypted())
    throw Error(VAV_E_WRONG_STATE,
                connection_->path() + ": is not encrypted; export it and import it into a new gallery with a key");
  Keyring ring = Keyring::read(*connection_);
  const KeySource& source_now = source();
  if (to) ring.rewrap(id_, source_now, *to);
  if (new_key && !ring.turning()) {
    ring.add(id_, to ? *to : source_now);
    ResealProgress{}.write(*connection_);
  }
  ring.write(*connection_);
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
  Keyring ring = ring_;
  ring.drop_old();
  ring.write(*connection_);
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
