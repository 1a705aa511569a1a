// gallery/schema: a file of an earlier version becomes one of this version, whole or not at all.
#include "gallery/store/schema.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "gallery/store/embedding_bytes.h"
#include "gallery/store/keyring.h"
#include "gallery/store/person_row.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"
#include "unit/gallery/store/version_1.h"

namespace visavis {
namespace {

using testing::ElementsAre;
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

// Makes a file of this version one of version 2: its gallery table, and what it had in the place of what is new.
std::string to_version_2(bool audit) {
  return std::string(
             "CREATE TEMP TABLE kept AS SELECT id, uid, created_at, model_sha256, scoring FROM gallery;"
             "DROP TABLE gallery; DROP TABLE eligibility_change; DELETE FROM setting WHERE key = 'owner';"
             "CREATE TABLE gallery (\n  id INTEGER PRIMARY KEY CHECK (id = 1),\n"
             "  uid BLOB NOT NULL CHECK (length(uid) = 16),\n  created_at INTEGER NOT NULL,\n"
             "  model_sha256 TEXT NOT NULL,\n  scoring TEXT NOT NULL,\n  candidates INTEGER NOT NULL DEFAULT 0\n);"
             "INSERT INTO gallery SELECT *, 7 FROM kept; PRAGMA user_version = 2;") +
         (audit ? "INSERT INTO setting VALUES ('audit', x'01');" : "");
}

TEST_F(Schema, Version2KeepsAllItHolds) {
  for (const bool encrypted : {false, true}) {
    GalleryOptions options;
    if (encrypted) options.key = std::make_shared<KeySource>(by_key(1));
    const auto open_it = [&] { return Gallery::open(path(), kRecipe, options); };
    {
      const auto gallery = open_it();
      PersonFields fields = named("Zoe\u0308");
      fields.groups = {"na\u0308chtlich"};
      gallery->add_person(fields);
      gallery->add_template(1, at(1), {});
      gallery->add_person({.name = "Bo", .enabled = false});
      gallery->add_template(2, at(5), {});
      gallery->remove_person(gallery->add_person(named("gone")));
      gallery->set_audit(true);
    }
    {
      // Version 2 looked names up as they were typed.
      Connection connection(path(), Connection::Access::write, 1000);
      connection.keep();
      Keyring ring = Keyring::read(connection);
      const GalleryId id = read_gallery_id(connection);
      const KeySource none;
      const Codec codec = ring.codec(id, kRecipe, options.key ? *options.key : none);
      Query(connection, "UPDATE person SET name_key = ?1 WHERE id = 1")
          .bind(codec.key("Zoe\u0308", Column::name))
          .next();
      Query(connection, "UPDATE person_group SET name_key = ?1")
          .bind(codec.key("na\u0308chtlich", Column::group_name))
          .next();
      tag_person_row(connection, codec, 1);
    }
    tamper(to_version_2(true));
    EXPECT_EQ(value("PRAGMA user_version"), 2);
    const auto gallery = open_it();
    EXPECT_EQ(value("PRAGMA user_version"), schema::kVersion);
    EXPECT_THAT(gallery->check(), IsEmpty());
    EXPECT_EQ(gallery->persons({.name = "Zo\u00eb"}).size(), 1u);
    EXPECT_EQ(gallery->persons({.group = "n\u00e4chtlich"}).size(), 1u);
    EXPECT_TRUE(gallery->state().audit);
    EXPECT_TRUE(gallery->verify_audit(std::nullopt).sound);
    EXPECT_THAT(persons_of(gallery->identify(at(0), Search{5, kEverything})), ElementsAre(1));
    EXPECT_EQ(gallery->add_person(named("new")), 4) << "ids that were given out stay given out";
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path() + end);
  }
}

TEST_F(Schema, AVersion2FileThatWasMadeToHarmIsRefused) {
  open()->add_person(named("Ada"));
  tamper(to_version_2(false) + "ALTER TABLE gallery ADD COLUMN hang AS (length(hex(zeroblob(1000000))))");
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(value("PRAGMA user_version"), 2);
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
