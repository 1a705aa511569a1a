// A plain embedding is stored as its floats, the offset and a 16-byte checksum; a sealed one as these floats,
// encrypted.
#include "gallery/store/codec.h"

#include <sodium/crypto_generichash.h>
#include <sodium/crypto_shorthash_siphash24.h>
#include <sodium/utils.h>

#include <algorithm>

#include "base/byte_writer.h"
#include "base/error.h"
#include "base/text.h"
#include "gallery/store/embedding_bytes.h"

namespace visavis {
namespace {

constexpr size_t kTagSize = crypto_shorthash_siphashx24_BYTES;
static_assert(kTagSize == 16 && crypto_shorthash_siphashx24_KEYBYTES == 16);
// The bytes of the longest embedding and its offset.
constexpr size_t kMostPlain = 4 * kLongestEmbedding + sizeof(float);

std::string damage(const Place& place) {
  return describe(place) +
         " is damaged, was altered, or belongs to another row; `visavis gallery check` names all of them: remove what "
         "it names and enrol again, or restore a backup";
}

[[noreturn]] void damaged(const Place& place) { throw Error(VAV_E_GALLERY_CORRUPT, damage(place)); }

StoredValue blob(std::span<const uint8_t> bytes) {
  return {StoredValue::Kind::blob, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
}

std::array<uint8_t, kTagSize> context_of(const GalleryId& gallery, const Recipe& recipe) {
  const auto bytes = ByteWriter().bytes(gallery).text(recipe.model_sha256).text(recipe.scoring).done();
  std::array<uint8_t, kTagSize> context;
  crypto_generichash(context.data(), context.size(), bytes.data(), bytes.size(), nullptr, 0);
  return context;
}

std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string describe(const Place& place) {
  const auto of = [&](const char* what) {
    return "the " + std::string(what) + " of person " + std::to_string(place.person);
  };
  switch (place.column) {
    case Column::embedding:
      return "template " + std::to_string(place.row);
    case Column::source:
      return "the source of template " + std::to_string(place.row);
    case Column::name:
      return of("name");
    case Column::external_id:
      return of("external id");
    case Column::metadata:
      return of("metadata");
    case Column::consent_ref:
      return of("consent reference");
    case Column::group_name:
      return "group " + std::to_string(place.row);
    case Column::audit_entry:
      return "audit entry " + std::to_string(place.row);
    case Column::audit_key:
      return "the audit log's key";
    case Column::owner_settings:
      return "the owner's settings";
    case Column::kept_chip:
      return "the kept chip of template " + std::to_string(place.row);
  }
  return "a row";
}

Codec::KeyUnknown::KeyUnknown(const Place& place) : Error(VAV_E_GALLERY_CORRUPT, damage(place)) {}

Codec::Codec(const GalleryId& gallery, const Recipe& recipe)
    : gallery_(gallery),
      range_(template_range(recipe)),
      context_(context_of(gallery, recipe)),
      of_embeddings_(context_) {}

Codec::Codec(const GalleryId& gallery, const Recipe& recipe, std::vector<std::shared_ptr<const Sealer>> keys)
    : Codec(gallery, recipe) {
  keys_ = std::move(keys);
}

Codec Codec::with_templates_of(const Recipe& recipe) const {
  Codec other = *this;
  other.range_ = template_range(recipe);
  other.of_embeddings_ = context_of(gallery_, recipe);
  for (auto& key : other.keys_) key = std::make_shared<const Sealer>(key->with_embeddings_of(recipe));
  return other;
}

const Sealer& Codec::sealer_of(std::span<const uint8_t> sealed, const Place& place) const {
  const auto number = sealed_with(sealed);
  if (!number) damaged(place);
  for (const auto& key : keys_)
    if (key->number() == *number) return *key;
  throw KeyUnknown(place);
}

StoredValue Codec::text(const std::optional<std::string>& text, const Place& place) const {
  if (!text) return {};
  if (!encrypted()) return {StoredValue::Kind::text, *text};
  return blob(keys_.back()->seal(bytes_of(*text), place));
}

std::optional<std::string> Codec::text_of(const Query& query, int column, const Place& place) const {
  if (query.is_null(column)) return std::nullopt;
  if (!encrypted()) {
    if (!query.bytes(column).empty()) damaged(place);  // sealed, where nothing should be
    try {
      return query.text(column);
    } catch (const Error& e) {  // which knows no row
      if (e.code() == VAV_E_GALLERY_CORRUPT) damaged(place);
      throw;
    }
  }
  const auto sealed = query.bytes(column);
  auto text = sealer_of(sealed, place).open_text(sealed, place);
  if (!text || !is_utf8(*text)) damaged(place);
  return text;
}

StoredValue Codec::key(const std::optional<std::string>& text, Column column) const {
  if (!text) return {};
  return keys(*text, column).back();
}

std::vector<StoredValue> Codec::keys(const std::string& text, Column column) const {
  if (!encrypted()) return {{StoredValue::Kind::text, text}};
  std::vector<StoredValue> hashes;
  for (const auto& key : keys_) hashes.push_back(blob(key->lookup(text, column)));
  return hashes;
}

// Protects against damage, not against forgers: whoever may write a plain gallery can make this checksum too.
Codec::Checksum Codec::checksum(std::span<const uint8_t> bytes, const Place& place) const {
  const auto hash = [](std::span<const uint8_t> what, const Checksum& key) {
    Checksum sum;
    crypto_shorthash_siphashx24(sum.data(), what.data(), what.size(), key.data());
    return sum;
  };
  std::array<uint8_t, 17> where;
  where[0] = uint8_t(place.column);
  for (int i = 0; i < 8; ++i) {
    where[size_t(1 + i)] = uint8_t(uint64_t(place.person) >> (8 * i));
    where[size_t(9 + i)] = uint8_t(uint64_t(place.row) >> (8 * i));
  }
  return hash(bytes, hash(where, place.column == Column::embedding ? of_embeddings_ : context_));
}

std::vector<uint8_t> Codec::embedding(const Embedding& embedding, float offset, const Place& place) const {
  auto plain = ByteWriter().bytes(to_bytes(embedding)).real(offset).done();
  if (!encrypted()) return ByteWriter().bytes(plain).bytes(checksum(plain, place)).done();
  auto sealed = keys_.back()->seal(plain, place);
  wipe(plain);
  return sealed;
}

std::vector<uint8_t> Codec::new_embedding(const Embedding& embedding, const Place& place) const {
  return this->embedding(embedding, range_.scoring ? offset_of(*range_.scoring, embedding) : 0, place);
}

Codec::Template Codec::embedding_of(std::span<const uint8_t> stored, const Place& place) const {
  const size_t size = 4 * range_.length + sizeof(float);
  std::array<uint8_t, kMostPlain> opened;
  std::span<const uint8_t> plain;
  if (!encrypted()) {
    if (stored.size() != size + kTagSize) damaged(place);
    plain = stored.first(size);
    if (!std::ranges::equal(stored.last(kTagSize), checksum(plain, place))) damaged(place);
  } else {
    const std::span<uint8_t> target = std::span(opened).first(size);
    if (stored.size() != size + sealing_size() || !sealer_of(stored, place).open(stored, place, target)) damaged(place);
    plain = target;
  }
  ByteReader in(plain);
  auto embedding = from_bytes(in.bytes(4 * range_.length), range_.length);
  const float offset = in.real();
  if (encrypted()) wipe(std::span(opened).first(size));
  if (!embedding || !is_within(range_, *embedding, offset)) damaged(place);
  return {std::move(*embedding), offset};
}

std::vector<uint8_t> Codec::tag(std::span<const uint8_t> row) const {
  if (!encrypted()) return ByteWriter().bytes(checksum(row, {})).done();
  return ByteWriter().number(newest_key()).bytes(keys_.back()->tag(row)).done();
}

bool Codec::is_tag(std::span<const uint8_t> tag, std::span<const uint8_t> row, const Place& place) const {
  if (!encrypted()) return std::ranges::equal(tag, checksum(row, {}));
  ByteReader in(tag);
  const auto number = in.number<uint32_t>();
  const auto rest = in.bytes(sizeof(Sealer::Lookup));
  if (!in.finished()) return false;
  for (const auto& key : keys_)
    if (key->number() == number) return sodium_memcmp(key->tag(row).data(), rest.data(), rest.size()) == 0;
  throw KeyUnknown(place);
}

std::vector<uint8_t> Codec::signed_bytes(std::span<const uint8_t> bytes, const Place& place) const {
  if (encrypted()) return keys_.back()->seal(bytes, place);
  return ByteWriter().bytes(bytes).bytes(checksum(bytes, place)).done();
}

std::vector<uint8_t> Codec::open_signed(std::span<const uint8_t> stored, const Place& place) const {
  if (encrypted()) return open_bytes(stored, place);
  if (stored.size() < kTagSize) damaged(place);
  const auto bytes = stored.first(stored.size() - kTagSize);
  if (!std::ranges::equal(stored.last(kTagSize), checksum(bytes, place))) damaged(place);
  return {bytes.begin(), bytes.end()};
}

std::vector<uint8_t> Codec::bytes(std::span<const uint8_t> bytes, const Place& place) const {
  return encrypted() ? keys_.back()->seal(bytes, place) : std::vector<uint8_t>(bytes.begin(), bytes.end());
}

std::vector<uint8_t> Codec::open_bytes(std::span<const uint8_t> stored, const Place& place) const {
  if (!encrypted()) return {stored.begin(), stored.end()};
  const Sealer& sealer = sealer_of(stored, place);
  if (stored.size() < sealing_size()) damaged(place);
  std::vector<uint8_t> plain(stored.size() - sealing_size());
  if (!sealer.open(stored, place, plain)) damaged(place);
  return plain;
}

}  // namespace visavis
