// Four processes of three threads each create, write, search and clean up one gallery at once, while the parent reads
// it: whatever was acknowledged is found at once and by everybody, whatever was removed is not, and nothing is lost.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "visavis/visavis.h"

namespace {

constexpr int kProcesses = 4, kThreads = 3, kRounds = 6;
std::atomic<int> failures = 0;

void expect(bool holds, const char* what, const vav_error& err) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "process %d: %s: %s\n", int(getpid()), what, err.message);
}

// Far from every other: only its own person is within the threshold.
std::vector<float> embedding(int process, int thread, int round) {
  std::vector<float> e(VAV_EMBEDDING_DIM);
  e[0] = float(1000 * process + 100 * thread + 3 * round);
  e[1] = 1.3f;  // none is shorter than a face's
  return e;
}

vav_gallery* open_gallery(const std::string& path, vav_gallery_mode mode) {
  vav_error err = VAV_ERROR_INIT;
  vav_models* models = nullptr;
  vav_gallery* gallery = nullptr;
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.mode = mode;
  options.busy_timeout_ms = 60'000;
  if (vav_models_open(&models, nullptr, &err) || vav_gallery_open(&gallery, path.c_str(), models, &options, &err)) {
    std::fprintf(stderr, "open: %s\n", err.message);
    std::exit(1);
  }
  vav_models_destroy(models);
  return gallery;
}

// The person found within the threshold; 0 = unknown, -1 = the search failed.
int64_t identify(vav_gallery* gallery, const std::vector<float>& probe, vav_error& err) {
  vav_matches* matches = nullptr;
  if (vav_gallery_identify(&matches, gallery, probe.data(), VAV_EMBEDDING_DIM, nullptr, &err)) return -1;
  const int64_t person = vav_matches_decision(matches) == VAV_DECISION_MATCH ? vav_matches_person(matches, 0) : 0;
  vav_matches_destroy(matches);
  return person;
}

// Adds a person each round and removes every second one again.
void work(vav_gallery* gallery, int process, int thread) {
  vav_error err = VAV_ERROR_INIT;
  for (int round = 0; round < kRounds; ++round) {
    const auto own = embedding(process, thread, round);
    const std::string key =
        std::to_string(process).append("-").append(std::to_string(thread)).append("-").append(std::to_string(round));
    vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
    fields.name = key.c_str();
    fields.external_id = key.c_str();
    int64_t person = 0, template_id = 0;
    expect(vav_gallery_add_person(&person, gallery, &fields, &err) == VAV_OK, "add person", err);
    expect(
        vav_gallery_add_template(&template_id, gallery, person, own.data(), VAV_EMBEDDING_DIM, nullptr, &err) == VAV_OK,
        "add template", err);
    expect(identify(gallery, own, err) == person, "what was added is not found", err);
    if (round % 2 == 0) continue;
    expect(vav_gallery_remove_person(gallery, person, &err) == VAV_OK, "remove person", err);
    expect(identify(gallery, own, err) == 0, "what was removed is still found", err);
  }
}

int child(const std::string& path, int process) {
  vav_gallery* gallery = open_gallery(path, VAV_GALLERY_OPEN_OR_CREATE);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back(work, gallery, process, t);
  for (auto& thread : threads) thread.join();
  vav_gallery_destroy(gallery);
  return failures ? 1 : 0;
}

// Every person who stayed is found under its key and by its face; the file is sound.
void verify_outcome(const std::string& path) {
  vav_error err = VAV_ERROR_INIT;
  vav_gallery* gallery = open_gallery(path, VAV_GALLERY_MUST_EXIST);
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  constexpr int kStayed = kProcesses * kThreads * (kRounds / 2);
  expect(vav_gallery_get_info(gallery, &info, &err) == VAV_OK && info.persons == kStayed && info.templates == kStayed,
         "the number of persons is wrong", err);
  for (int p = 0; p < kProcesses; ++p)
    for (int t = 0; t < kThreads; ++t)
      for (int r = 0; r < kRounds; ++r) {
        const std::string key =
            std::to_string(p).append("-").append(std::to_string(t)).append("-").append(std::to_string(r));
        vav_person_query query = VAV_PERSON_QUERY_INIT;
        query.external_id = key.c_str();
        vav_persons* persons = nullptr;
        expect(vav_gallery_list_persons(&persons, gallery, &query, &err) == VAV_OK, "list", err);
        vav_person person = VAV_PERSON_INIT;
        const bool stayed = vav_persons_get(persons, 0, &person, nullptr) == VAV_OK;
        expect(stayed == (r % 2 == 0), "a person is there who should not be, or the reverse", err);
        expect(identify(gallery, embedding(p, t, r), err) == person.id, "found by its face", err);
        vav_persons_destroy(persons);
      }
  vav_check_report* report = nullptr;
  expect(vav_gallery_check(&report, gallery, &err) == VAV_OK, "check", err);
  for (int32_t i = 0; i < vav_check_report_count(report); ++i) expect(false, vav_check_report_problem(report, i), err);
  vav_check_report_destroy(report);
  vav_gallery_destroy(gallery);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::string folder = std::string(argv[1]) + "/processes-XXXXXX";
  if (!mkdtemp(folder.data())) return 2;
  const std::string path = folder + "/people.vav";
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t pid = fork();
    if (pid == 0) _exit(child(path, p));
    if (pid < 0) return 2;
    children.push_back(pid);
  }
  // A reader beside them: it never sees an error, and whom it finds has a face that belongs to somebody.
  vav_error err = VAV_ERROR_INIT;
  vav_gallery* reader = nullptr;
  size_t running = children.size();
  while (running > 0) {
    if (!reader && access(path.c_str(), F_OK) == 0) reader = open_gallery(path, VAV_GALLERY_OPEN_OR_CREATE);
    if (reader) expect(identify(reader, embedding(0, 0, 0), err) >= 0, "the reader", err);
    usleep(1000);
    int status = 0;
    while (waitpid(-1, &status, WNOHANG) > 0) {
      --running;
      expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a process failed", err);
    }
  }
  vav_gallery_destroy(reader);
  verify_outcome(path);
  for (const char* end : {"", "-wal", "-shm"}) unlink((path + end).c_str());
  rmdir(folder.c_str());
  return failures ? 1 : 0;
}
