// Floats at an address that vectors of any width are loaded from.
#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstddef>
#include <new>

namespace visavis {

using AlignedFloats = hwy::AlignedFreeUniquePtr<float[]>;

// Not zeroed: memory that nothing was written to is not touched. Throws std::bad_alloc.
inline AlignedFloats aligned_floats(size_t count) {
  AlignedFloats floats = hwy::AllocateAligned<float>(count);
  if (!floats) throw std::bad_alloc();
  return floats;
}

inline AlignedFloats aligned_zeros(size_t count) {
  AlignedFloats floats = aligned_floats(count);
  std::fill_n(floats.get(), count, 0.0f);
  return floats;
}

}  // namespace visavis
