// Random sequences of every call, on two handles of this process and two of another, each answer compared with a
// model's. gallery_model FOLDER SEED STEPS plain|encrypted [CROWD]: CROWD persons are far from all others, so that the
// index prunes. Ends with 1 at the first answer that differs, and prints what led to it.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "actor.h"
#include "plain_model.h"
#include "reliability/scratch.h"

namespace visavis::reliability {
namespace {

constexpr size_t kHandles = 4;  // 0 and 1 here, 2 and 3 in the other process

// The other process: a line in, a line out, which begins with the number of the handle.
class OtherProcess {
 public:
  OtherProcess(const std::string& path, const std::string& folder, bool encrypted) {
    int to[2], from[2];
    if (pipe(to) != 0 || pipe(from) != 0 || (child_ = fork()) < 0) {
      std::perror("pipe or fork");
      std::exit(2);
    }
    if (child_ == 0) {  // nothing was open at the fork
      close(to[1]), close(from[0]);
      serve(fdopen(to[0], "r"), fdopen(from[1], "w"), path, folder, encrypted);
      _exit(0);
    }
    close(to[0]), close(from[1]);
    out_ = fdopen(to[1], "w");
    in_ = fdopen(from[0], "r");
  }
  ~OtherProcess() {
    std::fclose(out_);
    std::fclose(in_);
    waitpid(child_, nullptr, 0);
  }

  std::string perform(size_t handle, const Command& command) {
    std::fprintf(out_, "%zu %s\n", handle, command.line().c_str());
    std::fflush(out_);
    return read_line(in_);
  }

 private:
  static std::string read_line(FILE* in) {
    std::string line;
    for (int c; (c = std::fgetc(in)) != '\n';) {
      if (c == EOF) return "the other process has ended";
      line += static_cast<char>(c);
    }
    return line;
  }
  static void serve(FILE* in, FILE* out, const std::string& path, const std::string& folder, bool encrypted) {
    std::vector<std::unique_ptr<Actor>> actors(2);
    for (;;) {
      const std::string line = read_line(in);
      if (line.empty() || line[0] < '0' || line[0] > '9') return;
      auto& actor = actors[static_cast<size_t>(line[0] - '0')];
      if (!actor) actor = std::make_unique<Actor>(path, folder, encrypted);
      std::fprintf(out, "%s\n", actor->perform(Command::of(line.substr(2))).c_str());
      std::fflush(out);
    }
  }

  pid_t child_ = 0;
  FILE *in_ = nullptr, *out_ = nullptr;
};

class Inventor {
 public:
  Inventor(unsigned seed, bool encrypted) : random_(seed), encrypted_(encrypted) {}

  size_t handle(const PlainModel& model) {
    // While a transaction is open, mostly its own handle goes on.
    for (size_t i = 0; i < kHandles; ++i)
      if (model.in_transaction(i) && one_in(2)) return i;
    return below(kHandles);
  }

