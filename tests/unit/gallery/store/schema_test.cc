// gallery/schema: a file of an earlier version becomes one of this version, whole or not at all.
#include "gallery/store/schema.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "support/gallery_fixture.h"
#include "unit/gallery/store/version_1.h"

namespace visavis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Schema : public GalleryTest {
 protected:
  // One number out of the file, asked as any program could.
  int64_t value(const std::string& sql) {
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path().c_str(), &db, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const int64_t result = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return result;
  }
};

TEST_F(Schema, Version1KeepsAllItHolds) {
  tamper(version_1_sql(kRecipe));
  const auto gallery = open();
  EXPECT_THAT(gallery->check(), IsEmpty()) << "a migrated file is word for word a new one";
  EXPECT_EQ(gallery->stamp().created_at, 1700000000000);
  const auto persons = gallery->persons({});
  ASSERT_EQ(persons.size(), 3u);
  EXPECT_EQ(persons[0].id, 1);
  EXPECT_EQ(persons[1].id, 3);
  EXPECT_EQ(persons[2].id, 4);
  EXPECT_EQ(persons[1].name, "Person 3");
  EXPECT_EQ(persons[1].external_id, "badge-3");
  EXPECT_EQ(persons[2].external_id, std::nullopt);
  EXPECT_EQ(persons[1].metadata, "{\"n\": 3}");
  EXPECT_EQ(persons[1].created_at, 1700000000003);
  EXPECT_EQ(persons[1].updated_at, 1700000001000);
  EXPECT_TRUE(persons[1].enabled);
  EXPECT_EQ(persons[1].valid_until, std::nullopt);
  EXPECT_EQ(gallery->persons({.name = "Person 3"}).size(), 1u);
  EXPECT_EQ(gallery->persons({.external_id = "badge-3"}).size(), 1u);
  const auto templates = gallery->templates(3);
  ASSERT_EQ(templates.size(), 2u);
  EXPECT_EQ(templates[0].id, 5);
  EXPECT_EQ(templates[0].fields.quality, std::nullopt);
  EXPECT_EQ(templates[1].fields.quality, 0.5f);
  EXPECT_EQ(templates[1].fields.source, "photo.jpg");
  EXPECT_EQ(templates[1].created_at, 1700000002000);
  EXPECT_EQ(templates[1].offset, 0);
  const auto found = gallery->identify(templates[1].embedding, 1, kEverything);
  EXPECT_EQ(found.at(0).template_id, 6);
  EXPECT_EQ(found[0].distance, 0);
  EXPECT_EQ(gallery->add_person(named("new")), 6) << "ids that were given out stay given out";
  EXPECT_EQ(gallery->add_template(6, at(1), {}), 11);
}

TEST_F(Schema, AnEmptyVersion1GalleryToo) {
  tamper(version_1_sql(kRecipe, 0));
  const auto gallery = open();
  EXPECT_THAT(gallery->check(), IsEmpty());
  EXPECT_EQ(gallery->add_person(named("first")), 1);
}

TEST_F(Schema, ReadingAnOldGalleryIsRefusedWithTheCure) {
  tamper(version_1_sql(kRecipe));
  const std::string before = read_all(path());
  std::string message;
  EXPECT_EQ(code_of([&] { open(GalleryMode::read_only); }, &message), VAV_E_GALLERY_FORMAT);
  EXPECT_THAT(message, HasSubstr("open it for writing once"));
  EXPECT_TRUE(read_all(path()) == before);
  open();
  EXPECT_EQ(open(GalleryMode::read_only)->counts().persons, 3);
}

TEST_F(Schema, AnotherRecipeIsRefusedBeforeAnythingChanges) {
  tamper(version_1_sql(make_recipe(std::string(64, 'b'))));
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_RECIPE);
  EXPECT_EQ(value("PRAGMA user_version"), 1);
}

TEST_F(Schema, ManyAtOnceMigrateOnce) {
  tamper(version_1_sql(kRecipe, 200));
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { open()->add_person(named("new")); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(open()->counts().persons, 198 + 6);
  EXPECT_THAT(open()->check(), IsEmpty());
}

TEST_F(Schema, AKilledMigrationLeavesTheOldOrTheNew) {
  std::mt19937 random(5);
  int old = 0;
  for (int round = 0; round < 12; ++round) {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path() + end);
    tamper(version_1_sql(kRecipe, 3000));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      open();
      _exit(0);
    }
    usleep(random() % 60'000);
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    const int64_t version = value("PRAGMA user_version");
    EXPECT_TRUE(version == 1 || version == schema::kVersion);
    old += version == 1;
    EXPECT_EQ(value("SELECT count(*) FROM template"), 2 * 2998);
    EXPECT_EQ(value("SELECT count(*) FROM sqlite_master WHERE name LIKE 'old%'"), 0);
    EXPECT_THAT(open()->check(), IsEmpty());
  }
  EXPECT_GT(old, 0) << "no child was killed early enough to prove anything";
}

TEST_F(Schema, AFullDiskLeavesTheOld) {
  tamper(version_1_sql(kRecipe, 2000));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{2700 << 10, 2700 << 10};
    setrlimit(RLIMIT_FSIZE, &limit);
    const vav_status code = code_of([&] { open(); });
    _exit(code == VAV_E_IO || code == VAV_E_DISK_FULL ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(value("PRAGMA user_version"), 1);
  EXPECT_EQ(open()->counts().persons, 1998);
}

}  // namespace
}  // namespace visavis
