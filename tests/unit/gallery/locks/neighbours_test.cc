// gallery/locks: what other code does with the gallery's files, in this process and in others, takes no lock away. What was
// acknowledged is there.
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "gallery/locks/lock_vfs.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

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

}  // namespace
}  // namespace visavis
