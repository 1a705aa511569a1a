// `visavis eval identify`: how often searches in galleries of several sizes err, on the user's own photos.
#include "commands/eval_identify.h"

#include <algorithm>
#include <map>
#include <memory>

#include "engine.h"
#include "eval/eval_page.h"
#include "eval/identify_trials.h"
#include "eval/known_people.h"
#include "output.h"
#include "parallel.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct IdentifyTrialOptions {
  KnownPeopleOptions photos_of;
  std::string report;
  std::vector<std::string> sizes;
  int64_t photos = 1;
  int draws = 20;
};

// `people` must outlive the result.
TrialFaces trial_faces(const KnownPeople& people) {
  TrialFaces faces;
  faces.persons = people.persons;
  faces.distances = [&people](size_t face, std::span<const size_t> others) {
    std::vector<float> many;
    for (const size_t other : others) {
      const EmbeddingView one = people.embedding(other);
      many.insert(many.end(), one.begin(), one.end());
    }
    return compare_many(people.embedding(face), many);
  };
  return faces;
}

// Those that were asked for, or else powers of ten and the largest that is possible.
std::vector<int64_t> gallery_sizes(const IdentifyTrialOptions& options, int64_t most) {
  std::vector<int64_t> sizes;
  for (const std::string& text : options.sizes) {
    const bool digits =
        !text.empty() && text.size() < 10 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    const int64_t size = digits ? std::stoll(text) : 0;
    if (size < 1) throw WrongUse("--persons is '" + text + "': give a number of persons, 1 and up");
    if (size > most)
      throw Failure("--persons is " + text + ", but these photos have at most " + std::to_string(most) +
                    " persons with so many photos beside as many strangers");
    sizes.push_back(size);
  }
  if (!sizes.empty()) return sizes;
  for (int64_t size = 10; size < most; size *= 10) sizes.push_back(size);
  sizes.push_back(most);
  return sizes;
}

Json rate_json(const TrialRate& rate) { return {{"mean", rate.mean}, {"low", rate.low}, {"high", rate.high}}; }

void print_row(const char* preset, const TrialRow& row, bool any_enrolled) {
  out().print("  %-9s threshold %.4f  strangers named %.2f %% (%.2f to %.2f)", preset, double{row.threshold},
              100 * row.fpir.mean, 100 * row.fpir.low, 100 * row.fpir.high);
  if (any_enrolled)
    out().print("  missed %.1f %% (%.1f to %.1f)\n", 100 * row.fnir.mean, 100 * row.fnir.low, 100 * row.fnir.high);
  else
    out() << "  no photo of the enrolled is left to search for\n";
}

std::vector<Curve> curves_of(const std::map<std::string, Curve>& by_preset) {
  std::vector<Curve> curves;
  for (const auto& [name, curve] : by_preset) {
    curves.push_back(curve);
    curves.back().name = name;
    std::ranges::sort(curves.back().points, {}, &CurvePoint::x);
  }
  return curves;
}

EvalPage trial_page(const Models& models, const KnownPeople& people, const IdentifyTrialOptions& options,
                    const std::vector<std::vector<std::string>>& table, const std::map<std::string, Curve>& named,
                    const std::map<std::string, Curve>& missed) {
  EvalPage page("Searches with " + std::string(models.set()));
  page.add_text(std::to_string(options.photos) + (options.photos == 1 ? " photo" : " photos") + " of each person, " +
                std::to_string(options.draws) +
                " galleries of each size, drawn at random. Bands: the lowest and highest of them. A template is " +
                std::to_string(4 * models.embedding_dim()) + " bytes. Time: " + people.time.in_words() + '.');
  page.add_table({"preset", "persons", "strangers named (FPIR)", "enrolled missed (FNIR)"}, table);
  page.add_chart({"Strangers who are named", "persons in the gallery", "FPIR", true, false, curves_of(named)});
  page.add_chart({"Enrolled who are missed", "persons in the gallery", "FNIR", true, false, curves_of(missed)});
  return page;
}

