// A whole gallery life, once for every system call of it that can fail: `failing_io FOLDER plain|encrypted [STEP [EACH]]`.
// Each failure must come out as a status; then the same handle works again, and what was acknowledged is in the file. Of
// each kind of call the first EACH (20) fail one by one, and of the others each STEP-th (1).
#include <cstdio>

#include "failing_vfs.h"
#include "hand.h"
#include "sample.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

void live(Hand& hand, Ledger& ledger, const std::string& path, bool encrypted) {
  const auto with = [&](const char* key, auto&& act) {
    if (ledger.certain(key) && ledger.now(key).there) act();
  };
  if (!hand.open(path, {.encrypted = encrypted})) return;
  hand.add("ada", {0, 1});
  hand.add_piecemeal("bo", {0, 1, 2});
  hand.verify();  // what cannot be read just now is no problem yet
  with("ada", [&] { hand.rename("ada", "Lovelace"); });
  with("bo", [&] {
    if (ledger.now("bo").faces.count(1)) hand.remove_face("bo", 1);
  });
  hand.add("cy", {0, 1, 2, 3});
  hand.begin_and_roll_back("di");
  with("cy", [&] { hand.remove("cy"); });
  hand.reencrypt();
  hand.cancel_move();
  with("ada", [&] { hand.keep_chips("ada"); });
  hand.move_there_and_back();
  if (!hand.open(path, {.encrypted = encrypted})) return;
  with("ada", [&] { hand.add_face("ada", 3); });
  hand.add("ed", {2});
  with("bo", [&] { hand.forget("bo"); });
  vav_gallery_remove_chips(hand.gallery(), nullptr);
}

// Codes that tell a caller something he can act on.
bool is_expected(vav_status code) {
  switch (code) {
    case VAV_E_IO:
    case VAV_E_DISK_FULL:
    case VAV_E_PERMISSION:
    case VAV_E_FILE_NOT_FOUND:
    case VAV_E_GALLERY_BUSY:
    case VAV_E_WRONG_STATE:  // SQLite had to give up the whole transaction, and says so at its end
      return true;
    default:
      return false;
  }
}

// False when the life is over before the n-th call.
bool one_life(const Scratch& scratch, Report& report, bool encrypted, Call call, long nth, bool for_ever) {
  scratch.empty();
  const std::string path = scratch.file();
  const std::string where =
      std::string(name_of(call)) + " " + std::to_string(nth) + (for_ever ? " and all that follow" : "");
  Ledger ledger;
  Hand hand(ledger);
  fail(call, nth, for_ever);
  live(hand, ledger, path, encrypted);
  const bool failed = stop_failing();
  for (const Failure& failure : hand.failures())
    if (!is_expected(failure.code) || failure.message.empty())
      report.problem(where, std::string(vav_status_name(failure.code)) + " " + failure.message);
  hand.forget_failures();

  if (hand.gallery()) {
    if (!hand.add("zoe", {0})) report.problem(where, "the same handle afterwards: " + hand.failures().back().message);
    report.problems(where + ", same handle", hand.verify());
  }
  if (!hand.open(path, {.encrypted = encrypted})) {
    report.problem(where, "opening afterwards: " + hand.failures().back().message);
  } else {
    report.problems(where + ", opened again", hand.verify());
    if (!hand.reencrypt()) report.problem(where, "encrypting anew afterwards: " + hand.failures().back().message);
    if (!hand.add("max", {0})) report.problem(where, "a change afterwards: " + hand.failures().back().message);
  }
  return failed;
}

int run(const std::string& folder, bool encrypted, Sample sample) {
  const Scratch scratch(folder);
  Report report;
  {
    Ledger ledger;
    Hand(ledger).open(scratch.file());
  }
  install_failing_vfs();
  long lives = 0;
  for (const Call call : kCalls)
    for (const bool for_ever : {false, true}) {
      long nth = 1, failed = 0;
      for (; one_life(scratch, report, encrypted, call, nth, for_ever); nth = sample.after(nth)) ++failed;
      lives += failed + 1;
      std::printf("%-14s %s %4ld calls made to fail\n", name_of(call), for_ever ? "for ever" : "once    ", failed);
    }
  std::printf("%ld lives\n", lives);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  const visavis::reliability::Sample sample = visavis::reliability::sample_from(argc, argv, 3, 20);
  if (argc < 3 || sample.step == 0)
    return std::fprintf(stderr, "usage: failing_io FOLDER plain|encrypted [STEP [EACH]]\n"), 2;
  return visavis::reliability::run(argv[1], std::string(argv[2]) == "encrypted", sample);
}
