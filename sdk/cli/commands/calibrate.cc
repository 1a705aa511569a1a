// `visavis calibrate`: which error rates thresholds have on the user's own photos.
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>
#include <set>

#include "commands/commands.h"
#include "csv.h"
#include "engine.h"
#include "eval/calibration.h"
#include "eval/eval_embeddings.h"
#include "eval/eval_page.h"
#include "eval/known_people.h"
#include "files.h"
#include "output.h"
#include "parallel.h"

namespace visavis::cli {
namespace {

// With fewer false matches than this a rate is not said: one more picture could double it.
constexpr int64_t kLeastFalseMatches = 10;
constexpr int kResamples = 200;

struct CalibrateOptions {
  KnownPeopleOptions photos;
  std::string groups, output, report;
  bool force = false;
};

// The groups of each picture, by its path in the folder.
using Groups = std::map<std::string, std::set<std::string>>;

// Asked before the work, which may take hours: whether the table may be written where it is to be.
void check_place(const CalibrateOptions& options, const std::vector<std::string>& pictures) {
  namespace fs = std::filesystem;
  const fs::path out = options.output;
  std::error_code error;
  const auto is_used = [&](const fs::path& used) { return fs::equivalent(out, used, error) || out == used; };
  if (is_used(options.photos.cache) || is_used(options.groups))
    throw WrongUse(options.output + " is another file of this command: give another name for the table");
  const fs::file_status status = fs::symlink_status(out, error);
  if (!fs::exists(status)) {
    require_place_for_file(out);
    const fs::path folder = out.has_parent_path() ? out.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) throw Failure(folder.string() + ": there is no such folder", VAV_E_IO);
    if (!can_write_into(folder)) throw Failure(folder.string() + ": cannot write into this folder", VAV_E_PERMISSION);
    return;
  }
  if (!fs::is_regular_file(status))
    throw WrongUse(options.output + " is not an ordinary file: give another name for the table; --json prints it");
  for (const std::string& picture : pictures)
    if (is_used(fs::path(options.photos.images) / picture))
      throw WrongUse(options.output + " is one of the pictures: give another name for the table");
  require_place_for_file(out);
  if (!options.force) throw Failure(options.output + " exists already: --force replaces it", VAV_E_ALREADY_EXISTS);
}

KnownPeople read_sample(const Context& context, const CalibrateOptions& options,
                        const std::vector<std::string>& pictures) {
  KnownPeople sample = read_known_people(context, options.photos, pictures);
  if (sample.person_count < 2)
    throw Failure(
        options.photos.images + ": faces of " + std::to_string(sample.person_count) +
        " persons: at least two are needed, and some hundreds for low rates. Give a folder with one folder for "
        "each person, or pictures named like Some_Name_0001.jpg");
  return sample;
}

// Those of the sample's faces with these numbers.
KnownFaces known_faces(const KnownPeople& sample, const std::vector<size_t>& faces) {
  KnownFaces known;
  auto embeddings = std::make_shared<std::vector<float>>();
  for (const size_t face : faces) {
    known.persons.push_back(sample.persons[face]);
    const EmbeddingView one = sample.embedding(face);
    embeddings->insert(embeddings->end(), one.begin(), one.end());
  }
  const size_t length = sample.embedding(0).size();
  known.distances = [embeddings, length, count = faces.size()](size_t row) {
    const EmbeddingView probe(embeddings->data() + row * length, length);
    return compare_many(probe, probe.end(), count - row - 1);
  };
  return known;
}

KnownFaces known_faces(const KnownPeople& sample) {
  std::vector<size_t> all(sample.persons.size());
  std::iota(all.begin(), all.end(), size_t{0});
  return known_faces(sample, all);
}

// 1e-1, and from there four for each power of ten.
std::vector<double> asked_rates() {
  std::vector<double> rates;
  for (int k = 4; k <= 36; ++k) rates.push_back(std::pow(10.0, -k / 4.0));
  return rates;
}

Json counted_json(const CountedRate& rate) { return {{"value", rate.value}, {"low", rate.low}, {"high", rate.high}}; }

bool is_counted(const CalibrationRow& row) { return row.false_matches >= kLeastFalseMatches; }

Json row_json(const CalibrationRow& row) {
  Json object = {{"threshold", short_number(row.threshold)}, {"false_matches", row.false_matches}};
  object["fmr"] = is_counted(row) ? counted_json(row.fmr) : Json(nullptr);
  object["fnmr"] = row.fnmr ? counted_json(*row.fnmr) : Json(nullptr);
  return object;
}

Json counts_json(const KnownFaces& faces) {
  const PairCounts counts = count_pairs(faces);
  return {{"persons", counts.persons},
          {"pictures", int64_t(faces.size())},
          {"genuine", counts.genuine},
          {"impostor", counts.impostor}};
}

Groups read_groups(const std::string& file, const std::vector<std::string>& pictures) {
  const CsvTable table = read_csv(file);
  const auto picture = table.column("picture"), group = table.column("group");
  if (!picture || !group) throw Failure(file + ": needs the columns picture and group in its first line");
  Groups groups;
  std::set<std::string> unknown;
  for (const CsvRow& row : table.rows) {
    const std::string& name = row.fields[*group];
    if (name.find_first_not_of(" \t") == std::string::npos)
      throw Failure(file + ", line " + std::to_string(row.line) + ": the group has no name");
    const std::string path = std::filesystem::path(row.fields[*picture]).lexically_normal().generic_string();
    if (std::ranges::binary_search(pictures, path))
      groups[path].insert(name);
    else
      unknown.insert(row.fields[*picture]);
  }
  if (groups.empty()) throw Failure(file + ": names no picture of the folder: give paths as they are inside it");
  tell_left_out("pictures of " + file + " that are not in the folder", {unknown.begin(), unknown.end()});
  return groups;
}

// The faces that are in a group, by its name.
std::map<std::string, KnownFaces> faces_of_groups(const KnownPeople& sample, const Groups& wanted) {
  std::map<std::string, std::vector<size_t>> members;
  for (const auto& [picture, names] : wanted)
    for (const std::string& name : names) members[name];  // also those without a face
  for (size_t i = 0; i < sample.pictures.size(); ++i) {
    const auto found = wanted.find(sample.pictures[i]);
    if (found == wanted.end()) continue;
    for (const std::string& name : found->second) members[name].push_back(i);
  }
  std::map<std::string, KnownFaces> groups;
  for (const auto& [name, faces] : members) groups.emplace(name, known_faces(sample, faces));
  return groups;
}

void print_row(const char* what, const CalibrationRow& row) {
  out().print("  %-8s threshold %.4f  ", what, double{row.threshold});
  if (is_counted(row))
    out().print("FMR %.1e (%.1e to %.1e)", row.fmr.value, row.fmr.low, row.fmr.high);
  else
    out().print("FMR not counted, false matches: %.0f", double(row.false_matches));
  if (row.fnmr)
    out().print("  FNMR %.4f (%.4f to %.4f)\n", row.fnmr->value, row.fnmr->low, row.fnmr->high);
  else
    out() << '\n';
}

// Whether the rates that our table promises are those of these photos.
std::vector<std::pair<double, CalibrationRow>> promised(const Models& models, const KnownFaces& faces,
                                                        const EachRow& each) {
  std::vector<std::pair<double, CalibrationRow>> rows;
  if (*models.calibration() == '\0') return rows;
  std::vector<float> thresholds;
  const std::vector<double> rates = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5};
  for (const double rate : rates) thresholds.push_back(models.limits({0, float(rate), VAV_PRESET_DEFAULT}).threshold);
  const std::vector<CalibrationRow> counted = rates_at(faces, thresholds, kResamples, each);
  for (size_t i = 0; i < rates.size(); ++i) rows.emplace_back(rates[i], counted[i]);
  return rows;
}

