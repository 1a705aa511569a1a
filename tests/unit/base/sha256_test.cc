// base/sha256: the examples of FIPS 180-4, at once and in pieces.
#include "base/sha256.h"

#include <gtest/gtest.h>

#include <string_view>

namespace visavis {
namespace {

std::span<const uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(bytes("abc")), kAbc);
}

TEST(Sha256, PiecesGiveTheSameAndHexDoesNotEndIt) {
  Sha256 hash;
  hash.update(bytes("a"));
  EXPECT_EQ(hash.hex(), sha256_hex(bytes("a")));
  hash.update(bytes("bc"));
  EXPECT_EQ(hash.hex(), kAbc);
}

}  // namespace
}  // namespace visavis
