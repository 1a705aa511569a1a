// Galleries that earlier versions have made, plain, encrypted and in the middle of a change of key: each is brought up
// to date with all it had. ../galleries/README.md says how they were made.
#include <algorithm>
#include <map>
#include <set>

#include "gallery/store/columns.h"
#include "gallery/store/sealed_table.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"
#include "unit/gallery/galleries/holdings.h"

namespace visavis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kFolder = VISAVIS_GALLERIES;

class Galleries : public GalleryTest, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    tamper(read_all(kFolder / (GetParam() + ".sql")));
  }
  bool is_encrypted() const { return GetParam().find("plain") == std::string::npos; }
  bool is_half_resealed() const { return GetParam().ends_with("half_resealed"); }
  bool is_version_1() const { return GetParam().starts_with("version_1"); }
  std::string what_it_held() const { return read_all(kFolder / (GetParam() + ".txt")); }

  std::unique_ptr<Gallery> open(GalleryMode mode = GalleryMode::open_or_create) const {
    GalleryOptions options;
    options.mode = mode;
    if (is_encrypted()) options.key = std::make_shared<KeySource>(by_key(1));
    return Gallery::open(path(), kRecipe, options);
  }
  int64_t value(const char* sql) const {
    Connection connection(path(), Connection::Access::read, 1000);
    Query query(connection, sql);
    return query.next() ? query.integer(0) : -1;
  }
};

TEST_P(Galleries, AllItHeldIsThere) {
  const auto gallery = open();
  EXPECT_EQ(holdings(*gallery), what_it_held());
  EXPECT_THAT(gallery->check(), IsEmpty()) << "word for word what a new one is";
  EXPECT_EQ(value("PRAGMA user_version"), schema::kVersion);
  EXPECT_EQ(value("SELECT count(*) FROM sqlite_master WHERE name LIKE 'old%'"), 0);
  EXPECT_EQ(gallery->state().encrypted, is_encrypted());
  EXPECT_EQ(gallery->state().reencrypting, is_half_resealed());
}

TEST_P(Galleries, IsFoundAsBefore) {
  const auto gallery = open();
  const bool grouped = !is_version_1();
  EXPECT_EQ(gallery->persons({.name = "Zo\u00eb"}).size(), 1u) << "looked up in the normal form";
  EXPECT_EQ(gallery->persons({.name = "Renamed 3"}).size(), 1u);
  EXPECT_EQ(gallery->persons({.external_id = "badge-5"}).size(), 1u);
  EXPECT_EQ(gallery->persons({.group = "n\u00e4chtlich"}).size(), grouped ? 1u : 0u);
  EXPECT_EQ(gallery->persons({.group = "staff"}).size(), grouped ? 3u : 0u);
  for (const int64_t person : {1, 4, 5}) {
    const Embedding face = gallery->templates(person).at(0).embedding;
    EXPECT_THAT(persons_of(gallery->identify(face, 1, 0.01f)), ElementsAre(person));
    EXPECT_EQ(gallery->verify(person, face, 1, {.now = 1700000000000}).eligible, person != 4 || !grouped);
  }
}

TEST_P(Galleries, IsWorkedWithAsBefore) {
  const auto gallery = open();
  const bool audited = !is_version_1();
  EXPECT_EQ(gallery->add_person(named("new")), 9) << "ids that were given out stay given out";
  EXPECT_EQ(gallery->add_template(9, at(1), {}), 10);
  gallery->update_person(6, {.metadata = "{\"new\": true}"});
  gallery->join_group(5, "na\u0308chtlich");
  gallery->leave_group(1, "staff");
  gallery->set_audit(false);
  EXPECT_EQ(gallery->persons({.group = "n\u00e4chtlich"}).size(), audited ? 2u : 1u);
  EXPECT_TRUE(gallery->verify_audit(std::nullopt).sound);
  EXPECT_THAT(gallery->check(), IsEmpty());
}

TEST_P(Galleries, TheChangeOfKeyGoesOn) {
  const auto gallery = open();
  if (!is_encrypted()) {
    EXPECT_EQ(code_of([&] { gallery->rekey(nullptr, true); }), VAV_E_WRONG_STATE);
    return;
  }
  gallery->rekey(nullptr, true);
  EXPECT_FALSE(gallery->state().reencrypting);
  const std::string now = holdings(*gallery), before = what_it_held();
  EXPECT_EQ(now.substr(0, now.find("log ")).find(before.substr(0, before.find("log "))), 0u);
  EXPECT_THAT(now, HasSubstr("log sound"));
  EXPECT_THAT(gallery->check(), IsEmpty());
  EXPECT_EQ(holdings(*open(GalleryMode::read_only)), now);
}

TEST_P(Galleries, NoTagIsOneOfAPlainGalleryUnlessItIsPlain) {
  open();
  EXPECT_EQ(value("SELECT count(*) FROM person WHERE length(tag) <> 16"), is_encrypted() ? 5 : 0);
}

// Bringing a gallery up to date writes tags anew: never over what somebody has altered in the old file.
TEST_P(Galleries, WhatWasAlteredStaysRefused) {
  if (is_version_1()) return;  // had no tags
  tamper("UPDATE person SET enabled = 1, valid_until = NULL WHERE id IN (4, 5)");
  tamper("INSERT INTO membership SELECT 6, id FROM person_group WHERE id = (SELECT min(id) FROM person_group)");
  const auto gallery = open();
  for (const int64_t person : {4, 5, 6})
    EXPECT_EQ(code_of([&] { gallery->persons({.id = person}); }), VAV_E_GALLERY_CORRUPT) << person;
  EXPECT_EQ(gallery->persons({.id = 3}).size(), 1u);
  EXPECT_EQ(gallery->check().size(), 3u);
}

TEST_P(Galleries, OneThatWasMadeToHarmIsRefused) {
  const int64_t version = value("PRAGMA user_version");
  tamper("ALTER TABLE gallery ADD COLUMN hang AS (length(hex(zeroblob(1000000))))");
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(value("PRAGMA user_version"), version);
}

TEST_P(Galleries, LeavesAsItCameInAnExport) {
  const auto gallery = open();
  ASSERT_TRUE(gallery->export_to(path("export"), false)->run(std::chrono::hours(1)));
  const auto fresh = Gallery::open(path("fresh.vav"), kRecipe, {});
  ASSERT_TRUE(fresh->import_from(path("export"), false)->run(std::chrono::hours(1)));
  const std::string now = holdings(*fresh), before = what_it_held();
  const auto persons = [](const std::string& all) {
    const size_t begin = all.find("\nperson");
    return all.substr(begin, std::min(all.find("\ngroup"), all.find("\nthreshold")) - begin);
  };
  EXPECT_EQ(persons(now), persons(before));
}

INSTANTIATE_TEST_SUITE_P(All, Galleries,
                         testing::Values("version_1_plain", "version_2_plain", "version_2_encrypted",
                                         "version_2_half_resealed", "version_3_plain", "version_3_encrypted",
                                         "version_3_half_resealed"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace visavis
