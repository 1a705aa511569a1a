// gallery/lock_vfs, replaced_file and base/own_place: one gallery has one name, one log and one shared memory, and
// nothing else is ever put where these lie.
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/new_file.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kEnds[] = {"-wal", "-shm", "-journal"};

class Places : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    const auto gallery = open();
    gallery->add_template(gallery->add_person(named("Ada")), at(1), {});
  }
};

// ---- Names that belong to another file ----

TEST_F(Places, NothingIsPutWhereAGalleryKeepsItsLog) {
  const auto source = Gallery::open(path("source.vav"), kRecipe, {});
  source->add_person(named("source"));
  fs::create_symlink(path(), path("link.vav"));
  fs::create_directory(path("folder"));
  for (const bool is_open : {true, false}) {
    const auto gallery = is_open ? open() : nullptr;
    if (gallery) gallery->add_person(named("in the log"));
    const auto before = files();
    for (const char* end : kEnds)
      for (const std::string& target :
           {path() + end, path("source.vav") + end, path("folder/../people.vav") + end, path("link.vav") + end}) {
        std::string message;
        EXPECT_EQ(code_of([&] { source->backup(target, true); }, &message), VAV_E_INVALID_ARGUMENT) << target;
        EXPECT_THAT(message, HasSubstr("another name"));
        EXPECT_EQ(code_of([&] { source->export_to(target, true); }), VAV_E_INVALID_ARGUMENT) << target;
        EXPECT_EQ(code_of([&] { write_file_atomically(target, {}); }), VAV_E_INVALID_ARGUMENT) << target;
        if (!fs::exists(target)) {
          EXPECT_EQ(code_of([&] { Gallery::open(target, kRecipe, {}); }), VAV_E_INVALID_ARGUMENT) << target;
        }
      }
    EXPECT_EQ(files(), before);
  }
  // A link to a log leads to that log.
  const auto gallery = open();
  fs::create_symlink(path() + "-wal", path("other name"));
  EXPECT_EQ(code_of([&] { source->export_to(path("other name"), true); }), VAV_E_INVALID_ARGUMENT);
  // Of a file that is not there, and of a folder, nothing is kept.
  EXPECT_TRUE(source->backup(path("nobody-wal"), false)->run(kToTheEnd));
  EXPECT_TRUE(source->export_to(path("folder-journal"), false)->run(kToTheEnd));
}

