// The cache file gives back what was put in, and nothing at all when it is damaged or another recipe's.
#include "cli/eval/embedding_cache.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

class EmbeddingCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("vav_cache_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    file_ = folder_ / "cache é.bin";
    for (size_t i = 0; i < face_.size(); ++i) face_[i] = static_cast<float>(i) / 64 - 1;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void save() {
    EmbeddingCache cache("recipe");
    cache.put("face.jpg", {{10, 20}, face_, {50, -1}});
    cache.put("sub/no face.jpg", {{30, 40}, std::nullopt});
    write(cache.bytes());
  }
  std::string bytes() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes) { std::ofstream(file_, std::ios::binary) << bytes; }

  fs::path folder_;
  fs::path file_;
  Embedding face_ = Embedding(VAV_EMBEDDING_DIM);
};

TEST_F(EmbeddingCacheTest, GivesBackWhatWasPutIn) {
  save();
  EmbeddingCache cache("recipe");
  EXPECT_EQ(cache.load(file_), "");
  EXPECT_EQ(cache.size(), 2u);
  const auto* face = cache.find("face.jpg", {10, 20});
  ASSERT_TRUE(face && face->embedding);
  EXPECT_EQ(*face->embedding, face_);
  EXPECT_EQ(face->scores, (QualityScores{50, -1}));
  const auto* none = cache.find("sub/no face.jpg", {30, 40});
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->embedding);
}

TEST_F(EmbeddingCacheTest, AChangedPictureIsNotFound) {
  save();
  EmbeddingCache cache("recipe");
  cache.load(file_);
  EXPECT_FALSE(cache.find("face.jpg", {11, 20}));
  EXPECT_FALSE(cache.find("face.jpg", {10, 21}));
  EXPECT_FALSE(cache.find("other.jpg", {10, 20}));
}

TEST_F(EmbeddingCacheTest, NoFileIsAnEmptyCacheWithoutReason) {
  EmbeddingCache cache("recipe");
  EXPECT_EQ(cache.load(file_), "");
  EXPECT_EQ(cache.size(), 0u);
}

TEST_F(EmbeddingCacheTest, AnotherRecipeIsNotTaken) {
  save();
  EmbeddingCache cache("another recipe");
  EXPECT_EQ(cache.load(file_), "it was made with other models or options");
  EXPECT_EQ(cache.size(), 0u);
}

TEST_F(EmbeddingCacheTest, EveryFlippedByteAndEveryCutIsNoticed) {
  save();
  const std::string good = bytes();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    for (const std::string& bad : {flipped, good.substr(0, i)}) {
      write(bad);
      EmbeddingCache cache("recipe");
      EXPECT_NE(cache.load(file_), "") << "at byte " << i;
      EXPECT_EQ(cache.size(), 0u);
    }
  }
}

TEST_F(EmbeddingCacheTest, ValuesThatAreNoEmbeddingAreNotTaken) {
  face_[5] = std::numeric_limits<float>::quiet_NaN();
  save();
  EmbeddingCache cache("recipe");
  EXPECT_EQ(cache.load(file_), "a number is not finite");
}

TEST_F(EmbeddingCacheTest, TheStampChangesWithThePicture) {
  write("one");
  const PictureStamp before = stamp_of(file_);
  EXPECT_EQ(before, stamp_of(file_));
  write("longer");
  EXPECT_NE(before, stamp_of(file_));
}

}  // namespace
}  // namespace visavis::cli
