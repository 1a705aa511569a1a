// gallery/embedding_bytes: there and back, bit for bit, and what is refused.
#include "gallery/store/embedding_bytes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

TEST(EmbeddingBytes, AreLittleEndianFloats) {
  Embedding e(kDlibEmbedding);
  e[0] = 1;
  const EmbeddingBytes bytes = to_bytes(e);
  EXPECT_EQ(bytes[0], 0x00);
  EXPECT_EQ(bytes[1], 0x00);
  EXPECT_EQ(bytes[2], 0x80);
  EXPECT_EQ(bytes[3], 0x3F);
  EXPECT_EQ(bytes[4], 0x00);
}

TEST(EmbeddingBytes, ComeBackBitForBit) {
  Embedding e = Embeddings(5).next();
  e[1] = -0.0f;
  e[2] = std::numeric_limits<float>::denorm_min();
  e[3] = std::numeric_limits<float>::max();
  const auto back = from_bytes(to_bytes(e), e.size());
  ASSERT_TRUE(back);
  EXPECT_EQ(to_bytes(*back), to_bytes(e));
}

TEST(EmbeddingBytes, WrongSizesAndNumbersAreRefused) {
  const EmbeddingBytes bytes = to_bytes(at(1));
  EXPECT_FALSE(from_bytes({}, 128));
  EXPECT_FALSE(from_bytes(std::span(bytes).first(511), 128));
  EXPECT_FALSE(from_bytes(std::vector<uint8_t>(513), 128));
  EXPECT_FALSE(from_bytes(to_bytes(at(std::nanf(""))), 128));
  EXPECT_FALSE(from_bytes(to_bytes(at(kEverything)), 128));
}

}  // namespace
}  // namespace visavis
