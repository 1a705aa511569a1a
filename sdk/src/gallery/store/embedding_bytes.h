// An embedding as the bytes of a row: little-endian 32-bit floats, whatever the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "types/face.h"

namespace visavis {

using EmbeddingBytes = std::vector<uint8_t, WipingAllocator<uint8_t>>;

EmbeddingBytes to_bytes(const Embedding& embedding);

// Nothing when these are not the bytes of `length` finite numbers.
std::optional<Embedding> from_bytes(std::span<const uint8_t> bytes, size_t length);

}  // namespace visavis
