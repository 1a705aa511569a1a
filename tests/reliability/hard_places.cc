// Where a gallery cannot be written, or at all: `hard_places FOLDER`. Each gives its own status, changes nothing, and
// leaves the gallery usable as soon as the trouble is over. What this user or machine cannot bring about is skipped,
// and said.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>

#include "hand.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

int skipped = 0;

void expect(Report& report, const char* where, bool holds, const std::string& what) {
  if (!holds) report.problem(where, what);
}

// The last failure's code has to be this one, and to come with words.
void expect_code(Report& report, const char* where, const Hand& hand, vav_status code) {
  if (hand.failures().empty()) return report.problem(where, "nothing failed");
  const Failure& last = hand.failures().back();
  expect(report, where, last.code == code && !last.message.empty(),
         std::string(vav_status_name(last.code)) + " instead of " + vav_status_name(code) + ": " + last.message);
}

// All is there, and more can be added.
void expect_usable(Report& report, const char* where, Ledger& ledger, const std::string& path) {
  Hand hand(ledger);
  if (!hand.open(path)) return report.problem(where, "afterwards: " + hand.failures().back().message);
  report.problems(where, hand.verify());
  expect(report, where, hand.add("later", {0}), "no change can be made afterwards");
  report.problems(where, hand.verify());
}

// As a user for whom rights mean something; root is let through everywhere. What the child finds is its exit code.
void as_nobody(Report& report, const char* where, const Scratch& scratch, const std::function<void(Report&)>& act) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    constexpr unsigned kNobody = 65534;
    if (geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) _exit(3);
    Report own;
    act(own);
    _exit(own.exit_code());
  }
  int status = 0;
  waitpid(child, &status, 0);
  expect(report, where, WIFEXITED(status) && WEXITSTATUS(status) == 0, "failed in " + scratch.file(""));
}

void read_only_file_and_folder(const Scratch& scratch, Report& report) {
  for (const bool folder : {false, true}) {
    scratch.empty();
    const char* where = folder ? "read-only folder" : "read-only file";
    const std::string path = scratch.file();
    Ledger ledger;
    {
      Hand hand(ledger);
      hand.open(path);
      hand.add("ada", {0, 1});
    }
    chmod(scratch.file("").c_str(), folder ? 0555 : 0777);
    chmod(path.c_str(), folder ? 0666 : 0444);
    as_nobody(report, where, scratch, [&](Report& own) {
      Hand hand(ledger);
      expect(own, where, !hand.open(path), "it could be opened for writing");
      expect_code(own, where, hand, VAV_E_PERMISSION);
      if (!hand.open(path, {VAV_GALLERY_READ_ONLY})) return own.problem(where, hand.failures().back().message);
      own.problems(where, hand.verify());
      expect(own, where, !hand.add("bo", {0}), "it could be written");
      expect_code(own, where, hand, VAV_E_PERMISSION);
      Hand other(ledger);
      expect(own, where, !folder || !other.open(scratch.file("new.vav")), "a new gallery could be made");
      if (folder) expect_code(own, where, other, VAV_E_PERMISSION);
    });
    chmod(scratch.file("").c_str(), 0700);
    chmod(path.c_str(), 0600);
    expect_usable(report, where, ledger, path);
  }
}

void no_descriptors(const Scratch& scratch, Report& report) {
  scratch.empty();
  const char* where = "no descriptors";
  Ledger ledger;
  Hand hand(ledger);
  hand.open(scratch.file());
  hand.add("ada", {0, 1});
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int next = dup(0);
  close(next);
  const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  Ledger scrap;
  Hand other(scrap);
  expect(report, where, !other.open(scratch.file()), "a gallery could be opened");
  expect_code(report, where, other, VAV_E_IO);
  expect(report, where, hand.add("bo", {0}), "the open gallery needs no more, but failed");
  setrlimit(RLIMIT_NOFILE, &before);
  hand.close();
  expect_usable(report, where, ledger, scratch.file());
}

void file_deleted_underneath(const Scratch& scratch, Report& report) {
  scratch.empty();
  const char* where = "file deleted underneath";
  Ledger ledger, nothing;
  Hand hand(ledger);
  hand.open(scratch.file());
  hand.add("ada", {0});
  for (const char* end : {"", "-wal", "-shm"}) unlink(scratch.file(std::string("people.vav") + end).c_str());
  expect(report, where, !hand.add("bo", {0}), "a change was acknowledged that nobody will ever see");
  expect_code(report, where, hand, VAV_E_IO);
  hand.close();
  expect_usable(report, where, nothing, scratch.file());  // a new one
}

void lock_held(const Scratch& scratch, Report& report) {
  scratch.empty();
  const char* where = "lock held";
  Ledger ledger;
  Hand hand(ledger);
  hand.open(scratch.file(), {VAV_GALLERY_OPEN_OR_CREATE, 50});
  hand.add("ada", {0, 1});
  sqlite3* holder = nullptr;
  sqlite3_open(scratch.file().c_str(), &holder);
  sqlite3_exec(holder, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
  expect(report, where, !hand.add("bo", {0}), "two could write at once");
  expect_code(report, where, hand, VAV_E_GALLERY_BUSY);
  report.problems("reading while the lock is held", hand.verify());
  sqlite3_exec(holder, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(holder);
  expect(report, where, hand.add("bo", {0}), "the lock is free, and no change can be made");
  hand.close();
  expect_usable(report, where, ledger, scratch.file());
}

void disk_full(const Scratch& scratch, Report& report) {
  const char* where = "disk full";
  scratch.empty();
  const std::string disk = scratch.file("disk");
  mkdir(disk.c_str(), 0700);
  if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
    std::printf("skipped: disk full: a small file system cannot be mounted here\n");
    ++skipped;
    return;
  }
  const std::string path = disk + "/people.vav";
  {
    Ledger ledger;
    Hand hand(ledger);
    hand.open(path);
    int added = 0;
    while (added < 3000 && hand.add("p" + std::to_string(added), {0, 1, 2, 3, 4, 5})) ++added;
    expect(report, where, added > 10 && added < 3000, std::to_string(added) + " persons fitted on 1 MB");
    expect_code(report, where, hand, VAV_E_DISK_FULL);
    std::printf("disk full after %d persons\n", added);
    report.problems("while the disk is full", hand.verify());
    hand.forget_failures();
    mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=8m");
    expect(report, where, hand.add("room", {0}), "there is room again, and no change can be made");
    report.problems("with room again", hand.verify());
    hand.close();
    expect_usable(report, where, ledger, path);
  }
  umount(disk.c_str());
}

int run(const std::string& folder) {
  const Scratch scratch(folder);
  Report report;
  read_only_file_and_folder(scratch, report);
  no_descriptors(scratch, report);
  file_deleted_underneath(scratch, report);
  lock_held(scratch, report);
  disk_full(scratch, report);
  std::printf("read-only file, read-only folder, no descriptors, file deleted, lock held%s\n",
              skipped ? "" : ", disk full");
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: hard_places FOLDER\n"), 2;
  return visavis::reliability::run(argv[1]);
}
