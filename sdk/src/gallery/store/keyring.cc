// One setting in the file holds the whole ring, so that it changes completely or not at all.
#include "gallery/store/keyring.h"

#include <algorithm>

#include "base/byte_writer.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

constexpr char kSetting[] = "keys";
constexpr size_t kMostKeys = 2, kMostWrapped = 1024;

}  // namespace

GalleryId read_gallery_id(Connection& connection) {
  Query query(connection, sql::kReadUid);
  GalleryId id;
  if (!query.next() || query.bytes(0).size() != id.size())
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": the gallery's own id is missing; restore a backup");
  std::ranges::copy(query.bytes(0), id.begin());
  return id;
}

Keyring Keyring::read(Connection& connection) {
  Query query(connection, sql::kReadSetting);
  query.bind(std::string(kSetting));
  Keyring ring;
  if (!query.next()) return ring;
  ByteReader in(query.bytes(0));
  const size_t count = in.number<uint8_t>();
  for (size_t i = 0; i < std::min(count, kMostKeys); ++i) {
    Entry entry;
    entry.number = in.number<uint32_t>();
    const std::string wrapped = in.text(kMostWrapped);
    entry.wrapped.assign(wrapped.begin(), wrapped.end());
    if (!ring.entries_.empty() && entry.number <= ring.newest()) break;
    ring.entries_.push_back(std::move(entry));
  }
  if (!in.finished() || count == 0 || ring.entries_.size() != count)
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": its wrapped keys are damaged; restore a backup");
  return ring;
}

void Keyring::write(Connection& connection) const {
  ByteWriter out;
  out.number(uint8_t(entries_.size()));
  for (const Entry& entry : entries_)
    out.number(entry.number).text({reinterpret_cast<const char*>(entry.wrapped.data()), entry.wrapped.size()});
  Query(connection, sql::kWriteSetting).bind(std::string(kSetting)).bind(out.done()).next();
}

void Keyring::require_opened_by(const GalleryId& gallery, const KeySource& source) const {
  for (const Entry& entry : entries_) unwrap_key(entry.wrapped, source, {gallery, entry.number});
}

void Keyring::add(const GalleryId& gallery, const KeySource& source) {
  const uint32_t number = newest() + 1;
  entries_.push_back({number, wrap_key(SecretBytes::random(kKeySize), source, {gallery, number})});
}

void Keyring::rewrap(const GalleryId& gallery, const KeySource& from, const KeySource& to) {
  for (Entry& entry : entries_) {
    const KeyPlace place{gallery, entry.number};
    entry.wrapped = wrap_key(unwrap_key(entry.wrapped, from, place), to, place);
  }
}

std::vector<uint32_t> Keyring::numbers() const {
  std::vector<uint32_t> numbers;
  for (const Entry& entry : entries_) numbers.push_back(entry.number);
  return numbers;
}

void Keyring::drop_old() { entries_.erase(entries_.begin(), entries_.end() - 1); }

Codec Keyring::codec(const GalleryId& gallery, const Recipe& recipe, const KeySource& source) const {
  if (empty()) {
    // Somebody may have put it in the place of an encrypted gallery.
    if (source.given())
      throw Error(VAV_E_GALLERY_KEY,
                  "a key was given, and the gallery is not encrypted; open it without one if that is right");
    return {gallery, recipe};
  }
  std::vector<std::shared_ptr<const Sealer>> sealers;
  try {
    for (const Entry& entry : entries_)
      sealers.push_back(std::make_shared<Sealer>(unwrap_key(entry.wrapped, source, {gallery, entry.number}),
                                                 entry.number, gallery, recipe));
  } catch (const Error& error) {
    if (error.code() != VAV_E_GALLERY_KEY || !turning()) throw;
    throw Error(error.code(), std::string(error.what()) +
                                  "; a rekey has not ended yet: if it was given a new key, that one opens the gallery");
  }
  return {gallery, recipe, std::move(sealers)};
}

}  // namespace visavis
