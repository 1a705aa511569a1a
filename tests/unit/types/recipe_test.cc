// types/recipe: the length that a recipe says, and which numbers it can make.
#include "types/recipe.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

TEST(RecipeTest, SaysTheLengthOfItsEmbeddings) {
  const std::string model(64, 'a');
  EXPECT_EQ(embedding_length(make_recipe(model)), kDlibEmbedding);
  EXPECT_EQ(make_recipe(model).scoring.find("length"), std::string::npos);  // galleries of today stay what they are
  EXPECT_EQ(embedding_length(make_recipe(model, 512)), 512u);
  EXPECT_NE(make_recipe(model, 512), make_recipe(model));
}

TEST(RecipeTest, AnImpossibleLengthIsRefused) {
  for (const char* length : {"", "x", "0", "63", "2049", "-128", "1e3", "99999999999999999999", "128x"}) {
    Recipe recipe = make_recipe(std::string(64, 'a'));
    recipe.scoring += std::string(";length=") + length;
    EXPECT_EQ(code_of([&] { embedding_length(recipe); }), VAV_E_GALLERY_CORRUPT) << length;
  }
}

TEST(RecipeTest, ATemplateHasItsLengthAndRange) {
  const TemplateRange range = template_range(make_recipe(std::string(64, 'a'), 512));
  EXPECT_TRUE(is_within(range, Embedding(512, 0.1f), 0));
  EXPECT_FALSE(is_within(range, Embedding(511, 0.1f), 0));
  EXPECT_FALSE(is_within(range, Embedding(512, 1e4f), 0));
  EXPECT_FALSE(is_within(range, Embedding(512, 0.1f), -1));
}

TEST(RecipeTest, WhatNoFaceHasIsImplausible) {
  const Recipe recipe = make_recipe(std::string(64, 'a'));
  const auto of_norm = [](float norm) { return Embedding(kDlibEmbedding, norm / std::sqrt(float(kDlibEmbedding))); };
  for (const float norm : {0.0f, 1e-20f, 0.49f, 0.64f, 0.98f, 1.02f})
    EXPECT_NE(why_implausible(recipe, of_norm(norm)), "") << norm;
  for (const float norm : {0.9995f, 1.0f, 1.0005f, 3.01f, 100.0f}) {
    EXPECT_NE(why_implausible(recipe, of_norm(norm), Fitting::of_a_face), "") << norm;
    EXPECT_EQ(why_implausible(recipe, of_norm(norm)), "") << norm << " is near to nobody";
  }
  for (const float norm : {0.991f, 1.009f, 1.06f, 1.19f, 1.4f, 1.63f, 2.99f})
    EXPECT_EQ(why_implausible(recipe, of_norm(norm)), "") << norm;
  for (const float norm : {1.1e4f, 3e38f}) EXPECT_NE(why_implausible(recipe, of_norm(norm)), "") << norm;
  const Recipe zoo = make_recipe(recipe.model_sha256, kDlibEmbedding, kZooScoring);
  for (const float norm : {0.991f, 1.0f, 1.009f}) EXPECT_EQ(why_implausible(zoo, of_norm(norm)), "") << norm;
  for (const float norm : {0.0f, 0.9f, 1.19f, 1.4f, 100.0f}) EXPECT_NE(why_implausible(zoo, of_norm(norm)), "") << norm;
  EXPECT_EQ(why_implausible(make_recipe(recipe.model_sha256, 512), Embedding(512)), "");  // nobody has measured it
}

// Each set's embeddings are refused by the other, and it is said whose they may be.
TEST(RecipeTest, WhatAnotherSetMakesIsNamed) {
  const auto of_norm = [](float norm) { return Embedding(kDlibEmbedding, norm / std::sqrt(float(kDlibEmbedding))); };
  const std::string model(64, 'a');
  const Recipe dlib = make_recipe(model), zoo = make_recipe(model, kDlibEmbedding, kZooScoring);
  EXPECT_THAT(why_implausible(dlib, of_norm(1), Fitting::of_a_face),
              testing::HasSubstr("may be one of \"opencv-zoo\""));
  EXPECT_THAT(why_implausible(zoo, of_norm(1.4f)), testing::HasSubstr("may be one of \"dlib\""));
  EXPECT_THAT(why_implausible(zoo, of_norm(100)), testing::Not(testing::HasSubstr("may be one of")));
}

TEST(RecipeTest, WhatNoSetGivesIsIncomparable) {
  const auto why = [](float a, float b, size_t length = kDlibEmbedding) {
    const auto of_norm = [&](float norm) { return norm_in(Embedding(length, norm / std::sqrt(float(length)))); };
    return why_incomparable(of_norm(a), of_norm(b), length);
  };
  EXPECT_NE(why(1, 1.4f), "");
  EXPECT_NE(why(1.4f, 1), "");
  EXPECT_EQ(why(1.4f, 1.3f), "");
  for (const float norm : {0.70710678f, 0.75f, 1.0f}) {
    EXPECT_EQ(why(norm, norm), "") << norm;
    for (const float other : {0.0f, 0.64f, norm - 0.01f, norm + 0.01f, 1.4f}) {
      EXPECT_NE(why(norm, other), "") << norm << " " << other;
      if (other < 1.1f) EXPECT_NE(why(other, other), "") << other;
    }
  }
  EXPECT_EQ(why(0.64f, 0.64f, 512), "") << "a model of somebody's own may give that";
  EXPECT_NE(why(1, 0.64f, 512), "");
  EXPECT_NE(why(0, 0, 512), "");
}

// Both are 128 numbers, and a gallery of dlib's would measure them without their densities.
TEST(RecipeTest, AGalleryOfDlibTakesNothingThatHasADensity) {
  const Recipe dlib = make_recipe(std::string(64, 'a'));
  const auto of_norm = [](float norm) { return Embedding(kDlibEmbedding, norm / std::sqrt(float(kDlibEmbedding))); };
  EXPECT_THAT(why_implausible(dlib, of_norm(0.70710678f)), testing::HasSubstr("may be one of \"dlib-1\""));
  EXPECT_THAT(why_implausible(dlib, of_norm(0.75f)), testing::HasSubstr("may be one of \"sface-1\""));
  for (const float norm : {0.702f, 0.713f, 0.747f, 0.754f}) EXPECT_NE(why_implausible(dlib, of_norm(norm)), "") << norm;
}

}  // namespace
}  // namespace visavis
