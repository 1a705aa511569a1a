// How texts and embeddings lie in the rows of a gallery, and back. A plain gallery holds them as they are, an encrypted
// one holds them sealed. In both an altered or moved row is noticed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "crypto/sealed.h"
#include "gallery/store/query.h"
#include "types/face.h"
#include "types/recipe.h"

namespace visavis {

class Codec {
 public:
  // Of a plain gallery.
  Codec(const GalleryId& gallery, const Recipe& recipe);
  // Of an encrypted gallery: writes with the newest key and reads with all of them.
  Codec(const GalleryId& gallery, const Recipe& recipe, std::vector<std::shared_ptr<const Sealer>> keys);
  // The same for templates of another recipe. Everything but embeddings stays bound to the recipe above, which is the
  // one that the gallery began with: so when a gallery moves to other models, only its templates change.
  Codec with_templates_of(const Recipe& recipe) const;

  bool encrypted() const { return !keys_.empty(); }
  // The number of the data key that writes; 0 in a plain gallery.
  uint32_t newest_key() const { return keys_.empty() ? 0 : keys_.back()->number(); }

  // ---- Texts ----
  StoredValue text(const std::optional<std::string>& text, const Place& place) const;
  // Error GALLERY_CORRUPT naming the row, KeyUnknown.
  std::optional<std::string> text_of(const Query& query, int column, const Place& place) const;
  // What an equal text is found by: one value for each data key in use, that of the newest last.
  StoredValue key(const std::optional<std::string>& text, Column column) const;
  std::vector<StoredValue> keys(const std::string& text, Column column) const;

  // ---- Embeddings, with the recipe's number for the template ----
  std::vector<uint8_t> embedding(const Embedding& embedding, float offset, const Place& place) const;
  // The same with the offset that the recipe gives it.
  std::vector<uint8_t> new_embedding(const Embedding& embedding, const Place& place) const;
  struct Template {
    Embedding embedding;
    float offset;
  };
  // Error GALLERY_CORRUPT naming the row, KeyUnknown.
  Template embedding_of(std::span<const uint8_t> stored, const Place& place) const;

  // ---- A whole row: a checksum of what it says, with a key in an encrypted gallery ----
  std::vector<uint8_t> tag(std::span<const uint8_t> row) const;
  bool is_tag(std::span<const uint8_t> tag, std::span<const uint8_t> row, const Place& place) const;

  // ---- A value that authenticates itself: with a checksum, or sealed ----
  std::vector<uint8_t> signed_bytes(std::span<const uint8_t> bytes, const Place& place) const;
  // Error GALLERY_CORRUPT, KeyUnknown.
  std::vector<uint8_t> open_signed(std::span<const uint8_t> stored, const Place& place) const;

  // ---- Bytes of the audit log: as they are, or sealed ----
  std::vector<uint8_t> bytes(std::span<const uint8_t> bytes, const Place& place) const;
  std::vector<uint8_t> open_bytes(std::span<const uint8_t> stored, const Place& place) const;

  // The value is sealed with a data key that this codec does not have. That key may have come into use since the codec
  // was made.
  class KeyUnknown : public Error {
   public:
    explicit KeyUnknown(const Place& place);
  };

 private:
  const Sealer& sealer_of(std::span<const uint8_t> sealed, const Place& place) const;
  using Checksum = std::array<uint8_t, 16>;
  Checksum checksum(std::span<const uint8_t> bytes, const Place& place) const;

  GalleryId gallery_;
  TemplateRange range_;
  Checksum context_, of_embeddings_;  // of what all rows have in common; of what all embeddings have
  std::vector<std::shared_ptr<const Sealer>> keys_;
};

// "template 7", "the name of person 3": for messages.
std::string describe(const Place& place);

}  // namespace visavis
