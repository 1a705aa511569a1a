// Structs that begin with struct_size: read and written so that older and newer callers both work.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "base/error.h"
#include "capi/first_sizes.h"

namespace visavis::capi {

// No struct of ours will ever be larger; a struct_size beyond it is uninitialised memory, whose tail must not be read.
inline constexpr uint32_t kMostStructSize = 4096;

// The size the caller's header gave the struct: an earlier, shorter one too, as far back as its first.
template <class T>
uint32_t checked_size(const T* s, const char* what) {
  constexpr size_t kFirst = kFirstSize<T>;
  static_assert(kFirst > sizeof s->struct_size && kFirst <= sizeof(T), "give the struct its line in first_sizes.h");
  if (s->struct_size < kFirst || s->struct_size > kMostStructSize)
    throw Error(VAV_E_STRUCT_SIZE, std::string(what) + ".struct_size is " + std::to_string(s->struct_size) +
                                       ", expected " + std::to_string(sizeof(T)) +
                                       ": start the struct with its VAV_…_INIT or vav_…_init");
  return s->struct_size;
}

// The caller's options as this library knows them: NULL gives all zero, and so does what an earlier header did not have.
// A newer caller may set only what we know.
template <class T>
T read_struct(const T* in, const char* what) {
  static_assert(std::is_trivially_copyable_v<T>);
  T copy{};
  if (!in) return copy;
  const uint32_t size = checked_size(in, what);
  const auto* bytes = reinterpret_cast<const uint8_t*>(in);
  for (size_t i = sizeof(T); i < size; ++i)
    if (bytes[i] != 0)
      throw Error(VAV_E_UNSUPPORTED, std::string(what) + " asks for something this version (" +
                                         std::to_string(sizeof(T)) + " bytes) does not know; use a newer library");
  std::memcpy(&copy, in, std::min<size_t>(size, sizeof(T)));
  return copy;
}

// Empties the caller's struct, so that a call that fails leaves nothing of an earlier answer in it: all zero but its size.
template <class T>
T* begin_struct(T* out, const char* what) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (!out) throw Error(VAV_E_INVALID_ARGUMENT, std::string(what) + " is NULL");
  const uint32_t size = checked_size(out, what);
  std::memset(reinterpret_cast<uint8_t*>(out) + sizeof size, 0, size - sizeof size);
  return out;
}

// Fills the caller's struct: what it has room for; a newer caller's tail is zeroed. struct_size stays the caller's.
template <class T>
void write_struct(T* out, T value, const char* what) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (!out) throw Error(VAV_E_INVALID_ARGUMENT, std::string(what) + " is NULL");
  const uint32_t size = checked_size(out, what);
  value.struct_size = size;
  std::memcpy(out, &value, std::min<size_t>(size, sizeof(T)));
  if (size > sizeof(T)) std::memset(reinterpret_cast<uint8_t*>(out) + sizeof(T), 0, size - sizeof(T));
}

// vav_x_init: all zero but the size.
template <class T>
void init_struct(T* out) noexcept {
  if (!out) return;
  *out = T{};
  out->struct_size = uint32_t(sizeof(T));
}

}  // namespace visavis::capi
