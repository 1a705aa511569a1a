// A process that changes a gallery is killed at a random moment, again and again: `kill_rounds FOLDER ROUNDS
// plain|encrypted [SEED]`. It enrols, renames, removes, forgets, imports and, where there are keys, encrypts anew.
// Every acknowledged change is there, of an unacknowledged one all or nothing, and the gallery's check is clean.
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <random>

#include "hand.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

constexpr int kPeople = 25;

// Never returns: changes the gallery and tells about it until it is killed.
[[noreturn]] void victim(Ledger ledger, const Scratch& scratch, bool encrypted, unsigned seed, int pipe_end) {
  std::mt19937 random(seed);
  ledger.tell = [&](std::string line) {
    line += '\n';
    // Shorter than PIPE_BUF: whole lines only.
    if (write(pipe_end, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(3);
  };
  Hand hand(ledger);
  if (!hand.open(scratch.file(), {.encrypted = encrypted})) _exit(3);
  for (;;)
    if (!hand.something(static_cast<unsigned>(random()), kPeople, scratch.file("export"))) {
      std::fprintf(stderr, "victim: %s\n", hand.failures().back().message.c_str());
      _exit(3);
    }
}

// Reads the victim's lines until it is dead.
std::string read_all(int pipe_end) {
  std::string text;
  char buffer[4096];
  for (ssize_t size; (size = read(pipe_end, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(size));
  return text;
}

// Half an import would be one person of it without the others.
bool is_half(const Ledger& ledger, bool in_doubt_before) {
  if (!in_doubt_before) return false;
  int there = 0;
  for (const std::string& key : Hand::imported_keys()) there += ledger.now(key).there;
  return there != 0 && there != static_cast<int>(Hand::imported_keys().size());
}

int run(const std::string& folder, int rounds, bool encrypted, unsigned seed) {
  const Scratch scratch(folder);
  Report report;
  {
    Ledger scrap;
    Hand hand(scrap);
    if (!hand.open(scratch.file("source.vav")) || !hand.write_export(scratch.file("export")))
      return std::fprintf(stderr, "%s\n", hand.failures().back().message.c_str()), 2;
  }
  Ledger ledger;
  std::mt19937 random(seed);
  int64_t acknowledged = 0, in_doubt = 0;
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    if (pipe(ends) != 0) return 2;
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) {
      ::close(ends[0]);
      victim(ledger, scratch, encrypted, static_cast<unsigned>(random()), ends[1]);
    }
    random.discard(1);
    ::close(ends[1]);
    // From its first word on, however long a busy machine takes to get there.
    pollfd spoken{ends[0], POLLIN, 0};
    if (poll(&spoken, 1, 60'000) != 1)
      report.problem("round " + std::to_string(round), "nothing came from the process");
    usleep(random() % 40'000);
    kill(child, SIGKILL);
    const std::string lines = read_all(ends[0]);
    ::close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    const std::string where = "round " + std::to_string(round);
    if (!WIFSIGNALED(status)) report.problem(where, "the process ended by itself");
    for (size_t start = 0, end; (end = lines.find('\n', start)) != std::string::npos; start = end + 1) {
      ledger.replay(lines.substr(start, end - start));
      acknowledged += lines.compare(start, 4, "did ") == 0;
    }
    for (const std::string& key : ledger.keys()) in_doubt += !ledger.certain(key);
    bool importing = true;
    for (const std::string& key : Hand::imported_keys()) importing = importing && !ledger.certain(key);
    Hand hand(ledger);
    if (!hand.open(scratch.file(), {.encrypted = encrypted}))
      report.problem(where, hand.failures().back().message);
    else
      report.problems(where, hand.verify());
    if (is_half(ledger, importing)) report.problem(where, "half an import");
  }
  std::printf("%d rounds, %lld changes acknowledged, %lld kills in the middle of one\n", rounds,
              static_cast<long long>(acknowledged), static_cast<long long>(in_doubt));
  if (acknowledged < rounds || in_doubt == 0) report.problem("rounds", "too little was going on to prove anything");
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "usage: kill_rounds FOLDER ROUNDS plain|encrypted [SEED]\n"), 2;
  return visavis::reliability::run(argv[1], std::atoi(argv[2]), std::string(argv[3]) == "encrypted",
                                   argc > 4 ? unsigned(std::atoi(argv[4])) : 1);
}
