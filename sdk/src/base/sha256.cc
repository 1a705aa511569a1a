// SHA-256 by nettle, which uses the instructions that CPUs have for it: four times as fast as libsodium's plain C.
#include "base/sha256.h"

#include <sodium/utils.h>

namespace visavis {

Sha256::Sha256() { sha256_init(&state_); }

void Sha256::update(std::span<const uint8_t> bytes) { sha256_update(&state_, bytes.size(), bytes.data()); }

std::string Sha256::hex() const {
  sha256_ctx copy = state_;
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&copy, sizeof digest, digest);
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
