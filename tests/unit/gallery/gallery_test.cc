// gallery/gallery through one handle: persons, templates, search, and what a caller is told.
#include "gallery/gallery.h"

#include <cmath>

#include "base/vectors.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GalleryOfOne : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    gallery_ = open();
  }
  void TearDown() override {
    gallery_.reset();
    GalleryTest::TearDown();
  }
  int64_t add(const std::string& name, std::initializer_list<float> places) {
    const int64_t person = gallery_->add_person(named(name));
    for (const float x : places) gallery_->add_template(person, at(x), {});
    return person;
  }
  Person person(int64_t id) {
    const auto found = gallery_->persons({.id = id});
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? Person{} : found.front();
  }
  std::vector<int64_t> list(const PersonQuery& query) {
    std::vector<int64_t> ids;
    for (const Person& p : gallery_->persons(query)) ids.push_back(p.id);
    return ids;
  }

  std::unique_ptr<Gallery> gallery_;
};

TEST_F(GalleryOfOne, KeepsWhatItWasTold) {
  const int64_t before = now_ms();
  const int64_t id = gallery_->add_person({"Ada Lovelace 写真", "badge-7", "{\"floor\": 3}"});
  EXPECT_EQ(id, 1);
  const Person ada = person(id);
  EXPECT_EQ(ada.name, "Ada Lovelace 写真");
  EXPECT_EQ(ada.external_id, "badge-7");
  EXPECT_EQ(ada.metadata, "{\"floor\": 3}");
  EXPECT_GE(ada.created_at, before);
  EXPECT_EQ(ada.updated_at, ada.created_at);
  EXPECT_EQ(ada.templates, 0);

  const Person bo = person(gallery_->add_person(named("Bo")));
  EXPECT_EQ(bo.external_id, std::nullopt);
  EXPECT_EQ(bo.metadata, "{}");
  EXPECT_EQ(person(gallery_->add_person({"Cy", "", std::nullopt})).external_id, std::nullopt);
  EXPECT_EQ(person(gallery_->add_person({"Di", "", std::nullopt})).external_id, std::nullopt) << "\"\" is not unique";
}

TEST_F(GalleryOfOne, ChangesOnlyWhatIsGiven) {
  const int64_t id = gallery_->add_person({"Ada", "a", "{\"x\": 1}"});
  gallery_->update_person(id, named("Ada L."));
  EXPECT_EQ(person(id).name, "Ada L.");
  EXPECT_EQ(person(id).external_id, "a");
  EXPECT_EQ(person(id).metadata, "{\"x\": 1}");
  gallery_->update_person(id, {std::nullopt, "b", "{}"});
  EXPECT_EQ(person(id).name, "Ada L.");
  EXPECT_EQ(person(id).external_id, "b");
  EXPECT_EQ(person(id).metadata, "{}");
  gallery_->update_person(id, {std::nullopt, "", std::nullopt});
  EXPECT_EQ(person(id).external_id, std::nullopt);
  EXPECT_GE(person(id).updated_at, person(id).created_at);
}

