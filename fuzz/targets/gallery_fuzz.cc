// Galleries that somebody has altered who knows the format: `gallery_fuzz FOLDER COUNT plain|encrypted [SEED]`. Whatever is
// called on one gives a right answer or an error that says what is wrong: no crash, no hang, no INTERNAL, no wrong
// person. A finding names its seed; run it again with COUNT 1.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

#include "gallery_mutator.h"
#include "reliability/hand.h"
#include "reliability/scratch.h"

namespace visavis::fuzz {
namespace {

using reliability::face;
using reliability::Hand;
using reliability::Ledger;
using reliability::read_file;
using reliability::Report;
using reliability::Scratch;

constexpr int kPeople = 40, kFaces = 2;
constexpr unsigned kSeconds = 60;  // for one gallery; under a sanitizer most of it is needed
enum Finding : int { kNone, kInternal = 10, kWrongPerson };

std::string key_of(int64_t person) { return "person-" + std::to_string(person); }

template <class T, void (*Destroy)(T*)>
struct Freed {
  T* pointer = nullptr;
  ~Freed() { Destroy(pointer); }
};

class Caller {
 public:
  explicit Caller(vav_gallery* gallery) : gallery_(gallery) {}
  Finding worst() const { return worst_; }

  void read_all() {
    vav_gallery_info info = VAV_GALLERY_INFO_INIT;
    see("info", vav_gallery_get_info(gallery_, &info, &err_));
    for (int64_t person = 1; person <= kPeople; person += 3) look_for(person);
    Freed<vav_persons, vav_persons_destroy> persons;
    see("list", vav_gallery_list_persons(&persons.pointer, gallery_, nullptr, &err_));
    Freed<vav_groups, vav_groups_destroy> groups;
    see("groups", vav_gallery_list_groups(&groups.pointer, gallery_, &err_));
    for (int64_t person = 1; person <= kPeople; person += 7) {
      Freed<vav_templates, vav_templates_destroy> templates;
      see("templates", vav_gallery_list_templates(&templates.pointer, gallery_, person, &err_));
    }
    Freed<vav_duplicates, vav_duplicates_destroy> pairs;
    see("duplicates", vav_gallery_list_duplicates(&pairs.pointer, gallery_, nullptr, &err_));
    Freed<vav_audit_entries, vav_audit_entries_destroy> entries;
    see("audit", vav_gallery_list_audit(&entries.pointer, gallery_, 0, 100, &err_));
    Freed<vav_check_report, vav_check_report_destroy> report;
    see("check", vav_gallery_check(&report.pointer, gallery_, &err_));
  }

  void copy_all(const std::string& to) {
    for (const auto start : {vav_gallery_start_export, vav_gallery_start_backup}) {
      Freed<vav_job, vav_job_destroy> job;
      see("start a job", start(&job.pointer, gallery_, to.c_str(), 1, &err_));
      if (job.pointer) see("run a job", vav_job_run(job.pointer, 0, nullptr, &err_));
    }
  }

  void change_all() {
    vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
    fields.name = fields.external_id = "new";
    int64_t person = 0, id = 0;
    see("add", vav_gallery_add_person(&person, gallery_, &fields, &err_));
    see("add template", vav_gallery_add_template(&id, gallery_, person ? person : 1, face("new", 0).data(),
                                                 VAV_EMBEDDING_DIM, nullptr, &err_));
    fields = VAV_PERSON_FIELDS_INIT;
    fields.enabled = VAV_SWITCH_OFF;
    see("disable", vav_gallery_update_person(gallery_, 2, &fields, &err_));
    see("join", vav_gallery_join_group(gallery_, 3, "night", &err_));
    see("remove", vav_gallery_remove_person(gallery_, 5, &err_));
    vav_erase_receipt receipt = VAV_ERASE_RECEIPT_INIT;
    see("forget", vav_gallery_forget_person(&receipt, gallery_, 6, 0, &err_));
    see("purge", vav_gallery_purge_expired(&id, gallery_, 0, &err_));
    see("compact", vav_gallery_compact(gallery_, &err_));
    look_for(2);
    look_for(7);
  }

  void see(const char* what, vav_status status) {
    if (status != VAV_E_INTERNAL) return;
    std::fprintf(stderr, "  %s: INTERNAL: %s\n", what, err_.message);
    worst_ = std::max(worst_, kInternal);
  }
  vav_error* err() { return &err_; }