int run(const Context& context, const IdentifyTrialOptions& options) {
  check_report_place(options.report);
  const Models models = open_models(context);
  if (*models.calibration() == '\0')
    throw WrongUse(
        "nobody has measured error rates for " + models.set() +
        ", so its presets have no thresholds: measure them with photos of yours, by `visavis calibrate -o`, and "
        "give that table with --calibration");
  const KnownPeople people = read_known_people(context, options.photos_of, pictures_of(options.photos_of));
  const TrialFaces faces = trial_faces(people);
  const int64_t most = most_enrolled(faces, options.photos);
  if (most < 1)
    throw Failure(options.photos_of.images + ": too few persons with " + std::to_string(options.photos) +
                  " photos: at least one is needed, and another as a stranger");
  const int jobs = jobs_of(context, options.photos_of);
  Json report = {{"set", models.set()},
                 {"backend", people.backend},
                 {"ms_per_picture", or_null(people.time.milliseconds_each())},
                 {"template_bytes", 4 * models.embedding_dim()},
                 {"pictures", int64_t(people.pictures.size())},
                 {"without_face", people.without_face},
                 {"unreadable", people.unreadable},
                 {"photos", options.photos},
                 {"draws", options.draws},
                 {"galleries", Json::array()}};
  auto presets = preset_names();
  if (!published_threshold(context))  // a model of the user's own, with a table of theirs
    std::erase_if(presets, [](const auto& one) { return one.second == VAV_PRESET_COMPAT; });
  std::map<std::string, Curve> named, missed;  // by preset
  std::vector<std::vector<std::string>> table;
  for (const int64_t size : gallery_sizes(options, most)) {
    TrialPlan plan{.gallery = size, .photos = options.photos, .draws = options.draws, .thresholds = {}};
    for (const auto& [name, preset] : presets)
      plan.thresholds.push_back(models.limits({0, 0, preset}, size * options.photos).threshold);
    const TrialReport trial =
        run_trials(faces, plan, [&](int64_t count, const auto& each) { for_each_parallel(count, jobs, each); });
    Json gallery = {
        {"persons", size}, {"searches_of_strangers", trial.strangers}, {"searches_of_enrolled", trial.enrolled}};
    if (!context.json)
      out() << size << " persons, " << options.photos << (options.photos == 1 ? " photo" : " photos") << " of each, "
            << options.draws << " galleries: " << trial.strangers << " searches of strangers, " << trial.enrolled
            << " of the enrolled\n";
    for (size_t i = 0; i < trial.rows.size(); ++i) {
      const TrialRow& row = trial.rows[i];
      const std::string& name = presets[i].first;
      gallery["presets"][name] = {{"threshold", short_number(row.threshold)},
                                  {"fpir", rate_json(row.fpir)},
                                  {"fnir", trial.enrolled > 0 ? rate_json(row.fnir) : Json(nullptr)}};
      if (!context.json) print_row(name.c_str(), row, trial.enrolled > 0);
      named[name].points.push_back({double(size), row.fpir.mean, {{row.fpir.low, row.fpir.high}}});
      if (trial.enrolled > 0)
        missed[name].points.push_back({double(size), row.fnir.mean, {{row.fnir.low, row.fnir.high}}});
      table.push_back(
          {name, std::to_string(size), percent(row.fpir.mean), trial.enrolled > 0 ? percent(row.fnir.mean) : "–"});
    }
    report["galleries"].push_back(gallery);
  }
  if (!options.report.empty()) write_page(options.report, trial_page(models, people, options, table, named, missed));
  if (context.json) print_json(report);
  return kDone;
}

}  // namespace

void add_eval_identify(Command& eval, Context& context) {
  auto* command = eval.add_subcommand("identify", "Measure how often searches err, in galleries of several sizes");
  const auto options = std::make_shared<IdentifyTrialOptions>();
  add_known_people_options(command, options->photos_of);
  command
      ->add_option("--persons", options->sizes,
                   "How many persons are enrolled; may be given several times (default: 10, 100, … as far as possible)")
      .option_text("N");
  command->add_option("--photos", options->photos, "How many photos of each of them (default 1)")
      .range(1, 100)
      .option_text("K");
  add_report_option(command, options->report);
  command->add_option("--draws", options->draws, "How many galleries are drawn at random (default 20)")
      .range(1, 1000)
      .option_text("N");
  command->footer(
      "The other photos of the enrolled are searched for, and all photos of everybody else as strangers.\nExample:\n  "
      "visavis eval identify --images photos/ --persons 100 --photos 3");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
