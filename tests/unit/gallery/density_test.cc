// gallery: a recipe with a density decides alike wherever it compares: searches, verify, duplicates, an import, a move.
#include <algorithm>
#include <set>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Recipe kDensity = make_recipe(std::string(64, 'd'), kDlibEmbedding, kDlib1Scoring);

class DensityGallery : public GalleryTest {
 protected:
  static constexpr int kPersons = 40;

  // Of two recipes' models for the same face, and near to each other for the faces of one person.
  static Embedding face(int person, int photo) {
    Embedding e = Embeddings(unsigned(person)).next();
    const Embedding other = Embeddings(unsigned(1000 * person + photo)).next();
    for (size_t i = 0; i < e.size(); ++i) e[i] += 0.4f * other[i];
    centre(kDlib1Density, kDlib1Scoring.norm, e);
    return e;
  }
  std::unique_ptr<Gallery> filled(const std::string& name = "people.vav") const {
    auto gallery = Gallery::open(path(name), kDensity, {});
    gallery->begin();
    for (int i = 1; i <= kPersons; ++i) {
      const int64_t person = gallery->add_person(named("Person " + std::to_string(i)));
      for (int photo = 1; photo <= 2; ++photo) gallery->add_template(person, face(i, photo), {});
    }
    gallery->commit();
    return gallery;
  }
  static float distance(int person, const Embedding& probe) {
    return std::min(distance_between(kDensity, face(person, 1), probe),
                    distance_between(kDensity, face(person, 2), probe));
  }
  static void expect_right(Gallery& gallery) {
    std::set<std::pair<int64_t, int64_t>> near;  // persons who are within kNear of each other
    for (int i = 1; i <= kPersons; ++i) {
      const Embedding probe = face(i, 3);
      const auto found = gallery.identify(probe, kPersons, kEverything);
      ASSERT_THAT(found, SizeIs(kPersons));
      for (const Match& one : found) EXPECT_NEAR(one.distance, distance(int(one.person), probe), 1e-5);
      EXPECT_TRUE(std::ranges::is_sorted(found, {}, &Match::distance));
      EXPECT_NEAR(gallery.verify(i, probe).distance.value(), distance(i, probe), 1e-5);
      for (int other = i + 1; other <= kPersons; ++other)
        if (std::min(distance(i, face(other, 1)), distance(i, face(other, 2))) <= kNear) near.insert({i, other});
    }
    std::set<std::pair<int64_t, int64_t>> pairs;
    for (const Duplicate& one : gallery.duplicates(0, kPersons, kNear).pairs) pairs.insert({one.person, one.other});
    EXPECT_EQ(pairs, near);
    EXPECT_FALSE(pairs.empty() || pairs.size() == kPersons * (kPersons - 1) / 2) << "nothing was tested";
    EXPECT_THAT(gallery.check(), IsEmpty());
  }
  static constexpr float kNear = 0.94f;
};

TEST_F(DensityGallery, EveryDistanceIsThatOfTheRecipe) {
  const auto gallery = filled();
  expect_right(*gallery);
  EXPECT_EQ(Gallery::recipe_at(path()), kDensity);
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_RECIPE);
}

TEST_F(DensityGallery, AnExportBringsItOver) {
  ASSERT_TRUE(filled("first.vav")->export_to(path("first.export"), false)->run(std::chrono::hours(1)));
  const auto gallery = Gallery::open(path(), kDensity, {});
  ASSERT_TRUE(gallery->import_from(path("first.export"), false)->run(std::chrono::hours(1)));
  expect_right(*gallery);
}

TEST_F(DensityGallery, AMoveToItGivesEachTemplateItsOffset) {
  {
    const auto gallery = open();
    gallery->begin();
    for (int i = 1; i <= kPersons; ++i) {
      const int64_t person = gallery->add_person(named("Person " + std::to_string(i)));
      for (int photo = 1; photo <= 2; ++photo) {
        const int64_t id = gallery->add_template(person, Embeddings(unsigned(i)).next(), {});
        gallery->stage(kDensity, id, face(i, photo));
      }
    }
    gallery->commit();
    gallery->move(kDensity, false);
  }
  expect_right(*Gallery::open(path(), kDensity, {}));
}

// Somebody who may write the file, and would have a template near to everybody.
TEST_F(DensityGallery, AnotherOffsetThanTheEmbeddingsOwnIsDamage) {
  filled();
  tamper("UPDATE template SET embedding = CAST(substr(embedding, 1, 512) || x'00000000' AS BLOB) WHERE id = 7");
  std::string message;
  EXPECT_EQ(code_of([&] { Gallery::open(path(), kDensity, {})->identify(face(1, 3), 1, 1); }, &message),
            VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(message, HasSubstr("template 7"));
}

}  // namespace
}  // namespace visavis
