// A gallery that is in use moves to other models, and the process that moves it is killed at random moments, in the middle
// of staging and of the move itself: `moving_house FOLDER PERSONS KILLS plain|encrypted [SEED]`. Through each kill another
// handle goes on to answer by the models before; after the move it is refused, and everybody is found by the new ones. Then
// it moves back, and so on.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <utility>

#include "hand.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kBatch = 64, kAsked = 50;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

struct Models {
  Models(const char* set, bool unit) : of_norm_1(unit) {
    vav_models_options options = VAV_MODELS_OPTIONS_INIT;
    options.set = set;
    vav_models_open(&models, &options, nullptr);
  }
  ~Models() { vav_models_destroy(models); }
  Models(const Models&) = delete;
  Models& operator=(const Models&) = delete;
  vav_models* models = nullptr;
  bool of_norm_1;
};

struct Gallery {
  Gallery(const std::string& path, const Models& models, bool encrypted, vav_gallery_mode mode) {
    static const uint8_t kKey[VAV_KEY_SIZE] = {7, 7, 7};
    vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
    vav_gallery_key key = VAV_GALLERY_KEY_INIT;
    key.key = kKey;
    if (encrypted) options.key = &key;
    options.mode = mode;
    status = vav_gallery_open(&gallery, path.c_str(), models.models, &options, nullptr);
  }
  ~Gallery() { vav_gallery_destroy(gallery); }
  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;
  vav_gallery* gallery = nullptr;
  vav_status status;
};

// What these models give for the face of a person; those of opencv-zoo are of the norm 1.
Face of(const Models& models, int64_t id) {
  Face values = face("p" + std::to_string(id), models.of_norm_1 ? 2 : 1);
  if (!models.of_norm_1) return values;
  double squares = 0;
  for (const float value : values) squares += double{value} * double{value};
  for (float& value : values) value = static_cast<float>(value / std::sqrt(squares));
  return values;
}

// The person who is found, 0 = nobody; the status if it is none of VAV_OK.
vav_status who(const Gallery& gallery, const Face& probe, int64_t& person) {
  vav_matches* matches = nullptr;
  const vav_status status =
      vav_gallery_identify(&matches, gallery.gallery, probe.data(), VAV_EMBEDDING_DIM, nullptr, nullptr);
  person = vav_matches_decision(matches) == VAV_DECISION_MATCH ? vav_matches_person(matches, 0) : 0;
  vav_matches_destroy(matches);
  return status;
}

bool fill(const Gallery& gallery, const Models& models, int persons) {
  bool ok = vav_gallery_begin(gallery.gallery, nullptr) == VAV_OK;
  for (int i = 1; ok && i <= persons; ++i) {
    vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
    const std::string name = "p" + std::to_string(i);
    fields.name = name.c_str();
    int64_t person = 0, id = 0;
    ok = vav_gallery_add_person(&person, gallery.gallery, &fields, nullptr) == VAV_OK &&
         vav_gallery_add_template(&id, gallery.gallery, person, of(models, i).data(), VAV_EMBEDDING_DIM, nullptr,
                                  nullptr) == VAV_OK &&
         person == i && id == i;
  }
  return ok && vav_gallery_commit(gallery.gallery, nullptr) == VAV_OK;
}

// Stages what is not staged yet, batch by batch, and moves. Tells when it begins to move.
bool move_house(const Gallery& gallery, const Models& to, int pipe_end) {
  vav_unstaged page[kBatch];
  int32_t count = 0;
  for (;;) {
    if (vav_gallery_list_unstaged(page, &count, kBatch, gallery.gallery, 0, nullptr) != VAV_OK) return false;
    if (count == 0) break;
    if (vav_gallery_begin(gallery.gallery, nullptr) != VAV_OK) return false;
    for (int32_t i = 0; i < count; ++i)
      if (vav_gallery_stage(gallery.gallery, to.models, page[i].template_id, of(to, page[i].person).data(),
                            VAV_EMBEDDING_DIM, nullptr) != VAV_OK)
        return false;
    if (vav_gallery_commit(gallery.gallery, nullptr) != VAV_OK) return false;
  }
  if (write(pipe_end, "m", 1) != 1) return false;
  return vav_gallery_move(gallery.gallery, to.models, 0, nullptr) == VAV_OK;
}

class Moving {
 public:
  Moving(const std::string& folder, int persons, bool encrypted, unsigned seed)
      : scratch_(folder), persons_(persons), encrypted_(encrypted), random_(seed) {}

  // There and back, until it was killed so often; then once undisturbed, and timed.
  int run(int kills) {
    {
      const Gallery made(scratch_.file(), *from_, encrypted_, VAV_GALLERY_MUST_BE_NEW);
      if (!made.gallery || !fill(made, *from_, persons_)) return std::fprintf(stderr, "the gallery was not made\n"), 2;
    }
    for (bool last = false; !last; ++moves_) {
      const Gallery watcher = open(*from_);
      bool moved = false;
      while (!moved && in_staging_ + in_move_ < kills) {
        const std::string where = "kill " + std::to_string(in_staging_ + in_move_ + 1);
        // Now and then everything is staged anew.
        if ((in_staging_ + in_move_) % 4 == 2) vav_gallery_cancel_move(watcher.gallery, nullptr);
        // Of every other kill the moment is shortly after the move itself has begun.
        moved = is_moved_after(where, (in_staging_ + in_move_) % 2 == 1);
        if (!moved) ask(watcher, where);
      }
      if (!moved) finish(watcher), last = true;
      settle(watcher);
    }
    std::printf("%d persons; moved %d times, killed %d times in staging, %d times in the move; %d answers meanwhile\n",
                persons_, moves_, in_staging_, in_move_, answers_);
    if (in_staging_ == 0 || in_move_ == 0) report_.problem("kills", "too few to prove anything");
    return report_.exit_code();
  }

