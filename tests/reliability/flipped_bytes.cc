// Bytes of a small gallery are altered, one after the other: `flipped_bytes FOLDER COPIES plain|encrypted [SEED]` (0
// copies: every byte). The gallery must give an error or the right answer; never a wrong person, never a crash.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

#include "hand.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

constexpr int kPeople = 12, kFaces = 2;

std::string key_of(int person) { return "person-" + std::to_string(person); }

enum Outcome : int { kRight, kRefused, kMissing, kWrong, kOutcomes };

struct FreeMatches {
  void operator()(vav_matches* matches) const { vav_matches_destroy(matches); }
};

// What one look for a face gives. Ids are given out in order, so who should be found is known.
Outcome ask(vav_gallery* gallery, int person, int number) {
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  options.threshold = 0.3f;
  options.only_within_threshold = 1;
  vav_matches* found = nullptr;
  if (vav_gallery_identify(&found, gallery, face(key_of(person), number).data(), VAV_EMBEDDING_DIM, &options, nullptr))
    return kRefused;
  const std::unique_ptr<vav_matches, FreeMatches> matches(found);
  if (vav_matches_count(found) == 0) return kMissing;
  const char* name = vav_matches_name(found, 0);
  return vav_matches_person(found, 0) == person && name && key_of(person) == name ? kRight : kWrong;
}

// The worst of all looks at the file; everything else the library offers is called as well.
Outcome ask_all(const std::string& path, bool encrypted) {
  Ledger ledger;
  Hand hand(ledger);
  if (!hand.open(path, {VAV_GALLERY_MUST_EXIST, 0, encrypted})) return kRefused;
  Outcome worst = kRight;
  for (int person = 1; person <= kPeople; ++person)
    for (int number = 0; number < kFaces; ++number) worst = std::max(worst, ask(hand.gallery(), person, number));
  vav_error err = VAV_ERROR_INIT;
  vav_check_report* report = nullptr;
  const vav_status checked = vav_gallery_check(&report, hand.gallery(), &err);
  // A person who is not found is a right answer only where the check says why.
  if (worst == kMissing && (checked != VAV_OK || vav_check_report_count(report) > 0)) worst = kRefused;
  vav_check_report_destroy(report);
  vav_persons* persons = nullptr;
  vav_gallery_list_persons(&persons, hand.gallery(), nullptr, nullptr);
  vav_persons_destroy(persons);
  for (int64_t person = 1; person <= kPeople; ++person) {
    vav_templates* templates = nullptr;
    vav_gallery_list_templates(&templates, hand.gallery(), person, nullptr);
    vav_templates_destroy(templates);
  }
  hand.add("new", {0});
  return worst;
}

std::string make_gallery(const std::string& path, bool encrypted) {
  Ledger ledger;
  Hand hand(ledger);
  if (!hand.open(path, {.encrypted = encrypted})) std::exit(2);
  for (int person = 1; person <= kPeople; ++person) hand.add(key_of(person), {0, 1});
  hand.close();
  return read_file(path);
}

int run(const std::string& folder, size_t copies, bool encrypted, unsigned seed) {
  const Scratch scratch(folder);
  Report report;
  const std::string whole = make_gallery(scratch.file("whole.vav"), encrypted);
  const std::string path = scratch.file("altered.vav");
  std::mt19937 random(seed);
  const bool every_byte = copies == 0;
  if (every_byte) copies = whole.size();
  int counts[kOutcomes] = {};
  for (size_t i = 0; i < copies; ++i) {
    const size_t at = every_byte ? i : random() % whole.size();
    const char change = static_cast<char>(every_byte ? 1 << random() % 8 : 1 + random() % 255);
    std::string altered = whole;
    altered[at] = static_cast<char>(altered[at] ^ change);
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    std::ofstream(path, std::ios::binary) << altered;
    const std::string where = "byte " + std::to_string(at) + " ^ " + std::to_string(int(change) & 255);
    std::fflush(nullptr);
    // A process each: a crash is one finding and not the end.
    const pid_t child = fork();
    if (child == 0) _exit(ask_all(path, encrypted));
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return 2;
    if (!WIFEXITED(status) || WEXITSTATUS(status) >= kOutcomes) {
      report.problem(where, "a crash, status " + std::to_string(status));
      continue;
    }
    ++counts[WEXITSTATUS(status)];
    if (WEXITSTATUS(status) == kWrong) report.problem(where, "a wrong person");
    if (WEXITSTATUS(status) == kMissing) report.problem(where, "a person is not found, and nothing is said");
  }
  std::printf("%zu of %zu bytes altered: %d right answers, %d refused or reported, %d not found unsaid, %d wrong\n",
              copies, whole.size(), counts[kRight], counts[kRefused], counts[kMissing], counts[kWrong]);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "usage: flipped_bytes FOLDER COPIES plain|encrypted [SEED]\n"), 2;
  return visavis::reliability::run(argv[1], size_t(std::atol(argv[2])), std::string(argv[3]) == "encrypted",
                                   argc > 4 ? unsigned(std::atoi(argv[4])) : 1);
}
