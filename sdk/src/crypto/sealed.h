// One field of one row, encrypted so that it opens nowhere else: XChaCha20-Poly1305 with a random nonce, bound to the
// gallery, a recipe, the person, the template and the column. And hashes of texts, for looking them up.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_memory.h"
#include "crypto/key_wrap.h"
#include "types/recipe.h"

namespace visavis {

// The numbers are in sealed bytes: never used again for another meaning.
enum class Column : uint8_t {
  embedding = 1,
  source = 2,
  name = 3,
  external_id = 4,
  metadata = 5,
  consent_ref = 6,
  group_name = 7,
  audit_entry = 8,
  audit_key = 9,
  owner_settings = 10,
  kept_chip = 11
};

// The place of a field. Fields of a person have no template; `row` is the row of a group or an entry.
struct Place {
  Column column;
  int64_t person = 0, row = 0;
};

// The keys of one gallery under one data key. Immutable, any thread.
class Sealer {
 public:
  // number: counts the data keys a gallery has had, so that fields under the old and the new one may lie side by side.
  Sealer(const SecretBytes& data_key, uint32_t number, const GalleryId& gallery, const Recipe& recipe);
  // The same keys, with embeddings bound to another recipe; everything else stays bound to that of the constructor.
  Sealer with_embeddings_of(const Recipe& recipe) const;

  uint32_t number() const { return number_; }

  std::vector<uint8_t> seal(std::span<const uint8_t> plain, const Place& place) const;
  // Nothing if it was altered or moved, or is of another gallery or data key. `plain` is
  // sealed_size() shorter than `sealed`.
  bool open(std::span<const uint8_t> sealed, const Place& place, std::span<uint8_t> plain) const;
  std::optional<std::string> open_text(std::span<const uint8_t> sealed, const Place& place) const;

  // The same for the same text in the same column; without the key it looks like any 16 bytes.
  using Lookup = std::array<uint8_t, 16>;
  Lookup lookup(std::string_view text, Column column) const;
  // Of a whole row, so that without the key nothing in it can be exchanged.
  Lookup tag(std::span<const uint8_t> row) const;

 private:
  using Bound = std::array<uint8_t, 40 + 1 + 8 + 8>;
  using Context = std::array<uint8_t, 40>;
  Bound bound(const Place& place) const;
  Context context(const Recipe& recipe) const;
  const uint8_t* key_for(Column column) const;

  uint32_t number_;
  GalleryId gallery_;
  Context context_, of_embeddings_;          // what is the same for every row; for every embedding
  std::shared_ptr<const SecretBytes> keys_;  // of templates, texts, look-ups, audit and rows, one after another
};

// How much longer a field is when it is sealed.
size_t sealing_size();

// The number of the data key a field was sealed with; nothing when it is too short to be one.
std::optional<uint32_t> sealed_with(std::span<const uint8_t> sealed);

}  // namespace visavis
