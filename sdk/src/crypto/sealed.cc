// A sealed field is: the data key's number (4 bytes), nonce (24), ciphertext, tag (16).
#include "crypto/sealed.h"

#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_kdf.h>
#include <sodium/randombytes.h>

#include <algorithm>

#include "base/byte_writer.h"
#include "base/error.h"

namespace visavis {
namespace {

constexpr size_t kNumberSize = 4, kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
                 kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
// Raised when a column comes to mean something else, so that what an older version sealed is not misread.
constexpr uint32_t kSealedSchema = 2;
constexpr char kKdfContext[crypto_kdf_CONTEXTBYTES + 1] = "vavkeys1";
static_assert(crypto_kdf_KEYBYTES == kKeySize);

enum SubKey : size_t { kTemplates, kTexts, kLookups, kAudit, kRows, kSubKeys };

std::array<uint8_t, 16> digest_of(const Recipe& recipe) {
  const auto bytes = ByteWriter().text(recipe.model_sha256).text(recipe.scoring).done();
  std::array<uint8_t, 16> digest;
  crypto_generichash(digest.data(), digest.size(), bytes.data(), bytes.size(), nullptr, 0);
  return digest;
}

}  // namespace

size_t sealing_size() { return kNumberSize + kNonceSize + kTagSize; }

std::optional<uint32_t> sealed_with(std::span<const uint8_t> sealed) {
  if (sealed.size() < sealing_size()) return std::nullopt;
  return ByteReader(sealed).number<uint32_t>();
}

Sealer::Sealer(const SecretBytes& data_key, uint32_t number, const GalleryId& gallery, const Recipe& recipe)
    : number_(number), gallery_(gallery), context_(context(recipe)), of_embeddings_(context_) {
  if (data_key.size() != kKeySize) throw Error(VAV_E_INTERNAL, "the data key is not 32 bytes");
  SecretBytes keys(kSubKeys * kKeySize);
  for (size_t i = 0; i < kSubKeys; ++i)
    crypto_kdf_derive_from_key(keys.data() + i * kKeySize, kKeySize, i + 1, kKdfContext, data_key.data());
  keys_ = std::make_shared<const SecretBytes>(std::move(keys));
}

Sealer::Context Sealer::context(const Recipe& recipe) const {
  const auto bytes = ByteWriter().number(kSealedSchema).number(number_).bytes(gallery_).bytes(digest_of(recipe)).done();
  Context context;
  std::ranges::copy(std::span(bytes).first<sizeof context>(), context.begin());
  return context;
}

Sealer Sealer::with_embeddings_of(const Recipe& recipe) const {
  Sealer other = *this;
  other.of_embeddings_ = context(recipe);
  return other;
}

const uint8_t* Sealer::key_for(Column column) const {
  const SubKey which = column == Column::embedding     ? kTemplates
                       : column == Column::audit_entry ? kAudit
                       : column == Column::audit_key   ? kAudit
                                                       : kTexts;
  return keys_->data() + which * kKeySize;
}

// Without allocations: all templates of a gallery are opened at once when it is first searched.
Sealer::Bound Sealer::bound(const Place& place) const {
  Bound bytes;
  const Context& of = place.column == Column::embedding ? of_embeddings_ : context_;
  auto at = std::ranges::copy(of, bytes.begin()).out;
  *at++ = uint8_t(place.column);
  for (const int64_t id : {place.person, place.row})
    for (int i = 0; i < 8; ++i) *at++ = uint8_t(uint64_t(id) >> (8 * i));
  return bytes;
}

std::vector<uint8_t> Sealer::seal(std::span<const uint8_t> plain, const Place& place) const {
  std::vector<uint8_t> out = ByteWriter().number(number_).done();
  out.resize(plain.size() + sealing_size());
  uint8_t* nonce = out.data() + kNumberSize;
  randombytes_buf(nonce, kNonceSize);
  const Bound with = bound(place);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceSize, nullptr, plain.data(), plain.size(), with.data(),
                                             with.size(), nullptr, nonce, key_for(place.column));
  return out;
}

bool Sealer::open(std::span<const uint8_t> sealed, const Place& place, std::span<uint8_t> plain) const {
  if (sealed_with(sealed) != number_ || plain.size() != sealed.size() - sealing_size()) return false;
  const uint8_t* nonce = sealed.data() + kNumberSize;
  const Bound with = bound(place);
  return crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, nonce + kNonceSize,
                                                    plain.size() + kTagSize, with.data(), with.size(), nonce,
                                                    key_for(place.column)) == 0;
}

std::optional<std::string> Sealer::open_text(std::span<const uint8_t> sealed, const Place& place) const {
  if (sealed.size() < sealing_size()) return std::nullopt;
  std::string text(sealed.size() - sealing_size(), '\0');
  if (!open(sealed, place, {reinterpret_cast<uint8_t*>(text.data()), text.size()})) return std::nullopt;
  return text;
}

Sealer::Lookup Sealer::lookup(std::string_view text, Column column) const {
  Lookup hash;
  auto bytes = ByteWriter().bytes(context_).number(uint8_t(column)).text(text).done();
  crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), keys_->data() + kLookups * kKeySize,
                     kKeySize);
  wipe(bytes);
  return hash;
}

Sealer::Lookup Sealer::tag(std::span<const uint8_t> row) const {
  Lookup hash;
  const auto bytes = ByteWriter().bytes(context_).bytes(row).done();
  crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), keys_->data() + kRows * kKeySize, kKeySize);
  return hash;
}

}  // namespace visavis