 private:
  // Ids are given out in order, so who should be found is known.
  void look_for(int64_t person) {
    const std::string key = key_of(person);
    for (int number = 0; number < kFaces; ++number) {
      vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
      options.threshold = 0.3f;
      Freed<vav_matches, vav_matches_destroy> found;
      see("identify",
          vav_gallery_identify(&found.pointer, gallery_, face(key, number).data(), VAV_EMBEDDING_DIM, &options, &err_));
      if (vav_matches_decision(found.pointer) != VAV_DECISION_MATCH) continue;
      const char* name = vav_matches_name(found.pointer, 0);
      if (vav_matches_person(found.pointer, 0) == person && name && key == name) continue;
      std::fprintf(stderr, "  the face of %s is %s\n", key.c_str(), name ? name : "nobody's");
      worst_ = kWrongPerson;
    }
    vav_comparison comparison = VAV_COMPARISON_INIT;
    see("verify", vav_gallery_verify(&comparison, gallery_, person, face(key_of(person + 1), 0).data(),
                                     VAV_EMBEDDING_DIM, 0.3f, &err_));
    if (comparison.decision == VAV_DECISION_MATCH) worst_ = kWrongPerson;
  }

  vav_gallery* gallery_;
  vav_error err_ = VAV_ERROR_INIT;
  Finding worst_ = kNone;
};

Finding use(const std::string& path, const std::string& copy, bool encrypted, vav_models* models) {
  Finding worst = kNone;
  static const uint8_t kKey[VAV_KEY_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};  // as Hand has it
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  key.key = kKey;
  for (const vav_gallery_mode mode : {VAV_GALLERY_READ_ONLY, VAV_GALLERY_MUST_EXIST}) {
    vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
    options.mode = mode;
    options.busy_timeout_ms = 1;
    options.durability = VAV_DURABILITY_NORMAL;
    if (encrypted) options.key = &key;
    vav_gallery* gallery = nullptr;
    Caller opening(nullptr);
    opening.see("open", vav_gallery_open(&gallery, path.c_str(), models, &options, opening.err()));
    worst = std::max(worst, opening.worst());
    if (!gallery) continue;
    Caller caller(gallery);
    caller.read_all();
    caller.copy_all(copy);
    if (mode != VAV_GALLERY_READ_ONLY) caller.change_all();
    worst = std::max(worst, caller.worst());
    vav_gallery_destroy(gallery);
  }
  return worst;
}

std::string make_gallery(const std::string& path, bool encrypted) {
  Ledger ledger;
  Hand hand(ledger);
  if (!hand.open(path, {.encrypted = encrypted})) std::exit(2);
  vav_gallery_set_audit(hand.gallery(), 1, nullptr);
  for (int64_t person = 1; person <= kPeople; ++person) {
    hand.add(key_of(person), {0, 1});
    if (person % 3 == 0) vav_gallery_join_group(hand.gallery(), person, person % 2 ? "day" : "night", nullptr);
  }
  hand.close();
  return read_file(path);
}

int run(const std::string& folder, unsigned count, bool encrypted, unsigned seed) {
  const Scratch scratch(folder);
  Report report;
  const std::string whole = make_gallery(scratch.file("whole.vav"), encrypted);
  vav_models* models = nullptr;
  if (vav_models_open(&models, nullptr, nullptr) != VAV_OK) return 2;
  const std::string path = scratch.file("altered.vav");
  for (unsigned i = 0; i < count; ++i) {
    const Mutant mutant = mutate(whole, seed + i, scratch.file("scratch"));
    for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + end);
    std::ofstream(path, std::ios::binary) << mutant.file;
    if (!mutant.log.empty()) std::ofstream(path + "-wal", std::ios::binary) << mutant.log;
    std::fflush(nullptr);
    // A process each: a crash is one finding and not the end.
    const pid_t child = fork();
    if (child == 0) {
      alarm(kSeconds);
      _exit(use(path, scratch.file("copy"), encrypted, models));
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return 2;
    const std::string where = "seed " + std::to_string(seed + i) + " (" + mutant.what + ")";
    if (WIFSIGNALED(status))
      report.problem(where, WTERMSIG(status) == SIGALRM ? "hangs" : "signal " + std::to_string(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == kInternal)
      report.problem(where, "INTERNAL");
    else if (WEXITSTATUS(status) == kWrongPerson)
      report.problem(where, "a wrong person");
    else if (WEXITSTATUS(status) != kNone)
      report.problem(where, "ends with " + std::to_string(WEXITSTATUS(status)));
  }
  vav_models_destroy(models);
  std::printf("%u galleries altered\n", count);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::fuzz

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "usage: gallery_fuzz FOLDER COUNT plain|encrypted [SEED]\n"), 2;
  return visavis::fuzz::run(argv[1], unsigned(std::atol(argv[2])), std::string(argv[3]) == "encrypted",
                            argc > 4 ? unsigned(std::atol(argv[4])) : 1);
}