// FNMR by FMR, with bounds.
Curve det_curve(const std::string& name, const std::vector<CalibrationRow>& rows) {
  Curve curve{name, {}};
  for (const CalibrationRow& row : rows)
    if (is_counted(row) && row.fnmr)
      curve.points.push_back({row.fmr.value, row.fnmr->value, {{row.fnmr->low, row.fnmr->high}}});
  std::ranges::sort(curve.points, {}, &CurvePoint::x);
  return curve;
}

std::string with_bounds(const CountedRate& rate) {
  return percent(rate.value) + " (" + percent(rate.low) + " to " + percent(rate.high) + ")";
}

std::vector<std::string> page_row(const std::string& what, const CalibrationRow& row) {
  char threshold[16];
  std::snprintf(threshold, sizeof threshold, "%.4f", double{row.threshold});
  return {what, threshold, is_counted(row) ? with_bounds(row.fmr) : "fewer than 10 false matches",
          row.fnmr ? with_bounds(*row.fnmr) : "–"};
}

std::string rate_name(double rate) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0e", rate);
  return text;
}

int run(const Context& context, const CalibrateOptions& options) {
  const Models models = open_models_alone(context);
  const std::vector<std::string> pictures = pictures_of(options.photos);
  if (!options.output.empty()) check_place(options, pictures);
  check_report_place(options.report);
  const Groups groups = options.groups.empty() ? Groups() : read_groups(options.groups, pictures);
  const KnownPeople sample = read_sample(context, options, pictures);
  const KnownFaces faces = known_faces(sample);
  const int jobs = jobs_of(context, options.photos);
  const EachRow each = [&](int64_t count, const std::function<void(int64_t)>& one) {
    for_each_parallel(count, jobs, one);
  };

  Json report = {{"set", models.set()},
                 {"recipe", models.recipe()},
                 {"model_sha256", models.model_sha256()},
                 {"backend", sample.backend}};
  report.update(counts_json(faces));
  report["without_face"] = sample.without_face;
  report["unreadable"] = sample.unreadable;
  report["resamples"] = kResamples;
  report["rows"] = Json::array();
  const std::vector<double> rates = asked_rates();
  const std::vector<float> thresholds = thresholds_at(faces, rates, each);
  const std::vector<CalibrationRow> rows = rates_at(faces, thresholds, kResamples, each);
  std::vector<float> of_groups;  // thresholds
  if (!context.json) {
    const PairCounts counts = count_pairs(faces);
    out() << int64_t(faces.size()) << " pictures of " << counts.persons << " persons, " << sample.without_face
          << " more without a comparable face; " << counts.genuine << " genuine and " << counts.impostor
          << " impostor pairs\nthresholds on these photos (in brackets: 95 of 100 samples of such persons)\n";
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!is_counted(rows[i])) continue;
    Json row = row_json(rows[i]);
    row["asked"] = rates[i];
    report["rows"].push_back(row);
    if (i % 4 != 0) continue;  // only powers of ten
    of_groups.push_back(rows[i].threshold);
    if (!context.json) print_row(rate_name(rates[i]).c_str(), rows[i]);
  }
  EvalPage page("Error rates of " + models.set());
  page.add_text(
      std::to_string(faces.size()) + " pictures of " + std::to_string(count_pairs(faces).persons) + " persons; " +
      std::to_string(sample.without_face) + " more without a comparable face (FTE " +
      percent(double(sample.without_face) / double(std::max<int64_t>(1, int64_t(faces.size()) + sample.without_face))) +
      "). In brackets: 95 of 100 samples of such persons. A template is " + std::to_string(4 * models.embedding_dim()) +
      " bytes. Time: " + sample.time.in_words() + '.');
  std::vector<std::vector<std::string>> table;
  for (size_t i = 0; i < rows.size(); i += 4)
    if (is_counted(rows[i])) table.push_back(page_row(rate_name(rates[i]), rows[i]));
  page.add_heading("Thresholds on these photos");
  page.add_table({"asked FMR", "threshold", "FMR", "FNMR"}, table);
  std::vector<Curve> curves = {det_curve("all", rows)};
  const auto ours = promised(models, faces, each);
  table.clear();
  for (const auto& [rate, row] : ours) table.push_back(page_row(rate_name(rate), row));
  if (!table.empty()) {
    page.add_heading("The thresholds of " + models.set() + " on these photos");
    page.add_table({"promised FMR", "threshold", "FMR", "FNMR"}, table);
  }
  if (!ours.empty()) {
    report["promised"] = Json::array();
    if (!context.json) out() << "the thresholds of " << models.set() << " for these rates, on these photos\n";
  }
  for (const auto& [rate, row] : ours) {
    Json line = row_json(row);
    line["promised"] = rate;
    report["promised"].push_back(line);
    if (!context.json) print_row(rate_name(rate).c_str(), row);
  }
  if (!groups.empty()) {
    report["groups"] = Json::object();
    for (const auto& [name, members] : faces_of_groups(sample, groups)) {
      Json group = counts_json(members);
      group["rows"] = Json::array();
      if (!context.json) out() << "group " << name << ": " << count_pairs(members).persons << " persons\n";
      const std::vector<CalibrationRow> of_group = rates_at(members, of_groups, kResamples, each);
      table.clear();
      for (const CalibrationRow& row : of_group) table.push_back(page_row("", row));
      page.add_heading("Group " + name + ": " + std::to_string(count_pairs(members).persons) + " persons");
      page.add_table({"", "threshold", "FMR", "FNMR"}, table);
      curves.push_back(det_curve(name, of_group));
      for (const CalibrationRow& row : of_group) {
        group["rows"].push_back(row_json(row));
        if (!context.json) print_row("", row);
      }
      report["groups"][name] = group;
    }
  }
  page.add_chart({"Detection error trade-off", "FMR: strangers taken for one person", "FNMR: one person not recognised",
                  true, true, std::move(curves)});
  write_page(options.report, page);
  if (!options.output.empty()) {
    write_text(options.output, report.dump(1) + "\n");
  }
  if (context.json) print_json(report);
  return kDone;
}

}  // namespace

void add_calibrate(Command& app, Context& context) {
  auto* command = app.add_subcommand("calibrate", "Measure the error rates of thresholds on photos of yours");
  const auto options = std::make_shared<CalibrateOptions>();
  add_known_people_options(command, options->photos);
  command
      ->add_option(
          "--groups", options->groups,
          "Also the rates within groups: a CSV with the columns picture and group, such as site, camera or age")
      .type_name("CSV");
  command->add_option("-o,--output", options->output, "Write the table into this file, as JSON").type_name("FILE");
  add_report_option(command, options->report);
  command->add_flag("--force", options->force, "Replace FILE of -o if it exists");
  command->footer(
      "Each photo is compared with each other one. Rates with fewer than 10 false matches are not said.\nExample:\n  "
      "visavis calibrate --images photos/ --groups sites.csv -o table.json");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
