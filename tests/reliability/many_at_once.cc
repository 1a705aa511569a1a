// Four processes of four threads use one gallery for a while: `many_at_once FOLDER SECONDS`. Each thread owns some
// persons and changes them; it must find at once what it added, and never what it removed. All threads also look for
// one person whose face moves from one place to the next, and never see a state older than the one known when they
// asked.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "hand.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

constexpr int kProcesses = 4, kThreads = 4, kPeople = 6;
using Clock = std::chrono::steady_clock;

// Shared by all processes.
struct Counts {
  std::atomic<int64_t> changes, searches, problems;
  std::atomic<int> committed;  // how many persons "w0", "w1", … have been added for all to see
};

void problem(Counts& counts, const std::string& what) {
  if (++counts.problems <= 20) std::fprintf(stderr, "process %d: %s\n", int(getpid()), what.c_str());
}

std::string owner(int process, int thread) { return std::to_string(process) + "." + std::to_string(thread) + "."; }

// The person found for a face; 0 = nobody, -1 = it failed.
int64_t find(Counts& counts, vav_gallery* gallery, const Face& probe) {
  vav_error err = VAV_ERROR_INIT;
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  options.threshold = 0.05f;
  options.only_within_threshold = 1;
  vav_matches* matches = nullptr;
  ++counts.searches;
  if (vav_gallery_identify(&matches, gallery, probe.data(), VAV_EMBEDDING_DIM, &options, &err) != VAV_OK) {
    problem(counts, std::string("identify: ") + err.message);
    return -1;
  }
  const int64_t person = vav_matches_person(matches, 0);
  vav_matches_destroy(matches);
  return person;
}

// Adds persons of its own and removes them again, through a handle that the threads of the process share.
void work(Counts& counts, vav_gallery* gallery, int process, int thread, Clock::time_point end) {
  vav_error err = VAV_ERROR_INIT;
  std::mt19937 random(unsigned(100 * process + thread));
  int64_t persons[kPeople] = {};
  while (Clock::now() < end) {
    const int which = int(random() % kPeople);
    const std::string key = owner(process, thread) + std::to_string(which);
    const Face own = face(key, 0);
    if (persons[which] == 0) {
      vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
      fields.name = fields.external_id = key.c_str();
      int64_t template_id = 0;
      if (vav_gallery_add_person(&persons[which], gallery, &fields, &err) ||
          vav_gallery_add_template(&template_id, gallery, persons[which], own.data(), VAV_EMBEDDING_DIM, nullptr, &err))
        return problem(counts, key + ": " + err.message);
      counts.changes += 2;
      if (find(counts, gallery, own) != persons[which]) problem(counts, key + ": was added and is not found");
    } else {
      if (find(counts, gallery, own) != persons[which]) problem(counts, key + ": is there and is not found");
      if (vav_gallery_remove_person(gallery, persons[which], &err)) return problem(counts, key + ": " + err.message);
      ++counts.changes;
      persons[which] = 0;
      if (find(counts, gallery, own) != 0) problem(counts, key + ": was removed and is still found");
    }
    // What another process committed before we ask is seen.
    const int known = counts.committed;
    if (known > 0 && find(counts, gallery, face("w" + std::to_string(known - 1), 0)) <= 0)
      problem(counts, "a stale answer: w" + std::to_string(known - 1) + " was committed before");
  }
  for (int which = 0; which < kPeople; ++which)
    if (persons[which] != 0 && vav_gallery_remove_person(gallery, persons[which], &err))
      problem(counts, std::string("at the end: ") + err.message);
}

int process_main(Counts& counts, const std::string& path, int process, Clock::time_point end) {
  Ledger ledger;
  Hand hand(ledger);
  if (!hand.open(path, {VAV_GALLERY_MUST_EXIST, 60'000})) return problem(counts, hand.failures().back().message), 1;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back(work, std::ref(counts), hand.gallery(), process, t, end);
  for (auto& thread : threads) thread.join();
  return 0;
}

int run(const std::string& folder, int seconds) {
  const Scratch scratch(folder);
  void* shared = mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 2;
  Counts& counts = *new (shared) Counts{};
  const std::string path = scratch.file();
  Ledger ledger;
  {
    Hand hand(ledger);
    if (!hand.open(path)) return 2;
  }
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) _exit(process_main(counts, path, p, end));
    if (child < 0) return 2;
    children.push_back(child);
  }
  Hand hand(ledger);
  if (!hand.open(path, {VAV_GALLERY_MUST_EXIST, 60'000})) problem(counts, hand.failures().back().message);
  while (hand.gallery() && Clock::now() < end) {
    if (!hand.add("w" + std::to_string(counts.committed), {0}))
      problem(counts, "the fifth process: " + hand.failures().back().message);
    else
      ++counts.committed;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      problem(counts, "a process ended with " + std::to_string(status));
  }
  // Only the w persons are left, each as it was added: nothing was lost, nothing came back.
  for (const std::string& what : hand.verify()) problem(counts, what);
  std::printf(
      "%d processes of %d threads, %d s: %lld changes and %d of a fifth process, %lld searches, %lld problems\n",
      kProcesses, kThreads, seconds, static_cast<long long>(counts.changes), int(counts.committed),
      static_cast<long long>(counts.searches), static_cast<long long>(counts.problems));
  return counts.problems == 0 ? 0 : 1;
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: many_at_once FOLDER SECONDS\n"), 2;
  return visavis::reliability::run(argv[1], std::atoi(argv[2]));
}