TEST_F(GalleryOfOne, RefusalsSayWhy) {
  gallery_->add_person({"Ada", "badge-7", std::nullopt});
  const int64_t bo = gallery_->add_person({"Bo", "badge-8", std::nullopt});
  std::string message;
  EXPECT_EQ(code_of([&] { gallery_->add_person({"Cy", "badge-7", std::nullopt}); }, &message), VAV_E_ALREADY_EXISTS);
  EXPECT_THAT(message, HasSubstr("badge-7"));
  EXPECT_EQ(code_of([&] {
              gallery_->update_person(bo, {std::nullopt, "badge-7", std::nullopt});
            }),
            VAV_E_ALREADY_EXISTS);
  gallery_->update_person(bo, {std::nullopt, "badge-8", std::nullopt});  // its own
  EXPECT_EQ(code_of([&] { gallery_->add_person({}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_->add_person(named("")); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_->update_person(bo, named("")); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_->add_person({"Cy", std::nullopt, "[]"}); }), VAV_E_INVALID_ARGUMENT);
  for (const int64_t nobody : {int64_t{0}, int64_t{-1}, int64_t{99}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(code_of([&] { gallery_->update_person(nobody, named("X")); }, &message), VAV_E_NOT_FOUND);
    EXPECT_THAT(message, HasSubstr(std::to_string(nobody)));
    EXPECT_EQ(code_of([&] { gallery_->remove_person(nobody); }), VAV_E_NOT_FOUND);
    EXPECT_EQ(code_of([&] { gallery_->templates(nobody); }), VAV_E_NOT_FOUND);
    EXPECT_EQ(code_of([&] { gallery_->add_template(nobody, at(1), {}); }), VAV_E_NOT_FOUND);
    EXPECT_EQ(code_of([&] { gallery_->remove_template(nobody); }), VAV_E_NOT_FOUND);
    EXPECT_EQ(code_of([&] { gallery_->verify(nobody, at(1)); }), VAV_E_NOT_FOUND);
  }
  EXPECT_EQ(code_of([&] { gallery_->add_template(bo, at(std::nanf("")), {}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_->identify(at(kEverything), 5, kEverything); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_->verify(bo, at(-kEverything)); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(gallery_->counts().persons, 2);
  EXPECT_EQ(gallery_->counts().templates, 0);
}

TEST_F(GalleryOfOne, IdsAreNeverUsedAgain) {
  const int64_t ada = add("Ada", {1, 2});
  gallery_->remove_person(ada);
  const int64_t bo = add("Bo", {});
  EXPECT_GT(bo, ada);
  EXPECT_EQ(gallery_->add_template(bo, at(1), {}), 3);
  gallery_->remove_template(3);
  gallery_.reset();
  gallery_ = open();
  EXPECT_EQ(gallery_->add_template(bo, at(1), {}), 4);
}

TEST_F(GalleryOfOne, ListsByPage) {
  for (int i = 0; i < 25; ++i) gallery_->add_person(named(std::string("P").append(std::to_string(i))));
  gallery_->remove_person(10);
  std::vector<int64_t> all;
  for (PersonQuery page{.limit = 7};;) {
    const auto ids = list(page);
    EXPECT_LE(ids.size(), 7u);
    if (ids.empty()) break;
    all.insert(all.end(), ids.begin(), ids.end());
    page.after = ids.back();
  }
  EXPECT_EQ(all.size(), 24u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_THAT(list({.after = std::numeric_limits<int64_t>::max()}), IsEmpty());
}

TEST_F(GalleryOfOne, ListsWhoIsAskedFor) {
  const int64_t ada = gallery_->add_person({"Ada", "a", std::nullopt});
  const int64_t bo = gallery_->add_person({"Bo", "b", std::nullopt});
  const int64_t other_ada = gallery_->add_person({"Ada", "c", std::nullopt});
  EXPECT_THAT(list({.id = bo}), ElementsAre(bo));
  EXPECT_THAT(list({.name = "Ada"}), ElementsAre(ada, other_ada));
  EXPECT_THAT(list({.name = "ada"}), IsEmpty());
  EXPECT_THAT(list({.external_id = "c"}), ElementsAre(other_ada));
  EXPECT_THAT(list({.external_id = ""}), IsEmpty());
  EXPECT_THAT(list({.name = "Ada", .external_id = "b"}), IsEmpty());
  EXPECT_THAT(list({.id = bo, .name = "Ada"}), IsEmpty());
  EXPECT_THAT(list({.id = bo, .name = "Bo", .external_id = "b"}), ElementsAre(bo));
  EXPECT_THAT(list({.after = ada, .name = "Ada"}), ElementsAre(other_ada));
  EXPECT_THAT(list({.after = bo, .id = bo}), IsEmpty());
  EXPECT_THAT(list({.name = "Ada", .limit = 1}), ElementsAre(ada));
  EXPECT_THAT(list({.name = "' OR 1=1 --"}), IsEmpty());
}

TEST_F(GalleryOfOne, TemplatesComeBackBitForBit) {
  const int64_t ada = add("Ada", {});
  const Embedding embedding = Embeddings(6).next();
  gallery_->add_template(ada, embedding, {0.75f, "door.jpg"});
  gallery_->add_template(ada, at(2), {});
  const auto templates = gallery_->templates(ada);
  ASSERT_EQ(templates.size(), 2u);
  EXPECT_EQ(templates[0].embedding, embedding);
  EXPECT_EQ(templates[0].fields.quality, 0.75f);
  EXPECT_EQ(templates[0].fields.source, "door.jpg");
  EXPECT_GT(templates[0].created_at, 0);
  EXPECT_EQ(templates[1].fields.quality, std::nullopt) << "not evaluated is not 0";
  EXPECT_EQ(templates[1].fields.source, std::nullopt);
  EXPECT_EQ(person(ada).templates, 2);
  EXPECT_THAT(gallery_->templates(add("Bo", {})), IsEmpty());
}

TEST_F(GalleryOfOne, FindsPersonsByTheirNearestTemplate) {
  EXPECT_THAT(gallery_->identify(at(0), 5, kEverything), IsEmpty());
  const int64_t ada = add("Ada", {5, 1});
  const int64_t bo = add("Bo", {2, 1, 9});
  const int64_t cy = add("Cy", {0.5f});
  add("without a face", {});
  const auto matches = gallery_->identify(at(0), 5, kEverything);
  EXPECT_THAT(persons_of(matches), ElementsAre(cy, ada, bo)) << "a tie goes to the older template";
  EXPECT_EQ(matches[0].name, "Cy");
  EXPECT_EQ(matches[1].template_id, 2);
  EXPECT_EQ(matches[2].template_id, 4);
  EXPECT_EQ(matches[2].distance, 1);
  EXPECT_THAT(persons_of(gallery_->identify(at(0), 2, kEverything)), ElementsAre(cy, ada));
  EXPECT_THAT(persons_of(gallery_->identify(at(0), 5, 0.5f)), ElementsAre(cy));
  EXPECT_THAT(gallery_->identify(at(0), 5, 0.25f), IsEmpty());
}

TEST_F(GalleryOfOne, EverySearchSeesTheLastChange) {
  const int64_t ada = add("Ada", {1});
  const int64_t bo = add("Bo", {2});
  EXPECT_THAT(persons_of(gallery_->identify(at(0), 5, kEverything)), ElementsAre(ada, bo));
  gallery_->update_person(ada, named("Ada L."));
  EXPECT_EQ(gallery_->identify(at(0), 1, kEverything)[0].name, "Ada L.");
  const int64_t nearer = gallery_->add_template(bo, at(0.5f), {});
  EXPECT_THAT(persons_of(gallery_->identify(at(0), 5, kEverything)), ElementsAre(bo, ada));
  gallery_->remove_template(nearer);
  EXPECT_THAT(persons_of(gallery_->identify(at(0), 5, kEverything)), ElementsAre(ada, bo));
  gallery_->remove_person(ada);
  EXPECT_THAT(persons_of(gallery_->identify(at(0), 5, kEverything)), ElementsAre(bo));
  gallery_->remove_person(bo);
  EXPECT_THAT(gallery_->identify(at(0), 5, kEverything), IsEmpty());
  EXPECT_EQ(gallery_->counts().templates, 0) << "templates outlived their person";
}

TEST_F(GalleryOfOne, VerifyTakesTheNearestTemplate) {
  const int64_t ada = add("Ada", {5, 1, 3});
  EXPECT_EQ(gallery_->verify(ada, at(0)).distance, 1);
  EXPECT_EQ(gallery_->verify(add("Bo", {}), at(0)).distance, std::nullopt);
}

TEST_F(GalleryOfOne, AgreesWithTheDistanceFunction) {
  Embeddings embeddings(8);
  const Embedding probe = embeddings.next();
  gallery_->begin();
  std::vector<Embedding> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(embeddings.next());
    gallery_->add_template(add("P", {}), all.back(), {});
  }
  gallery_->commit();
  const auto matches = gallery_->identify(probe, 300, kEverything);
  ASSERT_EQ(matches.size(), 300u);
  for (const Match& match : matches)
    EXPECT_EQ(match.distance, euclidean_distance(probe.data(), all[size_t(match.person) - 1].data(), probe.size()));
}

TEST_F(GalleryOfOne, WhatIsRemovedLeavesTheDisk) {
  const std::string secret = "Ada whom nobody shall remember";
  const Embedding embedding = Embeddings(9).next();
  const std::string bytes(reinterpret_cast<const char*>(embedding.data()), 64);
  const auto on_disk = [&](const std::string& what) {
    for (const auto& file : files())
      if (read_all(folder_ / file).find(what) != std::string::npos) return true;
    return false;
  };
  const int64_t ada = gallery_->add_person(named(secret));
  gallery_->add_template(ada, embedding, {});
  EXPECT_TRUE(on_disk(secret) && on_disk(bytes));
  gallery_->remove_person(ada);
  EXPECT_FALSE(on_disk(secret));
  EXPECT_FALSE(on_disk(bytes));
}

TEST_F(GalleryOfOne, ReadOnlyReadsAndRefusesChanges) {
  const int64_t ada = add("Ada", {1});
  gallery_ = nullptr;
  const std::string before = read_all(path());
  gallery_ = open(GalleryMode::read_only);
  EXPECT_THAT(persons_of(gallery_->identify(at(0), 5, kEverything)), ElementsAre(ada));
  EXPECT_EQ(gallery_->verify(ada, at(0)).distance, 1);
  EXPECT_THAT(gallery_->check(), IsEmpty());
  EXPECT_EQ(code_of([&] { gallery_->add_person(named("Bo")); }), VAV_E_PERMISSION);
  EXPECT_EQ(code_of([&] { gallery_->remove_person(ada); }), VAV_E_PERMISSION);
  EXPECT_EQ(code_of([&] { gallery_->begin(); }), VAV_E_PERMISSION);
  EXPECT_EQ(code_of([&] { gallery_->commit(); }), VAV_E_WRONG_STATE);
  EXPECT_THAT(files(), ElementsAre("people.vav"));
  gallery_.reset();
  EXPECT_THAT(files(), ElementsAre("people.vav"));
  EXPECT_TRUE(read_all(path()) == before);
}

// Against comparing every template of every person with every other.
TEST_F(GalleryOfOne, DuplicatesAreAllPairsWithinReachOnce) {
  std::mt19937 random(41);
  std::map<int64_t, std::vector<float>> places;
  for (int i = 0; i < 120; ++i) {
    const int64_t person = gallery_->add_person(named("P"));
    for (unsigned k = 0; k < random() % 5; ++k) {
      places[person].push_back(float(random() % 5000) / 10);
      gallery_->add_template(person, at(places[person].back()), {});
    }
  }
  std::map<std::pair<int64_t, int64_t>, float> expected, found;
  for (const auto& [a, of_a] : places)
    for (const auto& [b, of_b] : places)
      for (const float x : of_a)
        for (const float y : of_b)
          if (a < b && euclidean_distance(at(x).data(), at(y).data(), kDlibEmbedding) <= 0.45f) {
            const float distance = euclidean_distance(at(x).data(), at(y).data(), kDlibEmbedding);
            const auto [place, is_new] = expected.try_emplace({a, b}, distance);
            if (!is_new) place->second = std::min(place->second, distance);
          }
  int64_t after = 0;
  do {
    const DuplicatePage page = gallery_->duplicates(after, 7, 0.45f);
    for (const Duplicate& pair : page.pairs)
      EXPECT_TRUE(found.try_emplace({pair.person, pair.other}, pair.distance).second) << "a pair twice";
    after = page.last;
  } while (after != 0);
  EXPECT_GT(expected.size(), 20u);
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace visavis