  Command next(const PlainModel& model, size_t handle) {
    using enum Call;
    struct Weight {
      Call call;
      unsigned weight;
    };
    static const std::vector<Weight> kWeights = {{add_person, 30},
                                                 {update_person, 60},
                                                 {remove_person, 12},
                                                 {forget_person, 4},
                                                 {add_template, 40},
                                                 {remove_template, 12},
                                                 {join_group, 25},
                                                 {leave_group, 20},
                                                 {purge_expired, 3},
                                                 {identify, 160},
                                                 {identify_batch, 15},
                                                 {verify, 60},
                                                 {find_duplicates, 15},
                                                 {list_duplicates, 8},
                                                 {list_persons, 20},
                                                 {list_templates, 10},
                                                 {list_groups, 8},
                                                 {info, 8},
                                                 {check, 6},
                                                 {begin, 10},
                                                 {commit, 8},
                                                 {rollback, 10},
                                                 {set_threshold, 4},
                                                 {set_audit, 4},
                                                 {verify_audit, 4},
                                                 {import, 3},
                                                 {import_offset, 2},
                                                 {compact, 1},
                                                 {rekey, 1},
                                                 {stage, 14},
                                                 {stage_rest, 3},
                                                 {list_unstaged, 6},
                                                 {move_status, 8},
                                                 {cancel_move, 1},
                                                 {move, 4},
                                                 {keep_chip, 8},
                                                 {get_chip, 8},
                                                 {remove_chips, 1},
                                                 {reopen, 3}};
    unsigned all = 0;
    for (const Weight& one : kWeights) all += one.weight;
    Command c;
    for (;;) {
      unsigned at = static_cast<unsigned>(below(all));
      for (const Weight& one : kWeights) {
        if (at < one.weight) {
          c.call = one.call;
          break;
        }
        at -= one.weight;
      }
      if (c.call == rekey && !encrypted_) continue;
      if (model.in_transaction(handle) && (c.call == commit || c.call == rollback)) break;
      if ((c.call == commit || c.call == rollback) && !one_in(20)) continue;
      break;
    }
    const std::vector<int64_t> persons = model.persons(), templates = model.templates();
    if (c.call == add_person && persons.size() - crowd > 40) c.call = remove_person;
    c.person = pick(persons);
    c.template_id = pick(templates);
    c.now = 1 + static_cast<int64_t>(below(110));
    c.face = static_cast<int32_t>(below(kFaces));
    if (c.call == add_person) {
      c.name = static_cast<int32_t>(below(kNameCount));
      if (one_in(2)) c.external = static_cast<int32_t>(below(30));
      if (one_in(4)) c.enabled = 2;
      times(c);
    } else if (c.call == update_person) {
      if (one_in(3)) c.name = static_cast<int32_t>(below(kNameCount));
      if (one_in(6)) c.external = static_cast<int32_t>(below(30));
      if (one_in(2)) c.enabled = 1 + static_cast<int32_t>(below(2));
      times(c);
    } else if (c.call == list_persons) {
      c.person = one_in(3) ? c.person : 0;
      if (one_in(3)) c.name = static_cast<int32_t>(below(kNameCount));
      if (one_in(4)) c.external = static_cast<int32_t>(below(30));
    } else if (c.call == import) {
      if (one_in(2)) c.enabled = 2;
    }
    const bool searches = c.call == identify || c.call == identify_batch || c.call == verify;
    if (searches) {
      if (one_in(3)) c.count = 1 + static_cast<int32_t>(below(20));
      c.within = one_in(3);
      if (one_in(3)) c.best_of = 1 + static_cast<int32_t>(below(3));
      c.inactive = one_in(5);
      c.seen = one_in(3);
      if (one_in(6)) c.only = std::max<int64_t>(pick(persons), 1), c.only2 = std::max<int64_t>(pick(persons), 1);
    }
    if (searches || c.call == find_duplicates || c.call == list_duplicates || c.call == set_threshold)
      c.threshold = c.call != set_threshold && one_in(3) ? 0 : 5 + static_cast<int32_t>(below(90));
    if (c.call == join_group || c.call == leave_group ||
        ((searches || c.call == list_persons || c.call == import) && one_in(3)))
      c.group = static_cast<int32_t>(below(kGroupCount));
    if (searches && c.group >= 0 && one_in(2)) c.group2 = static_cast<int32_t>(below(kGroupCount));
    c.on = one_in(3);
    return c;
  }

  // What the next steps are, if anything is planned: after a change of rights, something else looks at the gallery
  // first, and then the person comes to the door.
  void plan(const PlainModel& model, const Command& change) {
    using enum Call;
    const bool of_rights = change.call == update_person || change.call == join_group || change.call == leave_group;
    const auto face = model.face_of(change.person);
    if (!of_rights || !face || !one_in(3)) return;
    const size_t where = below(kHandles);
    static const Call kBetween[] = {check, list_duplicates, find_duplicates, forget_person, identify, compact, verify};
    Command between{.call = kBetween[below(std::size(kBetween))], .person = pick(model.persons()), .now = 50};
    between.face = static_cast<int32_t>(below(kFaces));
    if (between.call == identify) between.group = static_cast<int32_t>(below(kGroupCount));
    Command door{.call = identify, .now = 50, .face = *face};
    if (change.group >= 0 && one_in(2)) door.group = change.group;
    planned_ = {{where, between}, {where, door}, {where, door}};
  }
  std::optional<std::pair<size_t, Command>> planned() {
    if (planned_.empty()) return std::nullopt;
    const auto first = planned_.front();
    planned_.pop_front();
    return first;
  }

