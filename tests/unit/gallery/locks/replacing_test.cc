// gallery/locks, replaced_file: backup and export onto what is there. Nobody's open gallery is replaced.
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Replacing : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    source_ = Gallery::open(path("source.vav"), kRecipe, {});
    source_->begin();
    for (int i = 0; i < 300; ++i) source_->add_template(source_->add_person(named("source")), at(float(i)), {});
    source_->commit();
    open()->add_person(named("there"));
  }
  void TearDown() override {
    source_.reset();
    GalleryTest::TearDown();
  }
  std::unique_ptr<Job> start(bool backup) {
    return backup ? source_->backup(path(), true) : source_->export_to(path(), true);
  }
  std::unique_ptr<Gallery> source_;
};

TEST_F(Replacing, AGalleryThatSomebodyHasOpenIsNotReplaced) {
  for (const bool backup : {true, false}) {
    const auto idle = open(GalleryMode::must_exist);
    std::string message;
    EXPECT_EQ(code_of([&] { start(backup); }, &message), VAV_E_GALLERY_BUSY);
    EXPECT_THAT(message, HasSubstr("open"));
    idle->add_person(named("later"));
  }
  EXPECT_THAT(names(), ElementsAre("there", "later", "later"));
}

// A read-only handle takes none of SQLite's locks while nobody writes, and counts all the same.
TEST_F(Replacing, AReadOnlyHandleCountsAsSomebody) {
  for (const bool backup : {true, false}) {
    auto reader = open(GalleryMode::read_only);
    EXPECT_EQ(code_of([&] { start(backup); }), VAV_E_GALLERY_BUSY);
    EXPECT_EQ(reader->counts().persons, 1);
    reader.reset();
    const auto job = start(backup);
    EXPECT_EQ(code_of([&] { open(GalleryMode::read_only, 1); }), VAV_E_GALLERY_BUSY);
  }
  EXPECT_THAT(names(), ElementsAre("there"));
}

TEST_F(Replacing, WhoeverOpensMeanwhileWaitsAndGetsTheNewOne) {
  auto job = start(true);
  std::thread other([&] {
    usleep(20'000);
    job->run(kToTheEnd);
  });
  EXPECT_EQ(open(GalleryMode::read_only)->counts().persons, 300);
  other.join();
}

TEST_F(Replacing, PlainSqliteCountsAsSomebody) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "SELECT count(*) FROM person", nullptr, nullptr, nullptr), SQLITE_OK);
  for (const bool backup : {true, false}) EXPECT_EQ(code_of([&] { start(backup); }), VAV_E_GALLERY_BUSY);
  sqlite3_close(db);
}

TEST_F(Replacing, NobodyOpensWhatIsBeingReplaced) {
  const auto job = start(true);
  EXPECT_FALSE(job->run(milliseconds(0)));
  EXPECT_EQ(code_of([&] { open(GalleryMode::must_exist, 1)->add_person(named("late")); }), VAV_E_GALLERY_BUSY);
  EXPECT_TRUE(job->run(kToTheEnd));
  const auto restored = open(GalleryMode::must_exist, 1);  // though the job is still there
  EXPECT_EQ(restored->counts().persons, 300);
  EXPECT_THAT(restored->check(), IsEmpty());
}

TEST_F(Replacing, AJobThatIsGivenUpLetsTheGalleryGo) {
  for (const bool backup : {true, false}) {
    start(backup)->run(milliseconds(0));
    open(GalleryMode::must_exist, 1)->add_person(named("more"));
  }
  EXPECT_THAT(names(), ElementsAre("there", "more", "more"));
}

// A killed program leaves its changes in the log: they are somebody's, and would damage the new file.
TEST_F(Replacing, ALogBesideTheTargetIsRefused) {
  for (const char* end : {"-wal", "-journal", "-shm"})
    for (const bool backup : {true, false}) {
      std::string message;
      write_all(path() + end, "left by a killed program");
      EXPECT_EQ(code_of([&] { start(backup); }, &message), VAV_E_GALLERY_BUSY);
      EXPECT_THAT(message, HasSubstr(end));
      write_all(path("new.vav") + end, "left by a killed program");
      EXPECT_EQ(code_of([&] { source_->backup(path("new.vav"), false); }), VAV_E_GALLERY_BUSY);
      fs::remove(path() + end);
      fs::remove(path("new.vav") + end);
      const auto job = start(backup);
      EXPECT_FALSE(job->run(milliseconds(0)));
      write_all(path() + end, "appeared meanwhile");
      EXPECT_EQ(code_of([&] { job->run(kToTheEnd); }), VAV_E_GALLERY_BUSY);
      fs::remove(path() + end);
    }
  EXPECT_THAT(names(), ElementsAre("there"));
  EXPECT_THAT(files(), testing::Each(testing::Not(HasSubstr("partial"))));
}

// What a writer wrote stays in the log when a reader closes last; only who may write takes it into the file.
TEST_F(Replacing, TheAdviceAboutALogThatAReaderLeftWorks) {
  auto writer = open(), reader = open(GalleryMode::read_only);
  writer->add_person(named("in the log"));
  EXPECT_EQ(reader->counts().persons, 2);
  writer.reset();
  reader.reset();
  std::string message;
  ASSERT_EQ(code_of([&] { start(true); }, &message), VAV_E_GALLERY_BUSY);
  EXPECT_THAT(message, HasSubstr("for writing and close it first (`visavis gallery compact` does)"));
  open()->compact();
  EXPECT_TRUE(start(true)->run(kToTheEnd));
}

TEST_F(Replacing, WhatWasPutThereMeanwhileStays) {
  for (const bool backup : {true, false}) {
    const auto job = start(backup);
    fs::rename(path(), path("aside"));
    write_all(path(), "precious");
    EXPECT_EQ(code_of([&] { job->run(kToTheEnd); }), VAV_E_GALLERY_BUSY);
    EXPECT_EQ(read_all(path()), "precious");
    fs::rename(path("aside"), path());
  }
  const auto job = source_->backup(path("new.vav"), true);
  Gallery::open(path("new.vav"), kRecipe, {})->add_person(named("new"));
  const vav_status code = code_of([&] { job->run(kToTheEnd); });
  EXPECT_TRUE(code == VAV_E_GALLERY_BUSY || code == VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(Gallery::open(path("new.vav"), kRecipe, {})->counts().persons, 1);
}

TEST_F(Replacing, OnlyOrdinaryFilesAreReplaced) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  fs::create_directory(path("folder"));
  for (const char* name : {"pipe", "folder"}) {
    EXPECT_EQ(code_of([&] { source_->backup(path(name), true); }), VAV_E_INVALID_ARGUMENT);
    EXPECT_EQ(code_of([&] { source_->export_to(path(name), true); }), VAV_E_INVALID_ARGUMENT);
  }
}

}  // namespace
}  // namespace visavis
