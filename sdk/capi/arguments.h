// How arguments are read: limits, and an Error INVALID_ARGUMENT that names the argument for what is beyond them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/vectors.h"
#include "gallery/records.h"
#include "gallery/store/open.h"
#include "types/face.h"
#include "types/recipe.h"

namespace visavis::capi {

inline constexpr size_t kMostPath = 4096;                // bytes; those of texts stand in gallery/records.h
inline constexpr int32_t kMostOfAPage = 1'000'000;       // entries of one list
inline constexpr int32_t kDefaultPage = 1000;            // of one that a query asks for
inline constexpr int32_t kMostThreads = 256;             // of an engine, and of a gallery
inline constexpr int32_t kMostMilliseconds = 3'600'000;  // to wait for others: an hour

[[noreturn]] inline void invalid(const std::string& message) { throw Error(VAV_E_INVALID_ARGUMENT, message); }

// "1,000,000"
inline std::string with_commas(int64_t number) {
  std::string text = std::to_string(number);
  for (int at = int(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) text.insert(size_t(at), ",");
  return text;
}

// A pointer argument that may not be NULL.
template <class T>
T* required(T* pointer, const char* what) {
  if (!pointer) invalid(std::string(what) + " is NULL");
  return pointer;
}

// A number from `least` to `most`, both included.
template <class T>
T within(T value, T least, T most, const std::string& what) {
  if (value < least || value > most)
    invalid(what + " is " + std::to_string(value) + ", not within " + with_commas(least) + ".." + with_commas(most));
  return value;
}

// What may be 0 only until a later version gives it a meaning.
inline void require_unused(int64_t value, const std::string& what) {
  if (value != 0) throw Error(VAV_E_UNSUPPORTED, what + " is not 0");
}

inline bool read_flag(int32_t value, const std::string& what) {
  if (value != 0 && value != 1) invalid(what + " is " + std::to_string(value) + ", which is neither 0 nor 1");
  return value == 1;
}

inline std::string read_path(const char* path, const char* what) { return checked_text(path, kMostPath, what); }

inline std::optional<std::string> optional_text(const char* text, size_t most_bytes, const char* what) {
  if (!text) return std::nullopt;
  return checked_text(text, most_bytes, what);
}

// Milliseconds since 1970; 0 is the system's clock.
inline int64_t read_now(int64_t now, const char* what) {
  if (now < 0) invalid(std::string(what) + " is negative");
  if (now > kLatestTime) invalid(std::string(what) + " is too late for a time in milliseconds since 1970");
  return now != 0 ? now : now_ms();
}

// How many numbers an embedding has, or each of several.
inline size_t read_length(int32_t length) {
  return size_t(within(length, int32_t{kShortestEmbedding}, int32_t{kLongestEmbedding}, "length"));
}

// Finite numbers; a face may lack an embedding, which is said.
inline Embedding read_embedding(const float* values, int32_t length, const char* what) {
  if (!values)
    invalid(std::string(what) +
            " is NULL: a face that cannot be compared has no embedding; vav_faces_comparability says why");
  read_length(length);
  require_finite(values, size_t(length), what);
  return {values, values + length};
}

// Entry `index` of a list.
template <class T>
const T& entry(const std::vector<T>& list, int32_t index) {
  if (index < 0 || size_t(index) >= list.size())
    invalid("index is " + std::to_string(index) + ", and there are " + std::to_string(list.size()));
  return list[size_t(index)];
}

template <class T>
int32_t count_of(const std::vector<T>& list) {
  return int32_t(list.size());
}

}  // namespace visavis::capi
