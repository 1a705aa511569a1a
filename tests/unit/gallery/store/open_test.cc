// gallery/open: what is opened, what is refused and left as it was, and how a new file comes about.
#include "gallery/store/open.h"

#include <sys/stat.h>

#include <thread>

#include "gallery/store/schema.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Open : public GalleryTest {
 protected:
  // Refused with `code`, whatever the mode, and no byte of the folder is changed.
  void expect_untouched(vav_status code, const std::string& words) {
    const std::string before = read_all(path());
    const auto files_before = files();
    for (const auto mode : {GalleryMode::open_or_create, GalleryMode::must_exist, GalleryMode::read_only}) {
      std::string message;
      EXPECT_EQ(code_of([&] { open(mode); }, &message), code) << message;
      EXPECT_THAT(message, HasSubstr(words));
      EXPECT_THAT(message, HasSubstr("people.vav"));
      EXPECT_TRUE(read_all(path()) == before);
      EXPECT_EQ(files(), files_before);
    }
    EXPECT_EQ(code_of([&] { open(GalleryMode::must_be_new); }), VAV_E_ALREADY_EXISTS);
  }
};

// Whatever a newer version has made of its tables, it is not damage.
TEST_F(Open, OneThatANewerVersionUpdatesWhileItIsOpenIsNotCalledDamaged) {
  const auto writer = open();
  const int64_t ada = writer->add_person(named("Ada"));
  const auto reader = open(GalleryMode::read_only);
  EXPECT_EQ(reader->persons({}).size(), 1u);
  tamper("ALTER TABLE person ADD COLUMN department TEXT; PRAGMA user_version = 99");
  for (const auto& gallery : {writer.get(), reader.get()}) {
    std::string message;
    EXPECT_EQ(code_of([&] { gallery->persons({}); }, &message), VAV_E_GALLERY_FORMAT) << message;
    EXPECT_THAT(message, HasSubstr("newer version"));
  }
  EXPECT_EQ(code_of([&] { writer->remove_person(ada); }), VAV_E_GALLERY_FORMAT);
}

