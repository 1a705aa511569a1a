// embed: every backend gives dlib's embeddings of real faces, whatever the batch and the number of threads.
#include "embed/embedder.h"

#include <cmath>

#include "nn/backend.h"
#include "pipeline/engine.h"
#include "support/dlib_pixels.h"
#include "support/fixtures.h"

namespace visavis {
namespace {

// Real chips: the faces of four sample photos, and their mirror images.
const std::vector<Chip>& chips() {
  static const std::vector<Chip> made = [] {
    std::vector<Chip> list;
    const Engine engine(testing_support::models(), 2);
    for (const char* name : {"obama.jpg", "obama2.jpg", "biden.jpg", "obama_partial_face2.jpg"}) {
      const auto pixels = testing_support::dlib_pixels(testing_support::photo(name));
      const auto faces = engine.analyze({testing_support::view(pixels)}, DetectorKind::hog, {.min_face = 40}, false,
                                        {true, true, false});
      for (const Face& face : faces[0]) list.push_back(*face.chip);
    }
    for (size_t i = 0, count = list.size(); i < count; ++i) {
      Chip mirrored = list[i];
      for (int y = 0; y < kChipSize; ++y)
        for (int x = 0; x < kChipSize; ++x)
          std::copy_n(&list[i][3 * (size_t(y) * kChipSize + kChipSize - 1 - x)], 3,
                      &mirrored[3 * (size_t(y) * kChipSize + x)]);
      list.push_back(std::move(mirrored));
    }
    return list;
  }();
  return made;
}

std::vector<Embedding> embed(const Embedder& embedder, size_t count, int threads) {
  std::vector<const uint8_t*> pointers;
  for (size_t i = 0; i < count; ++i) pointers.push_back(chips()[i % chips().size()].data());
  std::vector<Embedding> out(count);
  embedder.embed(pointers, out.data(), threads);
  return out;
}

float largest_difference(const std::vector<Embedding>& a, const std::vector<Embedding>& b) {
  float largest = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    for (size_t k = 0; k < a[i].size(); ++k) largest = std::max(largest, std::abs(a[i][k] - b[i][k]));
  return largest;
}

class EmbedderTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { SKIP_WITHOUT_MODELS_AND_PHOTOS(); }
  static std::unique_ptr<Embedder> make(const std::string& name) {
    const auto model = testing_support::model_bytes(kEmbeddingModel);
    if (name == "dlib") return make_dlib_embedder(model);
    const Network network = read_embedding_network(model);
    return make_network_embedder({.mean = network.mean, .scale = network.scale},
                                 make_runner(testing_support::backend_named(name), network));
  }
};

TEST_P(EmbedderTest, GivesDlibsEmbeddings) {
  ASSERT_GE(chips().size(), 8u);
  const auto reference = embed(*make("dlib"), chips().size(), 1);
  const auto found = embed(*make(GetParam()), chips().size(), 1);
  EXPECT_LT(largest_difference(found, reference), 1e-5f);
  // The test could not fail if all embeddings were alike.
  EXPECT_GT(largest_difference({reference[0]}, {reference[2]}), 0.05f);
}

TEST_P(EmbedderTest, DependsNeitherOnBatchNorThreads) {
  const auto embedder = make(GetParam());
  const auto reference = embed(*embedder, chips().size(), 1);
  // dlib multiplies the last matrix for the whole batch at once, and BLAS sums it in another order.
  const float allowed = GetParam() == "dlib" ? 1e-6f : 0;
  for (const size_t count : {size_t{1}, size_t{2}, size_t{3}, size_t{5}, size_t{7}})
    for (const int threads : {1, 2, 3})
      EXPECT_LE(largest_difference(embed(*embedder, count, threads), reference), allowed) << count << ", " << threads;
}

TEST_P(EmbedderTest, TwoRunsAreBitIdentical) {
  const auto embedder = make(GetParam());
  EXPECT_EQ(embed(*embedder, 5, 2), embed(*embedder, 5, 2));
}

TEST_P(EmbedderTest, NoChipNoEmbedding) { EXPECT_TRUE(embed(*make(GetParam()), 0, 1).empty()); }

// The mean of the chip's and of its mirror image's; both see the same, and batches beyond its own do too.
TEST_P(EmbedderTest, TheCentredOneIsThatOfBothSides) {
  const auto plain = make(GetParam());
  const auto centred = make_centred_embedder(make(GetParam()), kChipSize, kDlib1Density, kDlib1Scoring.norm);
  const size_t half = chips().size() / 2;
  const auto sides = embed(*plain, 2 * half, 1);
  const auto found = embed(*centred, 40, 2);
  for (size_t i = 0; i < found.size(); ++i) {
    Embedding expected = sides[i % half];
    for (size_t k = 0; k < expected.size(); ++k) expected[k] = (expected[k] + sides[i % half + half][k]) / 2;
    centre(kDlib1Density, kDlib1Scoring.norm, expected);
    EXPECT_LT(largest_difference({found[i]}, {expected}), 1e-5f) << i;
    EXPECT_EQ(scaled_by(found[i]), scaled_by(expected));
  }
  EXPECT_TRUE(embed(*centred, 0, 1).empty());
}

INSTANTIATE_TEST_SUITE_P(Backends, EmbedderTest, testing::ValuesIn(backend_names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace visavis
