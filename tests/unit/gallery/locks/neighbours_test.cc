// gallery/lock_vfs and replaced_file: what else happens to the gallery's files, in this process and in others. What was
// acknowledged is there, and nobody's open gallery is replaced.
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "gallery/locks/lock_vfs.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr milliseconds kToTheEnd{1'000'000};

// A process that was forked before anything was open; it does its work when told, and ends without closing anything.
class Process {
 public:
  explicit Process(const std::function<void(Process&)>& body) {
    if (pipe(to_) != 0 || pipe(from_) != 0) std::abort();
    child_ = fork();
    if (child_ != 0) return;
    alarm(60);
    wait_in_child();
    _exit(code_of([&] { body(*this); }));
  }
  ~Process() {
    for (int fd : {to_[0], to_[1], from_[0], from_[1]}) ::close(fd);
  }
  // In the parent: lets it go on until it pauses.
  void go_on() {
    char byte = 'x';
    if (write(to_[1], &byte, 1) != 1 || read(from_[0], &byte, 1) != 1) std::abort();
  }
  int end() {
    int status = 0;
    char byte = 'x';
    if (write(to_[1], &byte, 1) != 1) return -1;
    waitpid(child_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // In the child.
  void pause() {
    if (write(from_[1], "x", 1) != 1) std::abort();
    wait_in_child();
  }

 private:
  void wait_in_child() {
    char byte;
    if (read(to_[0], &byte, 1) != 1) std::abort();
  }
  int to_[2], from_[2];
  pid_t child_ = 0;
};

class Neighbours : public GalleryTest {
 protected:
  // Everything another part of the same program may do with the files.
  void be_a_neighbour(int how) const {
    if (how == 0)
      for (const std::string& name : files()) read_all(path(name));
    if (how == 1)
      for (const std::string& name : files())
        if (name.starts_with("people"))
          fs::copy_file(path(name), path("copy of " + name), fs::copy_options::overwrite_existing);
    if (how == 2) tamper("SELECT count(*) FROM person");  // with SQLite's own locks, in this process
    if (how == 3) Gallery::open(path(), kRecipe, {GalleryMode::read_only})->counts();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    const auto gallery = open(GalleryMode::must_exist);
    EXPECT_THAT(gallery->check(), IsEmpty());
    for (const Person& person : gallery->persons({})) names.push_back(person.name);
    return names;
  }
};

TEST_F(Neighbours, AReadOfTheFilesInThisProcessTakesNoLockAway) {
  for (int how = 0; how < 4; ++how) {
    for (const std::string& name : files()) fs::remove(path(name));
    Process writer([&](Process& self) {
      const auto gallery = open();
      gallery->add_person(named("first"));
      be_a_neighbour(how);
      self.pause();
      gallery->add_person(named("third"));
      be_a_neighbour(how);
      gallery->add_person(named("fourth"));
      static_cast<void>(gallery->counts());
      _exit(0);  // as if killed
    });
    Process other([&](Process& self) {
      open()->add_person(named("second"));  // and closes: were nobody else there, it would remove the log
      self.pause();
    });
    writer.go_on();
    other.go_on();
    EXPECT_EQ(writer.end(), 0) << how;
    EXPECT_EQ(other.end(), 0) << how;
    EXPECT_THAT(names(), ElementsAre("first", "second", "third", "fourth")) << how;
  }
}

TEST_F(Neighbours, AReadDoesNotLetAnotherWriterIntoATransaction) {
  open();
  Process other([&](Process&) {
    EXPECT_EQ(code_of([&] { open(GalleryMode::must_exist, 1)->add_person(named("other")); }), VAV_E_GALLERY_BUSY);
    _exit(testing::Test::HasFailure());
  });
  const auto gallery = open();
  gallery->begin();
  gallery->add_person(named("one"));
  be_a_neighbour(0);
  EXPECT_EQ(other.end(), 0);
  gallery->commit();
  EXPECT_THAT(names(), ElementsAre("one"));
}

// Plain SQLite in this process and in others keeps to the same locks.
TEST_F(Neighbours, PlainSqliteIsKeptOutAndKeepsOut) {
  const auto gallery = open(GalleryMode::open_or_create, 1);
  gallery->add_person(named("one"));
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &db), SQLITE_OK);
  gallery->begin();
  EXPECT_EQ(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_BUSY);
  gallery->rollback();
  ASSERT_EQ(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(code_of([&] { gallery->add_person(named("two")); }), VAV_E_GALLERY_BUSY);
  ASSERT_EQ(sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  gallery->add_person(named("two"));
  sqlite3_close(db);
  gallery->add_person(named("three"));
  EXPECT_THAT(names(), ElementsAre("one", "two", "three"));
}

TEST_F(Neighbours, WhoMayWriteTheGalleryMayWriteWhatLiesBesideIt) {
  open()->add_person({.name = "p"});
  fs::permissions(path(), fs::perms(0660));
  const mode_t usual = umask(0077);
  const auto gallery = open();
  gallery->add_person({.name = "q"});
  umask(usual);
  for (const char* end : {"-wal", "-shm"})
    EXPECT_EQ(fs::status(path(std::string("people.vav") + end)).permissions(), fs::perms(0660)) << end;
}

TEST_F(Neighbours, ALogThatWasTakenAwayIsSaid) {
  for (const bool in_transaction : {false, true}) {
    const auto gallery = open();
    gallery->add_person(named("one"));
    if (in_transaction) {
      gallery->begin();
      gallery->add_person(named("two"));
    }
    fs::remove(path("people.vav-wal"));
    std::string message;
    EXPECT_EQ(code_of([&] { in_transaction ? gallery->commit() : void(gallery->add_person(named("two"))); }, &message),
              VAV_E_IO);
    EXPECT_THAT(message, HasSubstr("-wal"));
  }
}

// Cut to nothing, cut at its end, begun anew by somebody, or written over: whoever has it open must not go on.
TEST_F(Neighbours, ALogThatWasCutOrWrittenOverIsSaid) {
  const std::string log = path("people.vav-wal");
  const auto write_at = [&](std::streamoff at) {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at, at < 0 ? std::ios::end : std::ios::beg);
    file << std::string(16, 'x');
  };
  const std::vector<std::function<void()>> damages = {
      [&] { fs::resize_file(log, 0); },
      [&] { fs::resize_file(log, fs::file_size(log) - 1); },
      [&] { write_at(0); },                        // the header's beginning
      [&] { write_at(10); },                       // its page size and the checkpoint's number
      [&] { write_at(16); },                       // its salts
      [&] { write_at(24); },                       // its checksum, and the first page's number
      [&] { write_at(-int64_t{4096} - 24 + 8); },  // those of the last page
      [&] { fs::resize_file(log, 0), fs::resize_file(log, 200'000); },
  };
  for (size_t i = 0; i < damages.size(); ++i)
    for (const bool in_transaction : {false, true}) {
      for (const std::string& name : files()) fs::remove(path(name));
      const auto gallery = open();
      gallery->add_person(named("one"));
      const auto reader = open(GalleryMode::read_only);
      reader->counts();
      if (in_transaction) {
        gallery->begin();
        gallery->add_person(named("two"));
      }
      damages[i]();
      std::string message;
      EXPECT_EQ(code_of([&] { reader->counts(); }, &message), VAV_E_IO) << i;
      EXPECT_EQ(code_of([&] { reader->identify(at(0), {}); }), VAV_E_IO) << i;
      EXPECT_THAT(message, HasSubstr("-wal"));
      EXPECT_EQ(
          code_of([&] { in_transaction ? gallery->commit() : void(gallery->add_person(named("two"))); }, &message),
          VAV_E_IO)
          << i;
      EXPECT_THAT(message, HasSubstr("-wal"));
      EXPECT_EQ(code_of([&] { open(); }, &message), VAV_E_IO) << i;
      EXPECT_THAT(message, HasSubstr("-wal"));
    }
}

// The last page is looked at by whoever writes, all of them by check.
TEST_F(Neighbours, APageOfTheLogThatWasAlteredIsSaid) {
  const std::string log = path("people.vav-wal");
  const auto write_at = [&](std::streamoff at, std::ios::seekdir from) {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at, from);
    file << "xxxxxxxx";
  };
  {
    const auto gallery = open();
    for (int i = 0; i < 6; ++i) gallery->add_person(named("p"));
    EXPECT_THAT(gallery->check(), IsEmpty());
    write_at(-2000, std::ios::end);
    std::string message;
    EXPECT_EQ(code_of([&] { gallery->add_person(named("q")); }, &message), VAV_E_IO);
    EXPECT_THAT(message, HasSubstr("-wal"));
  }
  for (const std::string& name : files()) fs::remove(path(name));
  const auto gallery = open();
  for (int i = 0; i < 6; ++i) gallery->add_person(named("p"));
  write_at(32 + 24 + 3000, std::ios::beg);
  EXPECT_THAT(gallery->check(), Contains(HasSubstr("-wal: ")));
}

// In a folder where everybody may make files, whatever lies beside the gallery may be anybody's.
TEST_F(Neighbours, FilesOfOthersBesideTheGalleryAreNotBelieved) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make files of somebody else";
  constexpr uid_t kNobody = 65534;
  {
    const auto gallery = open();
    gallery->add_person(named("one"));
    for (const char* end : {"-wal", "-shm"}) fs::copy_file(path(std::string("people.vav") + end), path(end));
  }
  std::ofstream(path("-journal")) << "a journal";
  for (const std::string end : {"-wal", "-shm", "-journal"})
    for (const GalleryMode mode : {GalleryMode::must_exist, GalleryMode::read_only}) {
      const std::string beside = path("people.vav" + end);
      const auto attempt = [&] { open(mode)->counts(); };
      const auto refused = [&](const char* how) {
        std::string message;
        const vav_status code = code_of(attempt, &message);
        // Read-only with nothing in the log, nothing but the file is looked at.
        if (code == VAV_OK && mode == GalleryMode::read_only && (end != "-wal" || fs::is_fifo(beside))) return;
        EXPECT_EQ(code, VAV_E_PERMISSION) << end << how << message;
        EXPECT_THAT(message, HasSubstr(end));
      };
      for (const std::string& name : files())
        if (name.starts_with("people.vav-")) fs::remove(path(name));
      fs::copy_file(path(end), beside);
      ASSERT_EQ(chown(beside.c_str(), kNobody, kNobody), 0);
      refused(" of somebody else");
      // Whoever may write the gallery may make its log.
      if (end != "-journal") {
        ASSERT_EQ(chown(path().c_str(), kNobody, kNobody), 0);
        EXPECT_EQ(code_of(attempt), VAV_OK) << end;
        ASSERT_EQ(chown(path().c_str(), 0, 0), 0);
      }
      fs::remove(beside);
      fs::create_symlink(path(end), beside);
      refused(" as a link");
      fs::remove(beside);
      ASSERT_EQ(mkfifo(beside.c_str(), 0600), 0);
      refused(" as a pipe");
      fs::remove(beside);
    }
}

// In a process that may only read, whoever runs the test.
template <typename Body>
int as_a_mere_reader(const Body& body) {
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setresuid(kNobody, kNobody, kNobody) != 0) _exit(99);
    _exit(code_of(body));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;  // of a code, the last eight bits
}

