// capi/sized: structs of every size that a header ever gave them, or will.
#include "capi/sized.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace visavis::capi {
namespace {

// As if its first version had ended before `later`.
struct Grown {
  uint32_t struct_size;
  int32_t first;
  int64_t second;
  int32_t later;
  int32_t reserved;
};
constexpr uint32_t kFirst = 16;

}  // namespace
template <>
inline constexpr size_t kFirstSize<Grown> = kFirst;
namespace {

// A caller's struct with exactly `size` bytes of memory, so that a sanitizer sees who goes beyond.
struct Callers {
  explicit Callers(uint32_t size, uint8_t filled_with) : bytes(size, filled_with) {
    std::memcpy(bytes.data(), &size, sizeof size);
  }
  Grown* get() { return reinterpret_cast<Grown*>(bytes.data()); }
  std::vector<uint8_t> bytes;
};

TEST(Sized, OptionsOfEverySizeFromTheFirstOnAreRead) {
  const Grown whole{sizeof(Grown), 1, 2, 3, 0};
  for (uint32_t size = kFirst; size <= sizeof(Grown) + 40; size += 4) {
    Callers caller(size, 0);
    std::memcpy(caller.bytes.data() + 4, reinterpret_cast<const uint8_t*>(&whole) + 4,
                std::min<size_t>(size, sizeof whole) - 4);
    const Grown read = read_struct(caller.get(), "options");
    EXPECT_EQ(read.first, 1);
    EXPECT_EQ(read.second, 2);
    EXPECT_EQ(read.later, size >= 20 ? 3 : 0) << size;
  }
}

TEST(Sized, WhatANewerCallerAsksForIsRefused) {
  Callers caller(sizeof(Grown) + 8, 0);
  caller.bytes.back() = 1;
  EXPECT_THROW(read_struct(caller.get(), "options"), Error);
}

TEST(Sized, AnswersGoIntoStructsOfEverySize) {
  for (uint32_t size = kFirst; size <= sizeof(Grown) + 40; size += 4) {
    Callers caller(size, 0x5A);
    write_struct(caller.get(), Grown{0, 1, 2, 3, 4}, "out");
    Grown got{};
    std::memcpy(&got, caller.bytes.data(), std::min<size_t>(size, sizeof got));
    EXPECT_EQ(got.struct_size, size);
    EXPECT_EQ(got.first, 1);
    EXPECT_EQ(got.later, size >= 20 ? 3 : 0) << size;
    for (size_t i = sizeof got; i < size; ++i) EXPECT_EQ(caller.bytes[i], 0);

    Callers old(size, 0x5A);
    begin_struct(old.get(), "out");
    for (size_t i = sizeof size; i < size; ++i) EXPECT_EQ(old.bytes[i], 0);
  }
}

TEST(Sized, WhatNeverWasIsRefused) {
  for (const uint32_t size : {0U, 4U, kFirst - 1, kMostStructSize + 1, UINT32_MAX}) {
    Grown one{size, 1, 2, 3, 0};
    EXPECT_THROW(read_struct(&one, "options"), Error) << size;
    EXPECT_THROW(write_struct(&one, Grown{}, "out"), Error) << size;
    EXPECT_THROW(begin_struct(&one, "out"), Error) << size;
    EXPECT_EQ(one.first, 1);
  }
}

}  // namespace
}  // namespace visavis::capi
