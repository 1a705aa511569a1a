// The wrapped data keys in a gallery's file: one, or two while the gallery is being re-encrypted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "crypto/key_wrap.h"
#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"

namespace visavis {

class Keyring {
 public:
  // Reads it from the file. Error GALLERY_CORRUPT.
  static Keyring read(Connection& connection);
  void write(Connection& connection) const;

  bool empty() const { return entries_.empty(); }
  uint32_t newest() const { return entries_.empty() ? 0 : entries_.back().number; }
  std::vector<uint32_t> numbers() const;
  bool turning() const { return entries_.size() > 1; }
  friend bool operator==(const Keyring&, const Keyring&) = default;

  // Throws unless this source opens all of them: errors GALLERY_LOCKED, GALLERY_KEY, GALLERY_CORRUPT.
  void require_opened_by(const GalleryId& gallery, const KeySource& source) const;
  // Adds a new random data key, which becomes the newest.
  void add(const GalleryId& gallery, const KeySource& source);
  // Wraps all keys with `to`, which `from` has wrapped until now.
  void rewrap(const GalleryId& gallery, const KeySource& from, const KeySource& to);
  // Removes all keys but the newest.
  void drop_old();

  // Errors GALLERY_LOCKED, GALLERY_KEY (also when a key is given and the gallery is plain), GALLERY_CORRUPT.
  Codec codec(const GalleryId& gallery, const Recipe& recipe, const KeySource& source) const;

 private:
  struct Entry {
    uint32_t number = 0;
    std::vector<uint8_t> wrapped;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries_;
};

// Error GALLERY_CORRUPT.
GalleryId read_gallery_id(Connection& connection);

// Of an open gallery: what needs the key that it was opened with. Error GALLERY_KEY says that it was changed since.
template <class Body>
auto with_its_key(const std::string& path, Body&& body) {
  try {
    return body();
  } catch (const Error& e) {
    if (e.code() != VAV_E_GALLERY_KEY) throw;
    throw Error(VAV_E_GALLERY_KEY, path +
                                       ": the key that it was opened with no longer opens it, for somebody has "
                                       "changed it since: open it again with the new one");
  }
}

}  // namespace visavis