TEST_F(Neighbours, TheLogOfAKilledWriterIsReadWithoutTheRightToWrite) {
  const pid_t child = fork();
  if (child == 0) {
    const auto gallery = open();
    gallery->add_template(gallery->add_person(named("left in the log")), at(3), {});
    raise(SIGKILL);
  }
  waitpid(child, nullptr, 0);
  for (const std::string& name : files()) fs::permissions(path(name), fs::perms(0444));
  fs::permissions(path(""), fs::perms(0555));
  const auto read = [&] {
    const auto gallery = open(GalleryMode::read_only);
    if (gallery->identify(at(3), {}).size() != static_cast<size_t>(gallery->counts().persons)) std::abort();
    if (gallery->counts().persons != 1) throw Error(VAV_E_NOT_FOUND, "nobody");
  };
  EXPECT_EQ(as_a_mere_reader(read), VAV_OK);
  fs::permissions(path(""), fs::perms(0755));
  fs::rename(path("people.vav-shm"), path("aside"));  // a copy may come without it
  EXPECT_EQ(as_a_mere_reader(read), VAV_E_PERMISSION & 0xFF);
  fs::rename(path("aside"), path("people.vav-shm"));
  fs::permissions(path("people.vav"), fs::perms(0644));
  {
    // Somebody who may write comes while it is read.
    const auto gallery = open();
    EXPECT_EQ(as_a_mere_reader(read), VAV_OK);
    gallery->remove_person(1);
    EXPECT_EQ(as_a_mere_reader(read), VAV_E_NOT_FOUND & 0xFF);
  }
}

// By its other name, such a file would have another log.
TEST_F(Neighbours, AFileThatIsMountedByItselfIsRefused) {
  open()->add_person(named("one"));
  std::ofstream(path("mounted.vav")).put('x');
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(path().c_str(), path("mounted.vav").c_str(), nullptr, MS_BIND, nullptr) != 0)
      _exit(99);
    std::string message;
    const int code = code_of([&] { Gallery::open(path("mounted.vav"), kRecipe, {}); }, &message);
    _exit(message.find("mount its folder") == std::string::npos ? 98 : code & 0xFF);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 99) GTEST_SKIP() << "mounting is not allowed here";
  EXPECT_EQ(WEXITSTATUS(status), VAV_E_GALLERY_FORMAT & 0xFF);
}

// ---- Backup and export onto what is there ----

class Replacing : public Neighbours {
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
