// XChaCha20-Poly1305 around the data key; Argon2id for passphrases. A checksum tells damaged bytes from a wrong key.
#include "crypto/key_wrap.h"

#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_pwhash.h>
#include <sodium/randombytes.h>

#include <algorithm>
#include <new>
#include <utility>

#include "base/byte_writer.h"
#include "base/error.h"

namespace visavis {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kByKey = 1, kByPassphrase = 2;
constexpr size_t kSaltSize = crypto_pwhash_argon2id_SALTBYTES;
constexpr size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kSealedSize = kKeySize + crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kChecksumSize = 16;
// The file may be forged: more than this is refused before memory is taken.
constexpr uint64_t kMostOperations = 16, kMostMemory = uint64_t{1} << 30;

struct Header {
  uint8_t kind = kByKey;
  std::array<uint8_t, kSaltSize> salt{};
  PassphraseCost cost{0, 0};

  std::vector<uint8_t> bytes() const {
    return ByteWriter().number(kVersion).number(kind).bytes(salt).number(cost.operations).number(cost.memory).done();
  }
};

std::array<uint8_t, kChecksumSize> checksum(std::span<const uint8_t> bytes) {
  std::array<uint8_t, kChecksumSize> sum;
  crypto_generichash(sum.data(), sum.size(), bytes.data(), bytes.size(), nullptr, 0);
  return sum;
}

std::vector<uint8_t> associated_data(const Header& header, const KeyPlace& place) {
  return ByteWriter().text("visavis data key").bytes(header.bytes()).bytes(place.gallery).number(place.number).done();
}

SecretBytes from_passphrase(const SecretBytes& passphrase, const Header& header) {
  SecretBytes key(kKeySize);
  if (crypto_pwhash(key.data(), key.size(), reinterpret_cast<const char*>(passphrase.data()), passphrase.size(),
                    header.salt.data(), header.cost.operations, header.cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();  // the only way it fails with numbers in bounds
  return key;
}

SecretBytes wrapping_key(const KeySource& source, const Header& header) {
  if (header.kind == kByPassphrase) return from_passphrase(*source.passphrase, header);
  if (source.key) return SecretBytes::copy_of(source.key->span());
  SecretBytes key(kKeySize);
  source.callback({key.data(), key.size()});
  return key;
}

void require_sound(const KeySource& source) {
  if ((source.key ? 1 : 0) + (source.passphrase ? 1 : 0) + (source.callback ? 1 : 0) != 1)
    throw Error(VAV_E_INVALID_ARGUMENT, "give exactly one of key, passphrase and key callback");
  if (source.key && source.key->size() != kKeySize) throw Error(VAV_E_INVALID_ARGUMENT, "the key is not 32 bytes");
  if (source.passphrase && source.passphrase->size() == 0)
    throw Error(VAV_E_INVALID_ARGUMENT, "the passphrase is empty");
}

[[noreturn]] void damaged(const char* what) {
  throw Error(VAV_E_GALLERY_CORRUPT, std::string("the gallery's wrapped key ") + what + "; restore a backup");
}

}  // namespace

std::shared_ptr<const KeySource> asked_once(const std::shared_ptr<const KeySource>& source) {
  if (!source || !source->callback || source->key || source->passphrase) return source;
  SecretBytes key(kKeySize);
  source->callback({key.data(), key.size()});
  return std::make_shared<KeySource>(KeySource{.key = std::move(key)});
}

std::vector<uint8_t> wrap_key(const SecretBytes& data_key, const KeySource& source, const KeyPlace& place,
                              const PassphraseCost& cost) {
  require_sound(source);
  if (data_key.size() != kKeySize) throw Error(VAV_E_INTERNAL, "the data key is not 32 bytes");
  Header header;
  if (source.passphrase) {
    header = {kByPassphrase, {}, cost};
    randombytes_buf(header.salt.data(), header.salt.size());
  }
  std::array<uint8_t, kNonceSize> nonce;
  randombytes_buf(nonce.data(), nonce.size());
  const SecretBytes key = wrapping_key(source, header);
  const auto associated = associated_data(header, place);
  std::array<uint8_t, kSealedSize> sealed;
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, data_key.data(), data_key.size(),
                                             associated.data(), associated.size(), nullptr, nonce.data(), key.data());
  ByteWriter out;
  out.bytes(header.bytes()).bytes(nonce).bytes(sealed);
  out.bytes(checksum(out.done()));
  return out.done();
}

SecretBytes unwrap_key(std::span<const uint8_t> wrapped, const KeySource& source, const KeyPlace& place) {
  if (wrapped.size() < kChecksumSize) damaged("is cut off");
  const auto content = wrapped.first(wrapped.size() - kChecksumSize), sum = wrapped.last(kChecksumSize);
  if (!std::ranges::equal(checksum(content), sum)) damaged("was altered");
  ByteReader in(content);
  const auto version = in.number<uint8_t>();
  if (version != kVersion)
    throw Error(VAV_E_GALLERY_FORMAT, "the gallery's key is wrapped in a newer way: use a newer library");
  Header header;
  header.kind = in.number<uint8_t>();
  const auto salt = in.bytes(kSaltSize);
  std::copy(salt.begin(), salt.end(), header.salt.begin());
  header.cost = {in.number<uint64_t>(), in.number<uint64_t>()};
  const auto nonce = in.bytes(kNonceSize), sealed = in.bytes(kSealedSize);
  if (!in.finished()) damaged("has a wrong length");
  if (header.kind != kByKey && header.kind != kByPassphrase) damaged("is of an unknown kind");
  if (header.kind == kByPassphrase &&
      (header.cost.operations < crypto_pwhash_OPSLIMIT_MIN || header.cost.operations > kMostOperations ||
       header.cost.memory < crypto_pwhash_MEMLIMIT_MIN || header.cost.memory > kMostMemory))
    damaged("asks for more work or memory than is ever used");

  if (!source.given())
    throw Error(VAV_E_GALLERY_LOCKED, std::string("the gallery is encrypted: give its ") +
                                          (header.kind == kByPassphrase ? "passphrase" : "key"));
  require_sound(source);
  if ((header.kind == kByPassphrase) != source.passphrase.has_value())
    throw Error(VAV_E_GALLERY_KEY, header.kind == kByPassphrase
                                       ? "the gallery opens with a passphrase, not with a key"
                                       : "the gallery opens with a key, not with a passphrase");
  const SecretBytes key = wrapping_key(source, header);
  const auto associated = associated_data(header, place);
  SecretBytes data_key(kKeySize);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(data_key.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                 associated.data(), associated.size(), nonce.data(), key.data()) != 0)
    throw Error(VAV_E_GALLERY_KEY, header.kind == kByPassphrase ? "the passphrase is not this gallery's"
                                                                : "the key is not this gallery's");
  return data_key;
}

}  // namespace visavis
