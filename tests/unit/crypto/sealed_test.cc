// A sealed field opens in its own place and nowhere else.
#include "crypto/sealed.h"

#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_generichash.h>
#include <sodium/utils.h>

#include <set>

#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

const Recipe kOtherRecipe = make_recipe(std::string(64, 'b'));
constexpr Place kSealedPlace{Column::embedding, 3, 14};

Sealer sealer(uint8_t key = 1, uint32_t number = 1, uint8_t gallery = 1, const Recipe& recipe = kRecipe) {
  return {counted_key(key), number, gallery_id(gallery), recipe};
}

TEST(Sealed, OpensWhereItWasSealed) {
  const Sealer own = sealer();
  for (const size_t size : {0u, 1u, 15u, 512u, 100'000u}) {
    const std::vector<uint8_t> plain(size, 0x5A);
    const auto sealed = own.seal(plain, kSealedPlace);
    EXPECT_EQ(sealed.size(), size + sealing_size());
    std::vector<uint8_t> opened(size);
    EXPECT_TRUE(own.open(sealed, kSealedPlace, opened));
    EXPECT_EQ(opened, plain);
  }
  EXPECT_EQ(own.open_text(own.seal(bytes_of("Ada"), kSealedPlace), kSealedPlace), "Ada");
}

TEST(Sealed, NoPlaintextAndNothingTwiceTheSame) {
  const Sealer own = sealer();
  const auto plain = bytes_of("a name that would be seen");
  std::set<std::vector<uint8_t>> all;
  for (int i = 0; i < 1000; ++i) all.insert(own.seal(plain, kSealedPlace));
  EXPECT_EQ(all.size(), 1000u);
  for (const auto& sealed : all)
    EXPECT_EQ(std::search(sealed.begin(), sealed.end(), plain.begin(), plain.begin() + 6), sealed.end());
}

TEST(Sealed, EveryFlippedBitIsNoticed) {
  const Sealer own = sealer();
  const auto sealed = own.seal(std::vector<uint8_t>(512, 1), kSealedPlace);
  for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    auto altered = sealed;
    altered[bit / 8] ^= uint8_t(1 << bit % 8);
    EXPECT_EQ(own.open_text(altered, kSealedPlace), std::nullopt) << bit;
  }
}

TEST(Sealed, EveryOtherLengthIsNoticed) {
  const Sealer own = sealer();
  auto sealed = own.seal(bytes_of("Ada"), kSealedPlace);
  for (size_t size = 0; size < sealed.size(); ++size)
    EXPECT_EQ(own.open_text(std::span(sealed).first(size), kSealedPlace), std::nullopt);
  sealed.push_back(0);
  EXPECT_EQ(own.open_text(sealed, kSealedPlace), std::nullopt);
}

TEST(Sealed, MovedToAnotherRowColumnOrGalleryItDoesNotOpen) {
  const auto sealed = sealer().seal(bytes_of("Ada"), kSealedPlace);
  ASSERT_TRUE(sealer().open_text(sealed, kSealedPlace));
  const Place others[] = {{Column::embedding, 4, 14}, {Column::embedding, 3, 15}, {Column::embedding, 14, 3},
                          {Column::embedding, 0, 14}, {Column::embedding, 3, 0},  {Column::source, 3, 14},
                          {Column::name, 3, 14},      {Column::embedding, -3, 14}};
  for (const Place& other : others) EXPECT_EQ(sealer().open_text(sealed, other), std::nullopt);
  EXPECT_EQ(sealer(2).open_text(sealed, kSealedPlace), std::nullopt) << "another data key";
  EXPECT_EQ(sealer(1, 2).open_text(sealed, kSealedPlace), std::nullopt) << "another number";
  EXPECT_EQ(sealer(1, 1, 2).open_text(sealed, kSealedPlace), std::nullopt) << "another gallery";
  EXPECT_EQ(sealer(1, 1, 1, kOtherRecipe).open_text(sealed, kSealedPlace), std::nullopt) << "another recipe";
}

TEST(Sealed, SaysWhichDataKeyItNeeds) {
  EXPECT_EQ(sealed_with(sealer(1, 77).seal({}, kSealedPlace)), 77u);
  EXPECT_EQ(sealed_with(std::vector<uint8_t>(sealing_size() - 1)), std::nullopt);
}

TEST(Sealed, LookupsAgreeForTheSameTextInTheSamePlaceOnly) {
  const auto ada = sealer().lookup("Ada", Column::name);
  EXPECT_EQ(sealer().lookup("Ada", Column::name), ada);
  EXPECT_NE(sealer().lookup("ada", Column::name), ada);
  EXPECT_NE(sealer().lookup("Ada", Column::external_id), ada);
  EXPECT_NE(sealer(2).lookup("Ada", Column::name), ada);
  EXPECT_NE(sealer(1, 1, 2).lookup("Ada", Column::name), ada);
}

// draft-irtf-cfrg-xchacha-03, A.3.1.
TEST(Sealed, TheCipherIsTheOneOfTheDraft) {
  const std::string plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be "
      "it.";
  uint8_t key[32], nonce[24], associated[12];
  for (int i = 0; i < 32; ++i) key[i] = uint8_t(0x80 + i);
  for (int i = 0; i < 24; ++i) nonce[i] = uint8_t(0x40 + i);
  sodium_hex2bin(associated, sizeof associated, "50515253c0c1c2c3c4c5c6c7", 24, nullptr, nullptr, nullptr);
  std::vector<uint8_t> sealed(plain.size() + 16);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, reinterpret_cast<const uint8_t*>(plain.data()),
                                             plain.size(), associated, sizeof associated, nullptr, nonce, key);
  char hex[33];
  EXPECT_STREQ(sodium_bin2hex(hex, sizeof hex, sealed.data(), 16), "bd6d179d3e83d43b9576579493c0e939");
  EXPECT_STREQ(sodium_bin2hex(hex, sizeof hex, sealed.data() + plain.size(), 16), "c0875924c1c7987947deafd8780acf49");
}

// RFC 7693, appendix A, is BLAKE2b-512 without a key; this is its "abc".
TEST(Sealed, TheHashIsBlake2b) {
  uint8_t hash[64];
  char hex[33];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const uint8_t*>("abc"), 3, nullptr, 0);
  EXPECT_STREQ(sodium_bin2hex(hex, sizeof hex, hash, 16), "ba80a53f981c4d0d6a2797b69f12f6e9");
}

// Stored galleries must open in all later versions: these bytes were sealed by the first.
TEST(Sealed, WhatTheFirstVersionSealedStillOpens) {
  constexpr char kStored[] =
      "010000008fae45ece51146bb0c63c86f0a0be41de4b282d57d272432c23663832546cdd9c3b1375b8f4a9adc8f3b7f";
  std::vector<uint8_t> sealed(sizeof kStored / 2);
  size_t size = 0;
  ASSERT_EQ(sodium_hex2bin(sealed.data(), sealed.size(), kStored, sizeof kStored - 1, nullptr, &size, nullptr), 0);
  EXPECT_EQ(sealer().open_text({sealed.data(), size}, kSealedPlace), "Ada");
  char hex[33];
  const auto lookup = sealer().lookup("Ada", Column::name);
  EXPECT_STREQ(sodium_bin2hex(hex, sizeof hex, lookup.data(), lookup.size()), "f0956652a67d8ea5a289f72be4844043");
}

}  // namespace
}  // namespace visavis