// Also when the other file came while the job was under way.
TEST_F(Places, AFileThatCameMeanwhileKeepsItsLogsName) {
  const auto source = Gallery::open(path("source.vav"), kRecipe, {});
  const auto job = source->export_to(path("late-journal"), false);
  write_all(path("late"), "");
  EXPECT_EQ(code_of([&] { job->run(kToTheEnd); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_FALSE(fs::exists(path("late-journal")));
}

// The other way round: SQLite would take the file for its own.
TEST_F(Places, NoGalleryIsMadeWhereAnotherFileHasItsLogsName) {
  for (const char* end : kEnds) {
    write_all(path("new.vav") + end, "somebody's");
    EXPECT_EQ(code_of([&] { Gallery::open(path("new.vav"), kRecipe, {}); }), VAV_E_GALLERY_BUSY) << end;
    EXPECT_EQ(code_of([&] { open()->backup(path("new.vav"), false); }), VAV_E_GALLERY_BUSY) << end;
    EXPECT_EQ(read_all(path("new.vav") + end), "somebody's");
    fs::remove(path("new.vav") + end);
  }
}

// ---- Two names for one file ----

TEST_F(Places, AFileWithTwoNamesIsRefused) {
  fs::create_hard_link(path(), path("twin.vav"));
  for (const char* name : {"people.vav", "twin.vav"})
    for (const auto mode : {GalleryMode::open_or_create, GalleryMode::must_exist, GalleryMode::read_only}) {
      std::string message;
      EXPECT_EQ(code_of([&] { Gallery::open(path(name), kRecipe, {mode}); }, &message), VAV_E_GALLERY_FORMAT);
      EXPECT_THAT(message, HasSubstr("remove the other"));
    }
  fs::remove(path("twin.vav"));
  EXPECT_EQ(open()->counts().persons, 1);
}

TEST_F(Places, ASecondNameThatCameMeanwhileIsRefusedToTheNeighbour) {
  for (const bool read_only : {true, false}) {
    const auto gallery = open(read_only ? GalleryMode::read_only : GalleryMode::must_exist);
    fs::create_hard_link(path(), path("twin.vav"));
    EXPECT_EQ(code_of([&] { Gallery::open(path("twin.vav"), kRecipe, {}); }), VAV_E_GALLERY_FORMAT);
    fs::remove(path("twin.vav"));
    EXPECT_EQ(gallery->counts().persons, 1);
  }
}

// Renamed while it is open, and opened by its new name: there is only one name, but there would be two logs.
TEST_F(Places, AFileThatIsOpenUnderAnotherNameIsRefused) {
  for (const bool read_only : {true, false}) {
    auto gallery = open(read_only ? GalleryMode::read_only : GalleryMode::must_exist);
    if (!read_only) gallery->add_person(named("in the log of the old name"));
    fs::rename(path(), path("renamed.vav"));
    std::string message;
    EXPECT_EQ(code_of(
                  [&] {
                    Gallery::open(path("renamed.vav"), kRecipe, {GalleryMode::must_exist, 1});
                  },
                  &message),
              VAV_E_GALLERY_BUSY);
    EXPECT_THAT(message, HasSubstr("another name"));
    EXPECT_EQ(code_of([&] { gallery->counts(); }), VAV_E_IO);
    fs::rename(path("renamed.vav"), path());
    EXPECT_EQ(gallery->counts().persons, read_only ? 1 : 2);
  }
  EXPECT_THAT(open()->check(), IsEmpty());
}

// ---- What a handle does whose file, log or shared memory is gone ----

TEST_F(Places, AReadOnlyHandleNoticesThatItsFileWasExchanged) {
  fs::copy_file(path(), path("older"));
  const auto reader = open(GalleryMode::read_only);
  EXPECT_EQ(reader->counts().persons, 1);
  fs::rename(path("older"), path());
  EXPECT_EQ(code_of([&] { reader->counts(); }), VAV_E_IO);
  EXPECT_EQ(code_of([&] { reader->identify(at(1), 1, kEverything); }), VAV_E_IO);
  EXPECT_EQ(code_of([&] { reader->backup(path("copy"), false); }), VAV_E_IO);
  EXPECT_EQ(code_of([&] { reader->export_to(path("copy"), false); }), VAV_E_IO);
}

TEST_F(Places, SharedMemoryThatWasTakenAwayIsSaid) {
  enum Way { remove, exchange, cut_off, empty_again };
  for (const Way way : {remove, exchange, cut_off, empty_again})
    for (const bool in_transaction : {false, true}) {
      auto gallery = open();
      gallery->add_person(named("before"));
      EXPECT_EQ(gallery->identify(at(1), 1, kEverything).size(), 1u);
      if (in_transaction) {
        gallery->begin();
        gallery->add_person(named("lost, and said so"));
      }
      const std::string memory = path() + "-shm";
      if (way == empty_again && !in_transaction) continue;  // as if made anew, which it may be
      if (way == cut_off || way == empty_again) {
        const auto size = fs::file_size(memory);
        fs::resize_file(memory, 0);
        if (way == empty_again) fs::resize_file(memory, size);
      } else {
        fs::remove(memory);
        if (way == exchange) write_all(memory, std::string(32768, '\0'));
      }
      std::string message;
      EXPECT_EQ(
          code_of([&] { in_transaction ? gallery->commit() : void(gallery->add_person(named("after"))); }, &message),
          VAV_E_IO);
      EXPECT_THAT(message, HasSubstr("-shm"));
      if (in_transaction) gallery->rollback();
      EXPECT_EQ(code_of([&] { gallery->identify(at(1), 1, kEverything); }), VAV_E_IO);
      EXPECT_EQ(code_of([&] { gallery->compact(); }), VAV_E_IO);
      EXPECT_EQ(code_of([&] { gallery->forget_person(1, 0); }), VAV_E_IO);
      gallery.reset();
      EXPECT_THAT(open()->check(), IsEmpty());
    }
  EXPECT_EQ(open()->counts().persons, 1 + 8);
}

// Both would be told VAV_OK, and write over each other.
TEST_F(Places, NobodyBeginsASecondSharedMemory) {
  auto first = open();
  first->add_person(named("first"));
  fs::remove(path() + "-shm");
  std::string message;
  EXPECT_EQ(code_of([&] { open(GalleryMode::must_exist, 1)->add_person(named("second")); }, &message),
            VAV_E_GALLERY_BUSY);
  EXPECT_THAT(message, HasSubstr("-shm"));
  EXPECT_EQ(code_of([&] { first->add_person(named("third")); }), VAV_E_IO);
  first.reset();
  open()->add_person(named("fourth"));
  EXPECT_EQ(open()->counts().persons, 3);
}

// Closing moves the log into the file and removes it; by then it is somebody else's.
TEST_F(Places, ClosingTouchesNoLogButItsOwn) {
  for (const char* end : {"-wal", "-shm"}) {
    auto first = open();
    first->add_person(named("first"));
    fs::remove(path() + "-shm");
    if (end == kEnds[0]) fs::remove(path() + "-wal");
    const pid_t child = fork();  // a program without our locks writes, and is killed
    if (child == 0) {
      sqlite3* db = nullptr;
      sqlite3_open(path().c_str(), &db);
      _exit(sqlite3_exec(db, "UPDATE person SET last_seen_at = 77", nullptr, nullptr, nullptr) == SQLITE_OK ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    first.reset();
    const auto again = open();
    EXPECT_EQ(again->persons({.id = 1})[0].last_seen_at, 77) << end;
    EXPECT_THAT(again->check(), IsEmpty());
    again->note_seen({1}, 1'700'000'000'000);
  }
}

}  // namespace
}  // namespace visavis
