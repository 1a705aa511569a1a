// libsodium's guarded allocations. Where locking is forbidden (RLIMIT_MEMLOCK) they still work, unlocked.
#include "base/secret_memory.h"

#include <sodium/core.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include <cstring>
#include <new>

#include "base/error.h"

namespace visavis {

SecretBytes::SecretBytes(size_t size) : size_(size) {
  if (sodium_init() < 0) throw Error(VAV_E_INTERNAL, "libsodium cannot be set up: the system gives no random numbers");
  bytes_.reset(static_cast<uint8_t*>(sodium_malloc(size)));
  if (!bytes_) throw std::bad_alloc();
  std::memset(bytes_.get(), 0, size);
}

SecretBytes SecretBytes::random(size_t size) {
  SecretBytes secret(size);
  randombytes_buf(secret.data(), size);
  return secret;
}

SecretBytes SecretBytes::copy_of(std::span<const uint8_t> bytes) {
  SecretBytes secret(bytes.size());
  if (!bytes.empty()) std::memcpy(secret.data(), bytes.data(), bytes.size());
  return secret;
}

void SecretBytes::Free::operator()(uint8_t* bytes) const { sodium_free(bytes); }

void wipe(std::span<uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.capacity());
  text.clear();
}

void wipe(std::optional<std::string>& text) {
  if (text) wipe(*text);
}

void wipe(std::vector<std::string>& texts) {
  for (std::string& text : texts) wipe(text);
}

}  // namespace visavis
