// An embedding as the bytes of a row: 128 little-endian 32-bit floats, whatever the machine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "types/face.h"

namespace visavis {

using EmbeddingBytes = std::array<uint8_t, kEmbeddingDim * 4>;

EmbeddingBytes to_bytes(const Embedding& embedding);

// Nothing when the size is wrong or a number is not finite.
std::optional<Embedding> from_bytes(std::span<const uint8_t> bytes);

}  // namespace visavis
