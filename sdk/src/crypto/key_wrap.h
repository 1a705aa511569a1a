// The data key of a gallery as it is stored in the file: encrypted ("wrapped") with a key that only the caller has.
// Changing that key encrypts only the data key again.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/secret_memory.h"

namespace visavis {

using GalleryId = std::array<uint8_t, 16>;

inline constexpr size_t kKeySize = 32;

// Where the key that encrypts the data key comes from.
struct KeySource {
  // Called each time the key is needed; fills 32 bytes. The caller gets what it throws.
  using Callback = std::function<void(std::span<uint8_t> key)>;

  std::optional<SecretBytes> key = {};         // 32 random bytes
  std::optional<SecretBytes> passphrase = {};  // UTF-8, made into a key by Argon2id
  Callback callback = {};

  bool given() const { return key || passphrase || callback; }
};

// The same key for as long as it lives: a callback is asked now, and not again. What it throws comes out.
std::shared_ptr<const KeySource> asked_once(const std::shared_ptr<const KeySource>& source);

// The cost of one try of a passphrase: for an attacker, and for us at each open.
struct PassphraseCost {
  uint64_t operations = 3;
  uint64_t memory = 64 << 20;  // bytes
};

// Which data key of which gallery: bound to the wrapped bytes, so that they open nothing else.
struct KeyPlace {
  GalleryId gallery{};
  uint32_t number = 0;
};

// The bytes to store. Errors INVALID_ARGUMENT (no or a wrong source), OUT_OF_MEMORY.
std::vector<uint8_t> wrap_key(const SecretBytes& data_key, const KeySource& source, const KeyPlace& place,
                              const PassphraseCost& cost = {});

// Errors GALLERY_CORRUPT: the bytes are damaged; GALLERY_LOCKED: no source; GALLERY_KEY: the wrong one.
SecretBytes unwrap_key(std::span<const uint8_t> wrapped, const KeySource& source, const KeyPlace& place);

}  // namespace visavis
