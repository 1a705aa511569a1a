// types/density: what centre() and density_at() compute, and that distances of the recipes are what fit.py measured.
#include "types/density.h"

#include <gtest/gtest.h>

#include <cmath>

#include "types/recipe.h"

namespace visavis {
namespace {

// Two directions of four numbers.
constexpr float kMean[] = {1, 0, 0, 0}, kBasis[] = {0, 1, 0, 0, 0, 0, 1, 0},
                kWeights[] = {0.25f, 0.5f, -0.25f, 0.125f, 1, -0.5f};
constexpr Density kSmall = {4, 2, kMean, kBasis, kWeights};

TEST(Density, CentringTakesTheMeanOffAndScales) {
  Embedding e = {1, 3, 4, 0};
  centre(kSmall, 0.5f, e);
  EXPECT_EQ(e, (Embedding{0, 0.3f, 0.4f, 0}));
  Embedding mean = {1, 0, 0, 0};
  centre(kSmall, 0.5f, mean);
  EXPECT_EQ(mean, Embedding(4)) << "no direction is left";
}

TEST(Density, IsAQuadraticFormOfTheDirectionAlone) {
  const double y = 0.6, z = 0.8;
  const double expected = 0.25 + 0.5 * y - 0.25 * z + 0.125 * y * y + y * z - 0.5 * z * z;
  EXPECT_NEAR(density_at(kSmall, Embedding{0, 0.6f, 0.8f, 0}), expected, 1e-6);
  EXPECT_NEAR(density_at(kSmall, Embedding{0, 3, 4, 0}), expected, 1e-6) << "of any length";
  EXPECT_EQ(density_at(kSmall, Embedding(4)), 0);
  EXPECT_EQ(density_at(kSmall, Embedding{0, -1, 0, 0}), 0) << "never below 0";
}

TEST(Density, DistancesAreThoseOfTheScore) {
  for (const Scoring& scoring : {kDlib1Scoring, kSface1Scoring}) {
    const Density& density = *scoring.density;
    ASSERT_EQ(density.length, kDlibEmbedding);
    Embedding a(kDlibEmbedding), b(kDlibEmbedding);
    for (size_t i = 0; i < a.size(); ++i) a[i] = std::sin(float(i)), b[i] = std::cos(float(3 * i));
    centre(density, scoring.norm, a), centre(density, scoring.norm, b);
    double cosine = 0;
    for (size_t i = 0; i < a.size(); ++i) cosine += double{a[i]} * double{b[i]} / double{scoring.norm * scoring.norm};
    const double score = cosine - (double{density_at(density, a)} + double{density_at(density, b)}) / 2;
    const double squared = 2 * double{scoring.norm} * scoring.norm * (1 - score);
    EXPECT_NEAR(distance_between(&scoring, a, b), std::sqrt(squared), 1e-5) << scoring.set;
    EXPECT_STREQ(scaled_by(a)->set, scoring.set) << "the norm tells the recipe";
  }
}

// Of a model of a user's own, say.
TEST(Density, AnEmbeddingOfAnotherLengthIsOfNoRecipeWithOne) {
  for (const size_t length : {size_t{64}, size_t{512}}) {
    Embedding e(length);
    e[0] = kDlib1Scoring.norm;
    EXPECT_EQ(scaled_by(e), nullptr);
    EXPECT_EQ(offset_of(kDlib1Scoring, e), 0);
  }
}

TEST(Density, AnOffsetThatTheRecipeDoesNotGiveIsNone) {
  const Recipe recipe = make_recipe("", kDlibEmbedding, kDlib1Scoring);
  const TemplateRange range = template_range(recipe);
  Embedding e(kDlibEmbedding);
  for (size_t i = 0; i < e.size(); ++i) e[i] = std::sin(float(i));
  centre(kDlib1Density, kDlib1Scoring.norm, e);
  const float offset = offset_of(recipe, e);
  EXPECT_TRUE(is_within(range, e, offset));
  EXPECT_FALSE(is_within(range, e, offset + 1e-3f));
  EXPECT_FALSE(is_within(range, e, 0)) << "such a template would be near to everybody";
  EXPECT_FALSE(is_within(range, e, std::nanf("")));
}

}  // namespace
}  // namespace visavis
