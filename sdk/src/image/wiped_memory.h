// Memory for libpng that is overwritten before it is freed: the picture may be a kept chip, which must leave no trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/secret_memory.h"

namespace visavis {

inline constexpr size_t kSizeRoom = alignof(std::max_align_t);  // before the memory, for its size
static_assert(kSizeRoom >= sizeof(size_t));

// NULL if there is none.
inline void* allocate_wiped(size_t size) {
  if (size > SIZE_MAX - kSizeRoom) return nullptr;
  auto* const memory = static_cast<uint8_t*>(std::malloc(kSizeRoom + size));
  if (!memory) return nullptr;
  *reinterpret_cast<size_t*>(memory) = size;
  return memory + kSizeRoom;
}

inline void free_wiped(void* at) {
  if (!at) return;
  uint8_t* const memory = static_cast<uint8_t*>(at) - kSizeRoom;
  wipe({memory + kSizeRoom, *reinterpret_cast<size_t*>(memory)});
  std::free(memory);
}

}  // namespace visavis
