// base/new_file: nobody reads what is not whole, and what a killed program leaves is removed by the next.
#include "base/new_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class NewFiles : public GalleryTest {
 protected:
  void write_and_be_killed() const {
    const pid_t child = fork();
    if (child == 0) {
      NewFile file(path("x"), true);
      file.write(std::vector<uint8_t>(3 << 20));
      write_all(file.temporary() + "-wal", "log");
      raise(SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
};

TEST_F(NewFiles, CannotBeReadBeforeTheyAreWhole) {
  NewFile file(path("x"), false);
  EXPECT_EQ(fs::status(file.temporary()).permissions(), fs::perms(0200));
  file.write(std::vector<uint8_t>{'a', 'b'});
  file.finish();
  EXPECT_EQ(fs::status(path("x")).permissions(), fs::perms(0600));
  EXPECT_EQ(read_all(path("x")), "ab");
  EXPECT_THAT(files(), ElementsAre("x"));
}

TEST_F(NewFiles, TheNextOneRemovesWhatWasLeft) {
  write_and_be_killed();
  EXPECT_EQ(files().size(), 2u);
  write_all(path("x.partial-abcdef"), "somebody else's");
  write_all(path("y.partial-abcdef"), "of another file");
  NewFile(path("x"), false).finish();
  EXPECT_THAT(files(), testing::UnorderedElementsAre("x", "x.partial-abcdef", "y.partial-abcdef"));
}

// Whatever somebody may have named so, by hand or by another program: nobody guesses the digits at the end.
TEST_F(NewFiles, OnlyWhatWasMadeHereIsRemoved) {
  write_and_be_killed();
  std::string left;
  for (const std::string& name : files())
    if (!name.ends_with("-wal")) left = name;
  std::string other = left;
  other.back() = other.back() == '0' ? '1' : '0';
  for (const fs::perms mode : {fs::perms(0200), fs::perms(0600)}) {
    write_all(path(other), "somebody's gallery");
    fs::permissions(path(other), mode);
    NewFile(path("x"), true).finish();
    EXPECT_TRUE(fs::exists(path(other)));
    EXPECT_FALSE(fs::exists(path(left)));
  }
  // The right name, but another's rights, kind or second name.
  write_all(path(left), "somebody's");
  fs::permissions(path(left), fs::perms(0640));
  NewFile(path("x"), true).finish();
  fs::permissions(path(left), fs::perms(0600));
  fs::create_hard_link(path(left), path("second name"));
  NewFile(path("x"), true).finish();
  EXPECT_TRUE(fs::exists(path(left)));
  fs::remove(path(left));
  fs::create_directory(path(left));
  NewFile(path("x"), true).finish();
  EXPECT_TRUE(fs::exists(path(left)));
}

TEST_F(NewFiles, WhatIsBeingWrittenIsNotRemoved) {
  NewFile slow(path("x"), true);
  NewFile(path("x"), true).finish();
  EXPECT_TRUE(fs::exists(slow.temporary()));
  slow.write(std::vector<uint8_t>{'s'});
  slow.finish();
  EXPECT_EQ(read_all(path("x")), "s");
}

TEST_F(NewFiles, NothingIsReplacedUnasked) {
  NewFile file(path("x"), false);
  write_all(path("x"), "was faster");
  EXPECT_EQ(code_of([&] { file.finish(); }), VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(read_all(path("x")), "was faster");
}

}  // namespace
}  // namespace visavis