 private:
  Gallery open(const Models& models) const { return {scratch_.file(), models, encrypted_, VAV_GALLERY_MUST_EXIST}; }

  bool is_moved_after(const std::string& where, bool late) {
    int ends[2];
    if (pipe(ends) != 0) return report_.problem("pipe", "none"), true;
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
      ::close(ends[0]);
      const Gallery gallery = open(*from_);
      _exit(gallery.gallery && move_house(gallery, *to_, ends[1]) ? 0 : 3);
    }
    ::close(ends[1]);
    // Staging takes about 0.1 ms for each, and the move 0.01 ms.
    char begun = 0;
    if (late && read(ends[0], &begun, 1) < 0) begun = 0;
    usleep(static_cast<useconds_t>(5000 + random_() % static_cast<unsigned>(10 * persons_)) / (late ? 2 : 1));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!late && read(ends[0], &begun, 1) < 0) begun = 0;
    ::close(ends[0]);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) report_.problem(where, "the process failed by itself");
    if (WIFSIGNALED(status)) ++(begun ? in_move_ : in_staging_);
    const Gallery as_before = open(*from_), as_after = open(*to_);
    if (!as_before.gallery == !as_after.gallery)
      report_.problem(where, "it is of both models or of none: " + std::to_string(as_before.status));
    report_.problems(where, check_problems(as_after.gallery ? as_after.gallery : as_before.gallery));
    return as_after.gallery != nullptr;
  }

  // Some people, by the models before.
  void ask(const Gallery& gallery, const std::string& where) {
    for (int i = 0; i < kAsked; ++i) {
      const int64_t wanted = 1 + static_cast<int64_t>(random_() % static_cast<unsigned>(persons_));
      int64_t person = 0;
      if (who(gallery, of(*from_, wanted), person) != VAV_OK || person != wanted)
        report_.problem(where, "person " + std::to_string(wanted) + " was taken for " + std::to_string(person));
      ++answers_;
    }
  }

  void finish(const Gallery& watcher) {
    const Gallery gallery = open(*from_);
    vav_gallery_cancel_move(gallery.gallery, nullptr);
    const auto start = Clock::now();
    for (int64_t id = 1; id <= persons_;) {
      vav_gallery_begin(gallery.gallery, nullptr);
      for (int i = 0; i < kBatch && id <= persons_; ++i, ++id)
        if (vav_gallery_stage(gallery.gallery, to_->models, id, of(*to_, id).data(), VAV_EMBEDDING_DIM, nullptr) !=
            VAV_OK)
          report_.problem("staging", std::to_string(id));
      vav_gallery_commit(gallery.gallery, nullptr);
    }
    const double staging = ms_since(start);
    ask(watcher, "staged");
    const auto moving = Clock::now();
    if (vav_gallery_move(gallery.gallery, to_->models, 0, nullptr) != VAV_OK) report_.problem("move", "failed");
    std::printf("undisturbed: staged in %.0f ms, moved in %.0f ms\n", staging, ms_since(moving));
  }

  // After a move: the models before are refused, and everybody is found by the others.
  void settle(const Gallery& watcher) {
    const std::string where = "move " + std::to_string(moves_ + 1);
    int64_t person = 0;
    if (who(watcher, of(*from_, 1), person) != VAV_E_GALLERY_RECIPE || person != 0)
      report_.problem(where, "a handle of the models before was not refused");
    if (open(*from_).status != VAV_E_GALLERY_RECIPE) report_.problem(where, "the models before open it");
    std::swap(from_, to_);
    const Gallery now = open(*from_);
    report_.problems(where, check_problems(now.gallery));
    for (int i = 1; i <= persons_; ++i)
      if (who(now, of(*from_, i), person) != VAV_OK || person != i)
        report_.problem(where, "person " + std::to_string(i) + " is not found");
  }

  const Scratch scratch_;
  const Models dlib_{"dlib", false}, zoo_{"opencv-zoo", true};
  const Models *from_ = &dlib_, *to_ = &zoo_;
  const int persons_;
  const bool encrypted_;
  std::mt19937 random_;
  Report report_;
  int moves_ = 0, in_staging_ = 0, in_move_ = 0, answers_ = 0;
};

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc < 5) return std::fprintf(stderr, "usage: moving_house FOLDER PERSONS KILLS plain|encrypted [SEED]\n"), 2;
  return visavis::reliability::Moving(argv[1], std::atoi(argv[2]), std::string(argv[4]) == "encrypted",
                                      argc > 5 ? unsigned(std::atoi(argv[5])) : 1)
      .run(std::atoi(argv[3]));
}
