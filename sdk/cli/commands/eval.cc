// `visavis eval pairs`: how often faces are told right on pictures whose persons are known.
#include <filesystem>
#include <mutex>
#include <set>

#include "commands/commands.h"
#include "commands/eval_identify.h"
#include "commands/eval_quality.h"
#include "engine.h"
#include "eval/eval_embeddings.h"
#include "eval/eval_pairs.h"
#include "eval/eval_report.h"
#include "gallery_access.h"
#include "parallel.h"
#include "progress.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct EvalOptions {
  std::string pairs;
  std::string images;
  std::string cache, report;
  Threshold threshold;
  int jobs = 0;  // 0 = --threads
  bool all_pairs = false;
  bool skip_missing = false;
};

EmbeddingSet embeddings_for(const Context& context, const EvalOptions& options, const PairList& list) {
  EmbeddingRequest request;
  request.folder = options.images;
  request.cache = options.cache;
  request.jobs = options.jobs > 0 ? options.jobs : worker_count(context);
  request.skip_missing = options.skip_missing;
  for (const PicturePair& pair : list.pairs) {
    request.pictures.insert(pair.a);
    request.pictures.insert(pair.b);
  }
  if (options.all_pairs) {
    for (const std::string& picture : pictures_under(options.images)) request.pictures.insert(picture);
  }
  return compute_embeddings(context, request);
}

// The pairs with their distances. Pairs with a missing picture are counted and left out.
std::vector<PairResult> compare_pairs(const PairList& list, const EmbeddingSet& set, EvalReport& report) {
  std::vector<PairResult> results;
  std::set<std::string> used;
  std::set<std::string> missing;
  for (const PicturePair& pair : list.pairs) {
    const auto a = set.pictures.find(pair.a);
    const auto b = set.pictures.find(pair.b);
    if (a == set.pictures.end()) missing.insert(pair.a);
    if (b == set.pictures.end()) missing.insert(pair.b);
    if (a == set.pictures.end() || b == set.pictures.end()) {
      ++report.pairs_skipped;
      continue;
    }
    for (const auto& picture : {a, b}) {
      if (used.insert(picture->first).second && !picture->second) ++report.images_without_face;
    }
    PairResult result{pair.same, std::nullopt, pair.fold};
    if (a->second && b->second) result.distance = compare(*a->second, *b->second, float(report.threshold)).distance;
    results.push_back(result);
  }
  report.images = int64_t(used.size());
  report.images_missing = int64_t(missing.size());
  return results;
}

std::vector<ErrorRate> rates_down_to(const ErrorRates& rates, int64_t last_one_in) {
  std::vector<ErrorRate> list;
  for (int64_t one_in = 10; one_in <= last_one_in; one_in *= 10) list.push_back(rates.at_one_in(one_in));
  return list;
}

// Compares every picture of the folder with every other one and keeps all distances, 4 bytes each.
AllPairsReport compare_all(const Context& context, const EvalOptions& options, const EmbeddingSet& set) {
  std::vector<std::string> persons;
  std::vector<float> embeddings;  // one after the other
  for (const std::string& name : pictures_under(options.images)) {
    const auto found = set.pictures.find(name);
    if (found == set.pictures.end() || !found->second) continue;
    persons.push_back(person_of(name));
    embeddings.insert(embeddings.end(), found->second->begin(), found->second->end());
  }
  const auto images = int64_t(persons.size());
  std::vector<float> genuine;
  std::vector<float> impostor;
  std::mutex mutex;
  Progress progress(context, images, "comparing all pairs");
  for_each_parallel(images, options.jobs > 0 ? options.jobs : worker_count(context), [&](int64_t i) {
    const auto row = size_t(i);
    const size_t length = embeddings.size() / persons.size();
    const EmbeddingView probe(embeddings.data() + row * length, length);
    const std::vector<float> distances = compare_many(probe, probe.end(), persons.size() - row - 1);
    const std::lock_guard lock(mutex);
    for (size_t k = 0; k < distances.size(); ++k) {
      (persons[row] == persons[row + 1 + k] ? genuine : impostor).push_back(distances[k]);
    }
    progress.advance();
  });
  const ErrorRates rates(std::move(genuine), std::move(impostor));
  return {images, rates.genuine(), rates.impostor(), rates_down_to(rates, 100'000), rates.curve()};
}

int run(const Context& context, const EvalOptions& options) {
  if (!std::filesystem::is_directory(options.images)) throw WrongUse("--images is not a folder: " + options.images);
  check_report_place(options.report);
  const PairList list = read_pairs(options.pairs);
  const EmbeddingSet set = embeddings_for(context, options, list);

  EvalReport report;
  const Models models = open_models_alone(context);
  report.set = models.set();
  report.embedding_length = models.embedding_dim();
  report.backend = set.backend;
  report.time = set.time;
  report.threshold = short_number(options.threshold.value_or(published_threshold(context).value_or(1)));
  if (!options.threshold && !published_threshold(context))
    err() << "visavis: nobody has measured a threshold for this model yet; take one of those at the rates below\n";
  const std::vector<PairResult> pairs = compare_pairs(list, set, report);
  const float limit = float(report.threshold);  // as the library decides: in float
  const ErrorRates rates = error_rates_of(pairs);
  report.pairs = int64_t(pairs.size());
  report.genuine = rates.genuine();
  report.impostor = rates.impostor();
  report.fte = report.pairs - report.genuine - report.impostor;
  report.accuracy_at_threshold = accuracy_at(pairs, limit);
  report.accuracy_fte_different = accuracy_fte_different(pairs, limit);
  if (list.has_folds) report.accuracy_cv = cross_validate(pairs);
  report.rates = rates_down_to(rates, 1000);
  report.curve = rates.curve();
  if (options.all_pairs) report.all_pairs = compare_all(context, options, set);

  write_page(options.report, report_page(report));
  if (context.json) {
    print_json(report_json(report));
  } else {
    print_report(report);
  }
  return kDone;
}

}  // namespace

void add_eval(Command& app, Context& context) {
  auto* command = app.add_subcommand("eval", "Measure accuracy on pictures whose persons are known");
  command->require_subcommand();
  auto* pairs = command->add_subcommand("pairs", "Measure accuracy and error rates with a list of pairs");
  const auto options = std::make_shared<EvalOptions>();
  pairs
      ->add_option("--pairs", options->pairs,
                   "The list: a CSV with the columns a, b, same; a column fold turns on cross-validation")
      .required()
      .type_name("CSV");
  pairs->add_option("--images", options->images, "The folder with the pictures of the list")
      .required()
      .option_text("DIR REQUIRED");
  pairs->add_flag("--all-pairs", options->all_pairs,
                  "Measure also with all pairs of pictures in the folder, named like Some_Name_0001.jpg");
  add_threshold_option(pairs, options->threshold, false);
  pairs->add_option("--jobs", options->jobs, "How many pictures to work on at once (default: --threads)")
      .range(1, 256)
      .option_text("N");
  pairs->add_option("--cache", options->cache, "Store the embeddings in this file, for the next run").type_name("FILE");
  add_report_option(pairs, options->report);
  pairs->add_flag("--skip-missing", options->skip_missing,
                  "Leave out pictures that are missing or cannot be read, and their pairs");
  pairs->footer(
      "Takes the largest face of each picture. If none is found, looks again at twice the size, unless --min-face is\n"
      "given. Example:\n  visavis eval pairs --pairs pairs.csv --images photos/ --all-pairs");
  pairs->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
  add_eval_identify(*command, context);
  add_eval_quality(*command, context);
}

}  // namespace visavis::cli
