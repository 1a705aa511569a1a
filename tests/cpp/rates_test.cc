// The C++ layer's error rates: limits of models, of a search and of a comparison.
#include <cstdint>
#include <string>
#include <vector>

#include "cpp/scratch.h"

namespace {

using scratch::code_of;
using scratch::flat;

TEST(RatesTest, ModelsSayWhatARateAndAThresholdMean) {
  const visavis::Models models;
  const visavis::Limits usual = models.limits();
  EXPECT_FLOAT_EQ(usual.threshold, models.default_threshold());
  EXPECT_EQ(usual.support, VAV_SUPPORT_MEASURED);
  visavis::Asked asked;
  asked.false_rate = 1e-4f;
  EXPECT_LT(models.limits(asked).threshold, usual.threshold);
  EXPECT_LT(models.limits(asked, 100).threshold, models.limits(asked).threshold);
  asked.preset = VAV_PRESET_COMPAT;
  asked.false_rate = 0;
  EXPECT_EQ(models.limits(asked, 1000).threshold, 0.6f);
  EXPECT_GT(models.limits(asked, 1000).rate, 0.9f);
  asked.false_rate = 2;
  EXPECT_EQ(code_of([&] { models.limits(asked); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_NE(std::string(models.calibration()).find("\"rows\""), std::string::npos);
}

TEST(RatesTest, ATableOfOnesOwn) {
  scratch::Folder folder;
  const visavis::Models ours;
  EXPECT_EQ(ours.model_sha256().size(), 64u);
  EXPECT_NE(ours.recipe().find("metric="), std::string::npos);
  EXPECT_EQ(ours.limits().table, VAV_TABLE_LIBRARY);
  visavis::ModelsOptions options;
  options.calibration = folder.file("gone.json");
  EXPECT_EQ(code_of([&] { visavis::Models own(options); }), VAV_E_FILE_NOT_FOUND);
}

TEST(RatesTest, SimilarityIsAProbability) {
  const visavis::Models models;
  const std::vector<visavis::Similarity> all = models.similarities({0.45f, 0.65f}, 0.01f);
  EXPECT_GT(all[0].probability, all[1].probability);
  EXPECT_EQ(all[0].support, VAV_SUPPORT_MEASURED);
  EXPECT_GT(models.similarity(0.45f).probability, all[0].probability);
  EXPECT_EQ(code_of([&] { models.similarity(-1); }), VAV_E_INVALID_ARGUMENT);
}

TEST(RatesTest, AnswersSayTheirLimits) {
  scratch::Folder folder;
  const visavis::Models models;
  visavis::Gallery gallery(folder.file("people.vav"), models);
  for (int i = 0; i < 20; ++i) gallery.add_template(gallery.add_person("p" + std::to_string(i)), flat(float(i)));
  visavis::IdentifyOptions how;
  how.preset = VAV_PRESET_DOOR;
  const visavis::Limits door = gallery.identify(flat(0), how).limits();
  EXPECT_EQ(door.comparisons, 20);
  EXPECT_LT(door.threshold, door.review);
  EXPECT_GT(door.margin, 0);
  how.preset = VAV_PRESET_DEFAULT;
  how.false_rate = 0.25f;
  EXPECT_NEAR(gallery.identify(flat(0), how).limits().rate, 0.25f, 0.001f);
  const visavis::Comparison same = gallery.verify(1, flat(0), how);
  EXPECT_EQ(same.support, VAV_SUPPORT_MEASURED);
  EXPECT_GT(same.rate, 0);
  EXPECT_EQ(visavis::compare(flat(0.12f), flat(0.12f)).support, VAV_SUPPORT_NOT_EVALUATED);
  EXPECT_EQ(visavis::compare(flat(0.12f), flat(0.12f)).rate, 0);
}

TEST(ClusteringTest, PutsFacesTogetherAndKeepsLabels) {
  const visavis::Models models;
  std::vector<float> faces(std::size_t{3} * VAV_EMBEDDING_DIM);
  for (const std::size_t at : {std::size_t{0}, std::size_t{VAV_EMBEDDING_DIM + 1}, std::size_t{2 * VAV_EMBEDDING_DIM}})
    faces[at] = 1.3f;  // as long as one of a face
  visavis::ClusteringOptions options;
  options.asked.preset = VAV_PRESET_STANDARD;
  options.threads = 1;
  visavis::Clustering clustering(models, faces, VAV_EMBEDDING_DIM, options);
  EXPECT_EQ(clustering.limits().comparisons, 2);
  EXPECT_EQ(code_of([&] { clustering.labels(); }), VAV_E_WRONG_STATE);
  std::int64_t done = 0;
  clustering.finish([&](const visavis::JobProgress &now) { done = now.done; });
  EXPECT_EQ(done, 6);
  EXPECT_EQ(clustering.labels(), (std::vector<std::int64_t>{1, 2, 1}));
  EXPECT_EQ(clustering.labels({0, 0, 9}), (std::vector<std::int64_t>{9, 10, 9}));
  EXPECT_EQ(code_of([&] { clustering.labels({9}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { visavis::Clustering(models, faces, 100); }), VAV_E_INVALID_ARGUMENT);
  visavis::Clustering again(models, faces.data(), 3, VAV_EMBEDDING_DIM);
  EXPECT_TRUE(again.run().finished);
  again.finish();
}

}  // namespace
