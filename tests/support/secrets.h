// What the tests of keys and sealed fields share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "crypto/key_wrap.h"

namespace visavis {

// 32 bytes: first, first + 1, …
inline SecretBytes counted_key(uint8_t first) {
  SecretBytes key(kKeySize);
  std::iota(key.data(), key.data() + key.size(), first);
  return key;
}

inline SecretBytes secret_text(std::string_view text) {
  return SecretBytes::copy_of({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

inline KeySource by_key(uint8_t first) { return {.key = counted_key(first)}; }
inline KeySource by_passphrase(std::string_view text) { return {.passphrase = secret_text(text)}; }

inline bool same(const SecretBytes& a, const SecretBytes& b) { return std::ranges::equal(a.span(), b.span()); }

inline GalleryId gallery_id(uint8_t first) {
  GalleryId id;
  std::iota(id.begin(), id.end(), first);
  return id;
}

inline std::vector<uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace visavis
