// A wrapped data key opens with its own key, in its own place, and with nothing else.
#include "crypto/key_wrap.h"

#include <sodium/crypto_generichash.h>
#include <sodium/crypto_pwhash.h>
#include <sodium/utils.h>

#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

const KeyPlace kPlace{gallery_id(1), 1};
// The least Argon2id takes: these tests are about bytes, not about cost.
constexpr PassphraseCost kCheap{1, 8192};

TEST(KeyWrap, OpensWithEachSource) {
  const SecretBytes data = SecretBytes::random(kKeySize);
  EXPECT_TRUE(same(unwrap_key(wrap_key(data, by_key(7), kPlace), by_key(7), kPlace), data));
  EXPECT_TRUE(
      same(unwrap_key(wrap_key(data, by_passphrase("correct horse"), kPlace), by_passphrase("correct horse"), kPlace),
           data));
  const KeySource asked{.callback = [](std::span<uint8_t> key) { std::ranges::fill(key, uint8_t{9}); }};
  EXPECT_TRUE(same(unwrap_key(wrap_key(data, asked, kPlace), asked, kPlace), data));
}

TEST(KeyWrap, TwoWrapsShareNothingButTheHeader) {
  const SecretBytes data = counted_key(0);
  EXPECT_NE(wrap_key(data, by_key(7), kPlace), wrap_key(data, by_key(7), kPlace));
}

TEST(KeyWrap, TheDataKeyIsNotInIt) {
  const SecretBytes data = SecretBytes::random(kKeySize);
  const auto wrapped = wrap_key(data, by_key(7), kPlace);
  EXPECT_EQ(std::search(wrapped.begin(), wrapped.end(), data.data(), data.data() + 8), wrapped.end());
}

