// `visavis eval quality`: whether the quality measures order photos by their error, on the user's own photos.
#include "commands/eval_quality.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include "engine.h"
#include "eval/eval_page.h"
#include "eval/known_people.h"
#include "eval/quality_curves.h"
#include "output.h"
#include "parallel.h"
#include "threshold.h"
#include "visavis/quality.hpp"

namespace visavis::cli {
namespace {

constexpr std::array kLeftOut = {0.0, 0.05, 0.1, 0.2, 0.3};

struct QualityTrialOptions {
  KnownPeopleOptions photos_of;
  std::string report;
  Threshold threshold;
};

// All pairs of two photos of one person.
std::vector<GenuinePair> genuine_pairs(const KnownPeople& people, float threshold, int jobs) {
  std::vector<GenuinePair> pairs;
  std::mutex mutex;
  const auto count = int64_t(people.persons.size());
  for_each_parallel(count, jobs, [&](int64_t i) {
    std::vector<GenuinePair> own;
    const auto a = size_t(i);
    for (size_t b = a + 1; b < people.persons.size(); ++b)
      if (people.persons[a] == people.persons[b])
        own.push_back({a, b, compare(people.embedding(a), people.embedding(b), threshold).distance > threshold});
    const std::lock_guard lock(mutex);
    pairs.insert(pairs.end(), own.begin(), own.end());
  });
  std::ranges::sort(pairs, {}, [](const GenuinePair& pair) { return std::pair(pair.a, pair.b); });
  return pairs;
}

// The scores of one measure. A photo of which it was not evaluated stands in the middle; empty if that is each photo.
std::vector<double> scores_of(const KnownPeople& people, size_t measure) {
  std::vector<double> known, scores;
  for (size_t photo = 0; photo < people.persons.size(); ++photo)
    if (const float score = people.score(photo, measure); score >= 0) known.push_back(double{score});
  if (known.empty()) return {};
  const auto middle = known.begin() + int64_t(known.size() / 2);
  std::ranges::nth_element(known, middle);
  for (size_t photo = 0; photo < people.persons.size(); ++photo) {
    const float score = people.score(photo, measure);
    scores.push_back(score >= 0 ? double{score} : *middle);
  }
  return scores;
}

void print_row(const char* name, const std::vector<double>& rates) {
  out().print("  %-26s", name);
  for (const double rate : rates) out().print(" %7.2f", 100 * rate);
  out() << '\n';
}

int run(const Context& context, const QualityTrialOptions& options) {
  check_report_place(options.report);
  const Models models = open_models(context);
  Asked asked;
  asked.threshold = options.threshold.value_or(0);
  const float threshold = comparison_limits(context, asked).threshold;
  KnownPeopleOptions photos = options.photos_of;
  photos.with_quality = true;
  const KnownPeople people = read_known_people(context, photos, pictures_of(photos));
  const std::vector<GenuinePair> pairs = genuine_pairs(people, threshold, jobs_of(context, photos));
  if (pairs.empty()) throw Failure(photos.images + ": nobody has two photos with a face that can be compared");

  Json report = {{"set", models.set()},
                 {"backend", people.backend},
                 {"ms_per_picture", or_null(people.time.milliseconds_each())},
                 {"pictures", int64_t(people.pictures.size())},
                 {"persons", int64_t{people.person_count}},
                 {"genuine", int64_t(pairs.size())},
                 {"missed", int64_t(std::ranges::count_if(pairs, &GenuinePair::missed))},
                 {"threshold", short_number(threshold)},
                 {"left_out", kLeftOut},
                 {"fnmr", Json::object()}};
  if (!context.json) {
    out().print("%lld photos of %lld persons, %lld pairs of one person, threshold %.4f\n",
                static_cast<long long>(people.pictures.size()), static_cast<long long>(people.person_count),
                static_cast<long long>(pairs.size()), double{threshold});
    out().print("FNMR in %% where the worst photos by one measure are left out:\n  %-26s", "");
    for (const double share : kLeftOut) out().print(" %5.0f %%", 100 * share);
    out() << '\n';
  }
  std::vector<std::vector<std::string>> table;
  std::vector<Curve> curves;
  const auto tell = [&](const char* name, const std::vector<double>& worth) {
    const std::vector<double> rates = miss_rates(worth, pairs, kLeftOut);
    report["fnmr"][name] = rates;
    if (!context.json) print_row(name, rates);
    Curve curve{name, {}};
    std::vector<std::string> cells = {name};
    for (size_t i = 0; i < rates.size(); ++i) {
      curve.points.push_back({100 * kLeftOut[i], 100 * rates[i]});
      cells.push_back(percent(rates[i]));
    }
    table.push_back(std::move(cells));
    curves.push_back(std::move(curve));
  };
  std::vector<std::vector<double>> measures;
  const auto all = Quality::measures();
  for (size_t i = 0; i < all.size(); ++i) {
    std::vector<double> scores = scores_of(people, i);
    const char* const name = Quality{all[i], {}, {}, false, 0}.name();
    if (scores.empty()) {
      report["fnmr"][name] = nullptr;
      if (!context.json) out().print("  %-26s not evaluated of any photo\n", name);
      continue;
    }
    tell(name, scores);
    measures.push_back(std::move(scores));
  }
  tell("all together", combined_worth(measures, people.persons, pairs));
  if (!options.report.empty()) {
    EvalPage page("Quality measures and errors of " + std::string(models.set()));
    page.add_text(
        "FNMR where the worst photos by one measure are left out. A measure that orders photos well has rates that "
        "fall.");
    std::vector<std::string> header = {"measure"};
    for (const double share : kLeftOut) header.push_back(percent(share));
    page.add_table(header, table);
    // The curves of the best few, by what is left at the end: more could not be told apart.
    std::ranges::stable_sort(curves, {}, [](const Curve& curve) { return curve.points.back().y; });
    constexpr size_t kShown = 6;
    if (curves.size() > kShown) curves.resize(kShown);
    page.add_chart({"Error versus discard: the six measures that help most", "photos left out, %", "FNMR, %", false,
                    false, std::move(curves)});
    write_page(options.report, page);
  }
  if (context.json) print_json(report);
  return kDone;
}

}  // namespace

void add_eval_quality(Command& eval, Context& context) {
  auto* command = eval.add_subcommand("quality", "Measure whether the quality measures order photos by their error");
  const auto options = std::make_shared<QualityTrialOptions>();
  add_known_people_options(command, options->photos_of);
  add_threshold_option(command, options->threshold, false);
  add_report_option(command, options->report);
  command->footer(
      "A measure that orders photos well has rates that fall: leaving out its worst photos leaves out errors. All\n"
      "together: weights fitted on one half of the persons and used for the other.\nExample:\n  "
      "visavis eval quality --images photos/ --cache photos.cache");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