TEST_F(Open, ModesSayWhatMayExist) {
  EXPECT_EQ(code_of([&] { open(GalleryMode::must_exist); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(code_of([&] { open(GalleryMode::read_only); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_THAT(files(), IsEmpty());
  open(GalleryMode::must_be_new);
  EXPECT_EQ(code_of([&] { open(GalleryMode::must_be_new); }), VAV_E_ALREADY_EXISTS);
  open(GalleryMode::must_exist);
  open(GalleryMode::read_only);
  open();
  EXPECT_THAT(files(), ElementsAre("people.vav")) << "something was left beside the gallery";
}

TEST_F(Open, NewFileIsStampedAndTheOwnersAlone) {
  const int64_t before = now_ms();
  const auto gallery = open();
  EXPECT_EQ(gallery->stamp().recipe, kRecipe);
  EXPECT_GE(gallery->stamp().created_at, before);
  EXPECT_LE(gallery->stamp().created_at, now_ms());
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms(0600));
}

TEST_F(Open, AnEmptyFileBecomesAGalleryAndKeepsItsRights) {
  write_all(path(), "");
  fs::permissions(path(), fs::perms(0640));
  EXPECT_EQ(code_of([&] { open(GalleryMode::must_exist); }), VAV_E_GALLERY_FORMAT);
  EXPECT_EQ(code_of([&] { open(GalleryMode::read_only); }), VAV_E_GALLERY_FORMAT);
  EXPECT_EQ(fs::file_size(path()), 0u);
  open()->add_person(named("Ada"));
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms(0640));
  EXPECT_EQ(open(GalleryMode::read_only)->counts().persons, 1);
}

TEST_F(Open, NamesHaveNoMeaningToSQLite) {
  fs::current_path(folder_);
  for (const std::string name : {"plain", "with space", "-dash", "größe 写真.vav", "a?mode=memory", "50%25#x",
                                 ":memory:", "file:x?mode=memory", "file::memory:"}) {
    auto gallery = Gallery::open(name, kRecipe, {});
    gallery->add_person(named("Ada"));
    gallery.reset();
    EXPECT_TRUE(fs::exists(folder_ / name)) << name;
    EXPECT_EQ(Gallery::open(name, kRecipe, {GalleryMode::read_only})->counts().persons, 1) << name;
  }
  fs::current_path("/");
  EXPECT_EQ(code_of([&] { Gallery::open("", kRecipe, {}); }), VAV_E_INVALID_ARGUMENT);
}

TEST_F(Open, WhatIsNoFileOrNoFolderIsSaid) {
  fs::create_directory(path("folder"));
  EXPECT_EQ(code_of([&] { Gallery::open(path("folder"), kRecipe, {}); }), VAV_E_GALLERY_FORMAT);
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(code_of([&] { Gallery::open(path("pipe"), kRecipe, {}); }), VAV_E_GALLERY_FORMAT);
  EXPECT_EQ(code_of([&] { Gallery::open(path("no/such/folder.vav"), kRecipe, {}); }), VAV_E_FILE_NOT_FOUND);
  write_all(path("plain"), "x");
  EXPECT_EQ(code_of([&] { Gallery::open(path("plain/people.vav"), kRecipe, {}); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(code_of([&] { Gallery::open(path(std::string(300, 'x')), kRecipe, {}); }), VAV_E_IO);
}

TEST_F(Open, ALinkLeadsToItsFile) {
  open()->add_person(named("Ada"));
  fs::create_directory(path("elsewhere"));
  fs::create_symlink(path(), path("elsewhere/link"));
  const auto there = open();
  const auto linked = Gallery::open(path("elsewhere/link"), kRecipe, {});
  there->add_person(named("Bo"));
  EXPECT_EQ(linked->counts().persons, 2);
}

TEST_F(Open, NoSQLiteFileIsLeftUntouched) {
  for (const std::string& bytes : {std::string("x"), std::string("{\"json\": true}\n"), std::string(5000, '\0'),
                                   std::string("SQLite format 3\0", 16) + std::string(84, '\1')}) {
    write_all(path(), bytes);
    expect_untouched(VAV_E_GALLERY_FORMAT, "left untouched");
  }
}

TEST_F(Open, AnotherApplicationsDatabaseIsLeftUntouched) {
  tamper("CREATE TABLE orders (id); INSERT INTO orders VALUES (1)");
  expect_untouched(VAV_E_GALLERY_FORMAT, "another application");
  tamper("PRAGMA application_id = 77");
  expect_untouched(VAV_E_GALLERY_FORMAT, "another application");
}

TEST_F(Open, AnotherApplicationsLogIsLeftUntouched) {
  // A database whose only content is in its log, as after a crash: copied while it is open.
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path("live").c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE orders (id); INSERT INTO orders VALUES (1)",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  fs::copy(path("live"), path());
  fs::copy(path("live-wal"), path("people.vav-wal"));
  sqlite3_close(db);
  const std::string file = read_all(path()), log = read_all(path("people.vav-wal"));
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_FORMAT);
  EXPECT_TRUE(read_all(path()) == file);
  EXPECT_TRUE(read_all(path("people.vav-wal")) == log);
}

TEST_F(Open, ANewerSchemaIsLeftUntouched) {
  open();
  tamper("PRAGMA user_version = " + std::to_string(schema::kVersion + 1));
  expect_untouched(VAV_E_GALLERY_FORMAT, "newer");
}

TEST_F(Open, AnotherRecipeIsRefusedAndBothAreNamed) {
  open()->add_person(named("Ada"));
  std::string message;
  const Recipe other = make_recipe(std::string(64, 'b'));
  EXPECT_EQ(code_of([&] { Gallery::open(path(), other, {}); }, &message), VAV_E_GALLERY_RECIPE);
  EXPECT_THAT(message, HasSubstr(kRecipe.model_sha256));
  EXPECT_THAT(message, HasSubstr(other.model_sha256));
  Recipe other_metric = kRecipe;
  other_metric.scoring = "chip=150,padding=0.25;metric=cosine";
  EXPECT_EQ(code_of([&] { Gallery::open(path(), other_metric, {}); }, &message), VAV_E_GALLERY_RECIPE);
  EXPECT_THAT(message, HasSubstr("metric=cosine"));
  EXPECT_THAT(message, HasSubstr("metric=euclidean"));
}

TEST_F(Open, MissingStampAndMissingTablesAreDamage) {
  open();
  tamper("DELETE FROM gallery");
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_CORRUPT);
  tamper("DROP TABLE gallery");
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_CORRUPT);
  tamper("PRAGMA user_version = 0");
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_CORRUPT);
}

TEST_F(Open, ManyAtOnceCreateOneGallery) {
  for (int round = 0; round < 10; ++round) {
    const std::string file = path(std::string("round").append(std::to_string(round)));
    std::vector<std::thread> threads;
    std::atomic<int> opened = 0, created = 0;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        const GalleryMode mode = i % 2 ? GalleryMode::open_or_create : GalleryMode::must_be_new;
        std::string message;
        const vav_status code =
            code_of([&] { Gallery::open(file, kRecipe, {mode})->add_person(named("Ada")); }, &message);
        if (code == VAV_OK) ++opened;
        if (mode == GalleryMode::must_be_new) {
          EXPECT_TRUE(code == VAV_OK || code == VAV_E_ALREADY_EXISTS) << message;
          if (code == VAV_OK) ++created;
        } else {
          EXPECT_EQ(code, VAV_OK) << message;
        }
      });
    for (auto& thread : threads) thread.join();
    EXPECT_LE(created, 1);
    EXPECT_EQ(Gallery::open(file, kRecipe, {})->counts().persons, opened);
  }
}

}  // namespace
}  // namespace visavis