  size_t crowd = 0;  // persons who are only there to be many

 private:
  size_t below(size_t end) { return random_() % end; }
  bool one_in(size_t n) { return below(n) == 0; }
  int64_t pick(const std::vector<int64_t>& ids) {
    if (ids.empty() || one_in(40)) return 1 + static_cast<int64_t>(below(1000));  // mostly nobody's
    // Mostly of the newest, which are not the crowd.
    const size_t last = std::min<size_t>(ids.size(), 40);
    return one_in(10) ? ids[below(ids.size())] : ids[ids.size() - 1 - below(last)];
  }
  void times(Command& c) {
    const auto time = [&](int64_t first) { return one_in(4) ? -1 : first + static_cast<int64_t>(below(50)); };
    if (one_in(4)) c.from = time(1);
    if (one_in(4)) c.until = time(51);
    if (one_in(5)) c.expires = time(30);
    if (c.call == Call::add_person) c.from = std::max<int64_t>(c.from, 0), c.until = std::max<int64_t>(c.until, 0);
  }

  std::mt19937_64 random_;
  const bool encrypted_;
  std::deque<std::pair<size_t, Command>> planned_;
};

int run(const std::string& parent, unsigned seed, long steps, bool encrypted, int crowd) {
  const Scratch scratch(parent);
  OtherProcess other(scratch.file(), scratch.file(".").substr(0, scratch.file(".").size() - 2), encrypted);
  const std::string folder = scratch.file("").substr(0, scratch.file("").size() - 1);
  std::vector<std::unique_ptr<Actor>> actors;
  for (int i = 0; i < 2; ++i) actors.push_back(std::make_unique<Actor>(scratch.file(), folder, encrypted));
  PlainModel model(kHandles);
  Inventor inventor(seed, encrypted);
  std::deque<std::string> last;
  long done = 0;
  const auto step = [&](size_t handle, const Command& command) {
    const std::string expected = model.perform(handle, command);
    const std::string got = handle < 2 ? actors[handle]->perform(command) : other.perform(handle - 2, command);
    last.push_back(std::to_string(handle) + ": " + command.line() + "  ->  " + got.substr(0, 200));
    if (last.size() > 60) last.pop_front();
    ++done;
    if (got == expected) return true;
    for (const std::string& line : last) std::cerr << line << "\n";
    std::cerr << "seed " << seed << ", step " << done << ": expected\n  " << expected << "\ngot\n  " << got << "\n";
    return false;
  };
  if (crowd > 0) {
    if (!step(0, {.call = Call::begin})) return 1;
    for (int i = 0; i < crowd; ++i)
      if (!step(
              0,
              {.call = Call::add_person, .name = i % kNameCount, .enabled = i % 3 ? 0 : 2, .until = i % 5 ? 0 : 60}) ||
          !step(0, {.call = Call::add_template, .person = i + 1, .face = kFaces + i}))
        return 1;
    if (!step(0, {.call = Call::commit})) return 1;
    inventor.crowd = static_cast<size_t>(crowd);
  }
  for (long i = 0; i < steps; ++i) {
    if (const auto planned = inventor.planned()) {
      if (!step(planned->first, planned->second)) return 1;
      continue;
    }
    const size_t handle = inventor.handle(model);
    const Command command = inventor.next(model, handle);
    if (!step(handle, command)) return 1;
    inventor.plan(model, command);
  }
  std::cout << done << " answers, all as expected\n";
  return 0;
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "gallery_model FOLDER SEED STEPS plain|encrypted [CROWD]\n";
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  return visavis::reliability::run(argv[1], static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)),
                                   std::strtol(argv[3], nullptr, 10), std::string(argv[4]) == "encrypted",
                                   argc > 5 ? std::atoi(argv[5]) : 0);
}