TEST(KeyWrap, SaysWhichKeyIsWantedAndWhichIsWrong) {
  const SecretBytes data = counted_key(0);
  const auto by_number = wrap_key(data, by_key(7), kPlace),
             by_word = wrap_key(data, by_passphrase("a"), kPlace, kCheap);
  EXPECT_EQ(code_of([&] { unwrap_key(by_number, {}, kPlace); }), VAV_E_GALLERY_LOCKED);
  EXPECT_EQ(code_of([&] { unwrap_key(by_word, {}, kPlace); }), VAV_E_GALLERY_LOCKED);
  EXPECT_EQ(code_of([&] { unwrap_key(by_number, by_key(8), kPlace); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([&] { unwrap_key(by_word, by_passphrase("A"), kPlace); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([&] { unwrap_key(by_word, by_key(7), kPlace); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([&] { unwrap_key(by_number, by_passphrase("a"), kPlace); }), VAV_E_GALLERY_KEY);
}

TEST(KeyWrap, OpensNoOtherGalleryAndNoOtherNumber) {
  const auto wrapped = wrap_key(counted_key(0), by_key(7), kPlace);
  EXPECT_EQ(code_of([&] { unwrap_key(wrapped, by_key(7), {gallery_id(2), 1}); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([&] { unwrap_key(wrapped, by_key(7), {gallery_id(1), 2}); }), VAV_E_GALLERY_KEY);
}

TEST(KeyWrap, EveryFlippedBitIsDamageAndNotAWrongKey) {
  const auto wrapped = wrap_key(counted_key(0), by_passphrase("a"), kPlace, kCheap);
  for (size_t bit = 0; bit < 8 * wrapped.size(); ++bit) {
    auto altered = wrapped;
    altered[bit / 8] ^= uint8_t(1 << bit % 8);
    EXPECT_EQ(code_of([&] { unwrap_key(altered, by_passphrase("a"), kPlace); }), VAV_E_GALLERY_CORRUPT) << bit;
  }
  for (size_t size = 0; size < wrapped.size(); ++size)
    EXPECT_EQ(code_of([&] { unwrap_key(std::span(wrapped).first(size), by_passphrase("a"), kPlace); }),
              VAV_E_GALLERY_CORRUPT);
}

// A file made to exhaust us is refused before Argon2id takes its memory.
TEST(KeyWrap, AbsurdCostsAreRefused) {
  const PassphraseCost absurd[] = {{17, 8192}, {1, uint64_t{2} << 30}, {1, uint64_t{1} << 62}, {0, 8192}, {1, 8191}};
  const auto forged = [](const PassphraseCost& cost) {
    auto wrapped = wrap_key(counted_key(0), by_passphrase("a"), kPlace, kCheap);
    const auto put = [&](size_t at, uint64_t value) {
      for (int i = 0; i < 8; ++i) wrapped[at + size_t(i)] = uint8_t(value >> (8 * i));
    };
    put(18, cost.operations);
    put(26, cost.memory);
    crypto_generichash(wrapped.data() + wrapped.size() - 16, 16, wrapped.data(), wrapped.size() - 16, nullptr, 0);
    return wrapped;
  };
  EXPECT_EQ(code_of([&] { unwrap_key(forged(kCheap), by_passphrase("a"), kPlace); }), VAV_OK);  // the forgery is one
  for (const PassphraseCost& cost : absurd)
    EXPECT_EQ(code_of([&] { unwrap_key(forged(cost), by_passphrase("a"), kPlace); }), VAV_E_GALLERY_CORRUPT);
}

TEST(KeyWrap, WrongSourcesAreMistakesOfTheCaller) {
  const SecretBytes data = counted_key(0);
  KeySource two = by_key(7);
  two.passphrase = secret_text("a");
  EXPECT_EQ(code_of([&] { wrap_key(data, two, kPlace); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { wrap_key(data, {}, kPlace); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { wrap_key(data, KeySource{.key = SecretBytes(31)}, kPlace); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { wrap_key(data, by_passphrase(""), kPlace); }), VAV_E_INVALID_ARGUMENT);
}

TEST(KeyWrap, WhatTheCallbackThrowsReachesTheCaller) {
  const KeySource refusing{.callback = [](std::span<uint8_t>) { throw Error(VAV_E_PERMISSION, "the token is out"); }};
  EXPECT_EQ(code_of([&] { wrap_key(counted_key(0), refusing, kPlace); }), VAV_E_PERMISSION);
}

// A value of the reference implementation: argon2 -id, "password", salt "somesaltsomesalt", t=2, m=64 MiB, p=1.
TEST(KeyWrap, Argon2idIsTheOneOfRfc9106) {
  uint8_t key[32];
  char hex[65];
  ASSERT_EQ(crypto_pwhash(key, sizeof key, "password", 8, reinterpret_cast<const uint8_t*>("somesaltsomesalt"), 2,
                          64 << 20, crypto_pwhash_ALG_ARGON2ID13),
            0);
  EXPECT_STREQ(sodium_bin2hex(hex, sizeof hex, key, sizeof key),
               "fc33b78139231d34b71626bd6245c1d72efa190ad605c3d8166a72adcedfa2c2");
}

TEST(SecretMemory, HoldsWhatIsPutThereAndStartsAsZeros) {
  const SecretBytes empty(5);
  EXPECT_THAT(std::vector<uint8_t>(empty.data(), empty.data() + 5), testing::Each(0));
  const SecretBytes copy = SecretBytes::copy_of(counted_key(3).span());
  EXPECT_TRUE(same(copy, counted_key(3)));
  EXPECT_FALSE(same(SecretBytes::random(32), SecretBytes::random(32)));
  std::string text = "secret";
  wipe(text);
  EXPECT_EQ(text, "");
}

TEST(SecretMemoryDeathTest, ReadingBeyondItEndsTheProgram) {
  const SecretBytes key = counted_key(0);
  EXPECT_DEATH({ [[maybe_unused]] const volatile uint8_t beyond = key.data()[key.size()]; }, "");
}

}  // namespace
}  // namespace visavis
