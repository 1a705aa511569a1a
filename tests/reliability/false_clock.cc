// What a clock that has gone wild lets in: `false_clock FOLDER`. The clock of this program says what the test wants; at
// each time, who is not valid then is not let in, and a time which cannot be is refused.
#include <time.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "hand.h"
#include "scratch.h"

namespace {

constexpr time_t kTrue = 1'785'000'000;  // in 2026
time_t clock_says = kTrue;

}  // namespace

// The loader takes the program's before the C library's.
extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t, timespec* out) {
  *out = {clock_says, 999'999'999};
  return 0;
}

namespace visavis::reliability {
namespace {

constexpr int64_t kSecond = 1000, kYear = 31'556'952'000;

vav_error err = VAV_ERROR_INIT;

int64_t add(vav_gallery* gallery, const std::string& name, int64_t from, int64_t until, int64_t expires) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = name.c_str();
  fields.valid_from = from;
  fields.valid_until = until;
  fields.expires_at = expires;
  int64_t person = 0, id = 0;
  if (vav_gallery_add_person(&person, gallery, &fields, &err) != VAV_OK ||
      vav_gallery_add_template(&id, gallery, person, face(name, 0).data(), VAV_EMBEDDING_DIM, nullptr, &err) != VAV_OK)
    std::fprintf(stderr, "%s: %s\n", name.c_str(), err.message);
  return person;
}

// Asked through identify and through verify; `let_in` = -1 when the clock was refused.
int ask(Report& report, vav_gallery* gallery, int64_t person, const std::string& name, const std::string& where) {
  vav_matches* matches = nullptr;
  vav_comparison comparison = VAV_COMPARISON_INIT;
  const Face probe = face(name, 0);
  const vav_status searched = vav_gallery_identify(&matches, gallery, probe.data(), VAV_EMBEDDING_DIM, nullptr, &err);
  const bool found = vav_matches_decision(matches) == VAV_DECISION_MATCH;
  vav_matches_destroy(matches);
  const vav_status verified =
      vav_gallery_verify(&comparison, gallery, person, probe.data(), VAV_EMBEDDING_DIM, 0, &err);
  const bool same = comparison.decision == VAV_DECISION_MATCH;
  if (searched != verified) report.problem(where, "identify and verify see another clock");
  if (searched == VAV_E_WRONG_STATE) return found || same ? (report.problem(where, "refused and matched"), 1) : -1;
  if (searched != VAV_OK) report.problem(where, std::string(vav_status_name(searched)) + " " + err.message);
  if (found != same) report.problem(where, "identify and verify disagree");
  return found || same;
}

int run(const std::string& folder) {
  const Scratch scratch(folder);
  Report report;
  vav_models* models = nullptr;
  vav_gallery* gallery = nullptr;
  if (vav_models_open(&models, nullptr, &err) != VAV_OK ||
      vav_gallery_open(&gallery, scratch.file().c_str(), models, nullptr, &err) != VAV_OK)
    return std::fprintf(stderr, "%s\n", err.message), 2;
  const int64_t now = int64_t{kTrue} * kSecond;
  const struct {
    const char* name;
    int64_t from, until, expires;
  } people[] = {{"always", 0, 0, 0},
                {"valid for years", now - 10 * kYear, now + 10 * kYear, 0},
                {"from tomorrow", now + 24 * 3600 * kSecond, 0, 0},
                {"kept for a year", 0, 0, now + kYear}};
  int64_t ids[4];
  for (int i = 0; i < 4; ++i) ids[i] = add(gallery, people[i].name, people[i].from, people[i].until, people[i].expires);

  constexpr time_t kLast = 9'007'199'254'739;  // s, the last one that is taken
  const time_t clocks[] = {kTrue,
                           0,
                           1,
                           -1,
                           -1000,
                           -2'000'000'000,
                           INT64_MIN / 1000,
                           INT64_MIN,
                           kTrue + 86'401,
                           kTrue + 366 * 86'400,
                           kTrue + 3660 * 86'400,
                           2'147'483'647,
                           2'147'483'648,
                           4'294'967'296,
                           9'223'372'036,
                           9'223'372'037,  // where nanoseconds are at their end, in 2262
                           253'402'300'800,
                           kLast,
                           kLast + 1,
                           INT64_MAX / 1000,
                           INT64_MAX / 1000 + 1,
                           INT64_MAX,
                           kTrue};  // back again: nothing of it stays
  for (const time_t clock : clocks) {
    clock_says = clock;
    for (int i = 0; i < 4; ++i) {
      const auto& who = people[i];
      const std::string where = std::string(who.name) + " at " + std::to_string(clock);
      const bool is_time = clock >= 0 && clock <= kLast;
      const int64_t then = is_time ? int64_t{clock} * kSecond + 999 : 0;
      const bool may = is_time && then >= who.from && (who.until == 0 || then < who.until) &&
                       (who.expires == 0 || then < who.expires);
      const int let_in = ask(report, gallery, ids[i], who.name, where);
      if (let_in == 1 && !may) report.problem(where, "was let in");
      if (is_time && (let_in == 1) != may) report.problem(where, "was not let in");
      if (!is_time && let_in != -1) report.problem(where, "a time that cannot be was taken");
    }
  }
  // What was made at any of these times can be exported, and imported again.
  clock_says = 1;
  add(gallery, "made in 1970", 0, 0, 0);
  clock_says = kLast - 1;
  add(gallery, "made far ahead", 0, 0, 0);
  clock_says = kTrue;
  vav_gallery* other = nullptr;
  vav_gallery_open(&other, scratch.file("other.vav").c_str(), models, nullptr, &err);
  for (const bool out : {true, false}) {
    vav_job* job = nullptr;
    const std::string file = scratch.file("people.export");
    vav_status status = out ? vav_gallery_start_export(&job, gallery, file.c_str(), 0, &err)
                            : vav_gallery_start_import(&job, other, file.c_str(), 0, &err);
    if (status == VAV_OK) status = vav_job_run(job, 0, nullptr, &err);
    if (status != VAV_OK) report.problem(out ? "export" : "import", err.message);
    vav_job_destroy(job);
  }
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  if (vav_gallery_get_info(other, &info, &err) != VAV_OK || info.persons != 6) report.problem("import", "not all came");
  for (vav_gallery* each : {gallery, other}) {
    report.problems("check", check_problems(each));
    vav_gallery_destroy(each);
  }
  vav_models_destroy(models);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: false_clock FOLDER\n"), 2;
  return visavis::reliability::run(argv[1]);
}
