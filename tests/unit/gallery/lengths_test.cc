// A gallery of embeddings of any length: everything that is done with them, and that those of another length are refused.
#include <gtest/gtest.h>

#include <chrono>

#include "gallery/gallery.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

class Lengths : public GalleryTest, public testing::WithParamInterface<size_t> {
 protected:
  void life(const GalleryOptions& options, const std::string& file) {
    const Recipe recipe = make_recipe(std::string(64, 'c'), GetParam());
    Embeddings faces(7, GetParam());
    const Embedding ada = faces.next(), bo = faces.next();
    int64_t person = 0;
    {
      auto gallery = Gallery::open(path(file), recipe, options);
      person = gallery->add_person(named("Ada"));
      gallery->add_template(person, ada, {});
      gallery->add_template(gallery->add_person(named("Bo")), bo, {});
    }
    auto gallery = Gallery::open(path(file), recipe, options);
    const auto found = gallery->identify(ada, 1, 0.5f);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].person, person);
    EXPECT_EQ(found[0].distance, 0);
    EXPECT_EQ(gallery->verify(person, ada).distance, 0);
    EXPECT_GT(gallery->verify(person, bo).distance, 0.5f);
    EXPECT_EQ(gallery->templates(person).at(0).embedding, ada);
    EXPECT_TRUE(gallery->check().empty());

    for (const size_t other : {size_t{0}, GetParam() - 1, GetParam() + 1, size_t{4096}}) {
      const Embedding wrong(other, 0.01f);
      EXPECT_EQ(code_of([&] { gallery->add_template(person, wrong, {}); }), VAV_E_INVALID_ARGUMENT) << other;
      EXPECT_EQ(code_of([&] { gallery->identify(wrong, 1, 0.5f); }), VAV_E_INVALID_ARGUMENT) << other;
      EXPECT_EQ(code_of([&] { gallery->verify(person, wrong); }), VAV_E_INVALID_ARGUMENT) << other;
    }
    std::string message;
    EXPECT_EQ(code_of([&] { gallery->identify(Embedding(77, 0.1f), 1, 0.5f); }, &message), VAV_E_INVALID_ARGUMENT);
    EXPECT_NE(message.find("77"), std::string::npos) << message;
    EXPECT_NE(message.find(std::to_string(GetParam())), std::string::npos) << message;
  }
};
INSTANTIATE_TEST_SUITE_P(Of, Lengths,
                         testing::Values(kShortestEmbedding, size_t{100}, kDlibEmbedding, size_t{512},
                                         kLongestEmbedding));

TEST_P(Lengths, APlainGalleryKeepsThem) { life({}, "plain.vav"); }

TEST_P(Lengths, AnEncryptedGalleryKeepsThem) {
  GalleryOptions options;
  options.key = std::make_shared<KeySource>(by_key(1));
  life(options, "encrypted.vav");
}

TEST_P(Lengths, TheyAreExportedAndImported) {
  const Recipe recipe = make_recipe(std::string(64, 'c'), GetParam());
  auto gallery = Gallery::open(path("from.vav"), recipe, {});
  Embeddings faces(8, GetParam());
  for (int i = 0; i < 5; ++i)
    gallery->add_template(gallery->add_person(named("P" + std::to_string(i))), faces.next(), {});
  ASSERT_TRUE(gallery->export_to(path("people.export"), false)->run(std::chrono::hours(1)));
  auto other = Gallery::open(path("to.vav"), recipe, {});
  ASSERT_TRUE(other->import_from(path("people.export"), false)->run(std::chrono::hours(1)));
  for (const Person& person : gallery->persons({}))
    EXPECT_EQ(other->templates(person.id).at(0).embedding, gallery->templates(person.id).at(0).embedding);

  const Recipe longer = make_recipe(std::string(64, 'c'), GetParam() == 512 ? 256 : 512);
  auto stranger = Gallery::open(path("stranger.vav"), longer, {});
  EXPECT_NE(code_of([&] { stranger->import_from(path("people.export"), false)->run(std::chrono::hours(1)); }), VAV_OK);
  EXPECT_NE(code_of([&] { Gallery::open(path("from.vav"), longer, {}); }), VAV_OK);
}

}  // namespace
}  // namespace visavis
