// models/model_set: the table of sets is whole, and says what is needed and what galleries are stamped with.
#include "models/model_set.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "support/fixtures.h"
#include "types/threshold.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing_support::error_of;

TEST(ModelSets, EveryOneIsWhole) {
  for (const ModelSet& set : model_sets()) {
    EXPECT_EQ(&model_set(set.name), &set);
    EXPECT_FALSE(set.detectors.empty()) << set.name;
    EXPECT_FALSE(set.embedder.empty()) << set.name;
    for (const ModelChoice* choice : set.choices())
      for (const char* id : *choice) {
        EXPECT_NO_THROW(manifest_model(id));
        EXPECT_TRUE(set.uses(id));
        EXPECT_TRUE(model_set(set_of_model(id)).uses(id));
      }
    EXPECT_FALSE(set.uses("shape_predictor_68_face_landmarks"));
    EXPECT_TRUE(is_threshold(set.scoring->compat_threshold)) << set.name;
    EXPECT_STREQ(set.scoring->set, set.name);
    const float norm = set.scoring->norm;
    EXPECT_LE(set.scoring->least_norm, norm == 0 ? 1 : norm) << set.name;
    EXPECT_GE(set.scoring->most_norm, norm == 0 ? 1 : norm) << set.name;
    // The points of the mean face lie in the chip about where the embedder expects them.
    Landmarks points;
    for (size_t i = 0; i < points.size(); ++i)
      points[i] = {float(set.chip->points[i][0]), float(set.chip->points[i][1])};
    EXPECT_LT(FacePlace(points, set.chip->mean_face).residual(), 0.03) << set.name;
    EXPECT_NEAR(FacePlace(points, set.chip->mean_face).roll(), 0, 1) << set.name;
  }
  EXPECT_STREQ(model_sets().front().name, "dlib");
  EXPECT_EQ(&model_set("dlib-compat"), &model_sets().front());
  EXPECT_STREQ(set_of_model("shape_predictor_68_face_landmarks"), "");
}

TEST(ModelSets, AnUnknownNameNamesTheKnownOnes) {
  const Error e = error_of([] { model_set("OpenCV"); });
  EXPECT_EQ(e.code(), VAV_E_MODEL_UNKNOWN);
  EXPECT_THAT(e.what(), testing::HasSubstr("dlib, opencv-zoo, dlib-1, sface-1"));
}

TEST(ModelSets, TheFileThatIsThereIsTaken) {
  const fs::path folder = fs::path(testing::TempDir()) / "model_set_test";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const ModelFiles files(folder.string(), /*skip_user_cache=*/true);
  const ModelSet& zoo = model_set("opencv-zoo");
  const ModelEntry &first = manifest_model(zoo.embedder[0]), &second = manifest_model(zoo.embedder[1]);
  EXPECT_EQ(chosen(zoo.embedder, files).id, first.id) << "none is there";
  EXPECT_TRUE(is_needed(zoo, first.id, files));
  std::ofstream(folder / second.file) << "looked at later";
  EXPECT_EQ(chosen(zoo.embedder, files).id, second.id);
  EXPECT_FALSE(is_needed(zoo, first.id, files));
  EXPECT_TRUE(is_needed(zoo, second.id, files));
  EXPECT_EQ(recipe_of(zoo, files).model_sha256, second.sha256);
  std::ofstream(folder / first.file) << "looked at later";
  EXPECT_EQ(recipe_of(zoo, files).model_sha256, first.sha256);
  EXPECT_FALSE(is_needed(zoo, kEmbeddingModel, files));
  fs::remove_all(folder);
}

TEST(ModelSets, StampsDiffer) {
  const ModelFiles files("", /*skip_user_cache=*/true);
  const Recipe dlib = recipe_of(model_set("dlib"), files), zoo = recipe_of(model_set("opencv-zoo"), files);
  EXPECT_EQ(dlib.scoring, "chip=150,padding=0.25;metric=euclidean") << "galleries have it";
  EXPECT_THAT(zoo.scoring, testing::HasSubstr("set=opencv-zoo"));
  EXPECT_EQ(compat_threshold(dlib), 0.6f);
  EXPECT_EQ(compat_threshold(zoo), 1.1287f);
  EXPECT_STREQ(set_of(zoo), "opencv-zoo");
  EXPECT_THAT(advice_for_other(zoo, dlib, "enrol"), testing::HasSubstr("of the set \"opencv-zoo\", or enrol"));
  EXPECT_THAT(advice_for_other(dlib, make_recipe(std::string(64, 'b')), "enrol"), testing::HasSubstr("Use the models"));
  EXPECT_THAT(describe(zoo), testing::HasSubstr("set of models opencv-zoo"));
}

// The norm of an embedding tells which recipe made it, and the stamp which one a gallery is of.
TEST(ModelSets, RecipesOfTheSameModelsDiffer) {
  const ModelFiles files("", /*skip_user_cache=*/true);
  for (const auto& [plain, better] : {std::pair{"dlib", "dlib-1"}, {"opencv-zoo", "sface-1"}}) {
    const ModelSet &a = model_set(plain), &b = model_set(better);
    EXPECT_EQ(recipe_of(a, files).model_sha256, recipe_of(b, files).model_sha256);
    EXPECT_NE(recipe_of(a, files).scoring, recipe_of(b, files).scoring);
    EXPECT_STREQ(set_of(recipe_of(b, files)), better);
    EXPECT_EQ(b.detectors.front(), DetectorKind::yunet);
    EXPECT_EQ(b.detectors.size(), a.detectors.size());
    EXPECT_EQ(a.embedder, b.embedder);
  }
  for (const ModelSet& a : model_sets())
    for (const ModelSet& b : model_sets())
      if (&a != &b) {
        EXPECT_GT(std::abs(a.scoring->norm - b.scoring->norm), 0.01f) << a.name << ' ' << b.name;
      }
}

}  // namespace
}  // namespace visavis
