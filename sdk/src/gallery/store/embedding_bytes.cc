// Bytes are put together by value, which compilers turn into a plain copy on little-endian machines.
#include "gallery/store/embedding_bytes.h"

#include <bit>

#include "base/vectors.h"

namespace visavis {

EmbeddingBytes to_bytes(const Embedding& embedding) {
  EmbeddingBytes bytes(4 * embedding.size());
  for (size_t i = 0; i < embedding.size(); ++i) {
    const auto bits = std::bit_cast<uint32_t>(embedding[i]);
    for (size_t k = 0; k < 4; ++k) bytes[4 * i + k] = uint8_t(bits >> (8 * k));
  }
  return bytes;
}

std::optional<Embedding> from_bytes(std::span<const uint8_t> bytes, size_t length) {
  if (bytes.size() != 4 * length) return std::nullopt;
  Embedding embedding(length);
  for (size_t i = 0; i < embedding.size(); ++i) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 4; ++k) bits |= uint32_t{bytes[4 * i + k]} << (8 * k);
    embedding[i] = std::bit_cast<float>(bits);
  }
  if (!all_finite(embedding.data(), embedding.size())) return std::nullopt;
  return embedding;
}

}  // namespace visavis
