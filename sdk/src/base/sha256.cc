// SHA-256 by libsodium. Hashing needs no sodium_init(): that only sets up random numbers and picks faster ciphers.
#include "base/sha256.h"

#include <sodium/utils.h>

namespace visavis {

Sha256::Sha256() { crypto_hash_sha256_init(&state_); }

void Sha256::update(std::span<const uint8_t> bytes) { crypto_hash_sha256_update(&state_, bytes.data(), bytes.size()); }

std::string Sha256::hex() const {
  crypto_hash_sha256_state copy = state_;
  uint8_t digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&copy, digest);
  char text[2 * sizeof digest + 1];
  sodium_bin2hex(text, sizeof text, digest, sizeof digest);
  return text;
}

std::string sha256_hex(std::span<const uint8_t> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

}  // namespace visavis
