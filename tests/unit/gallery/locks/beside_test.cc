// gallery/locks: the files beside the gallery, its log above all: taken away, cut, written over, or somebody else's.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

using Beside = GalleryTest;

TEST_F(Beside, WhoMayWriteTheGalleryMayWriteWhatLiesBesideIt) {
  open()->add_person({.name = "p"});
  fs::permissions(path(), fs::perms(0660));
  const mode_t usual = umask(0077);
  const auto gallery = open();
  gallery->add_person({.name = "q"});
  umask(usual);
  for (const char* end : {"-wal", "-shm"})
    EXPECT_EQ(fs::status(path(std::string("people.vav") + end)).permissions(), fs::perms(0660)) << end;
}

TEST_F(Beside, ALogThatWasTakenAwayIsSaid) {
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
TEST_F(Beside, ALogThatWasCutOrWrittenOverIsSaid) {
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
TEST_F(Beside, APageOfTheLogThatWasAlteredIsSaid) {
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
TEST_F(Beside, FilesOfOthersBesideTheGalleryAreNotBelieved) {
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

TEST_F(Beside, TheLogOfAKilledWriterIsReadWithoutTheRightToWrite) {
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

}  // namespace
}  // namespace visavis
