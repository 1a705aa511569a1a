// Each number is looked at before one of them decides anything.
#include "decide/calibration_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.h"
#include "base/files.h"
#include "base/flat_json.h"
#include "decide/calibration.h"

namespace visavis {
namespace {

using Json = nlohmann::json;

constexpr int64_t kMostBytes = 4 << 20;
constexpr int kDeepest = 8;
constexpr size_t kMostRows = 1000;
constexpr int64_t kLeastFalseMatches = 10;
constexpr int64_t kMostCount = int64_t{1} << 53;
constexpr double kLeastReach = 1e-3 * 1.01;  // the rate of a comparison by the preset `standard`
constexpr double kMostBelowOurs = 100;       // other people and cameras are no such difference

[[noreturn]] void wrong(const std::string& what) { throw std::invalid_argument(what); }

const Json& member(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) wrong(std::string("there is no \"") + name + '"');
  return object.at(name);
}

std::string text_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_string()) wrong(std::string("\"") + name + "\" is no text");
  return value.get<std::string>();
}

int64_t count_in(const Json& object, const char* name, int64_t least) {
  const Json& value = member(object, name);
  if (!value.is_number_integer() || value.get<double>() < double(least) || value.get<double>() > double(kMostCount))
    wrong(std::string("\"") + name + "\" is no number of at least " + std::to_string(least));
  return value.get<int64_t>();
}

double real_in(const Json& object, const char* name, double most) {
  const Json& value = member(object, name);
  if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= most))
    wrong(std::string("\"") + name + "\" is not within its range");
  return value.get<double>();
}

// Two rates may have one threshold: the second says nothing more.
void add_row(Calibration& table, const Json& row) {
  CalibrationPoint point{};
  point.threshold = float(real_in(row, "threshold", 2));
  point.fmr = real_in(member(row, "fmr"), "value", 1);
  const int64_t matches = count_in(row, "false_matches", kLeastFalseMatches);
  if (point.threshold == 0 || matches >= table.impostor)
    wrong("a threshold or its number of false matches is impossible");
  if (std::abs(point.fmr * double(table.impostor) / double(matches) - 1) > 1e-6)
    wrong("a rate is not that of its false matches");
  const Json& fnmr = member(row, "fnmr");
  if (fnmr.is_null()) table.genuine = 0;
  if (!fnmr.is_null()) point.fnmr = real_in(fnmr, "value", 1);
  if (!table.points.empty()) {
    const CalibrationPoint& before = table.points.back();
    if (point.threshold > before.threshold || point.fmr > before.fmr || point.fnmr < before.fnmr - 1e-12)
      wrong("thresholds and false matches must fall from row to row, and misses must not");
    if (point.fmr * 10 < before.fmr) wrong("more than a power of ten lies between two rows");
    if (point.threshold == before.threshold || point.fmr == before.fmr) return;
  }
  table.points.push_back(point);
}

Calibration read(const std::string& text) {
  json_depth(text, kDeepest);
  const Json json = Json::parse(text, nullptr, false);
  Calibration table;
  table.set = text_in(json, "set");
  table.recipe = text_in(json, "recipe");
  table.model_sha256 = text_in(json, "model_sha256");
  table.persons = count_in(json, "persons", 2);
  if (table.persons > std::numeric_limits<int32_t>::max()) wrong("\"persons\" is more than there are");
  table.genuine = count_in(json, "genuine", 0);
  table.impostor = count_in(json, "impostor", 1);
  const Json& rows = member(json, "rows");
  if (!rows.is_array() || rows.size() > kMostRows) wrong("\"rows\" is no list, or a very long one");
  for (const Json& row : rows) add_row(table, row);
  table.json = text;
  return table;
}

// Of the same models the library has a table, too. Where that ends, its last rate is the least that can be.
void require_like_ours(const Calibration& table, const std::string& path) {
  const auto ours = std::ranges::find(calibrations(), table.set, &Calibration::set);
  if (ours == calibrations().end()) return;
  for (const CalibrationPoint& point : table.points) {
    const double counted = std::min(rate_at(*ours, point.threshold), ours->points.front().fmr);
    if (counted <= kMostBelowOurs * point.fmr) continue;
    throw Error(VAV_E_INVALID_ARGUMENT,
                path +
                    ": by this table strangers are within a threshold less than once for each hundred times that the "
                    "library has counted for \"" +
                    table.set +
                    "\", so it would take them for your people: it was altered, or made of other pictures than "
                    "photos of people. Calibrate anew");
  }
}

}  // namespace

std::shared_ptr<const Calibration> read_calibration(const std::string& path, const std::string& set,
                                                    const Recipe& recipe) {
  const std::vector<char> bytes = read_file<char>(path, kMostBytes, FileKinds::ordinary);
  auto table = std::make_shared<Calibration>();
  try {
    *table = read({bytes.begin(), bytes.end()});
  } catch (const std::invalid_argument& problem) {
    const std::string what = problem.what();  // that of a reader begins with "is "
    throw Error(VAV_E_INVALID_ARGUMENT, path + ": this is no table of error rates, or an altered one: " +
                                            (what.starts_with("is ") ? "it " : "") + what +
                                            ". `visavis calibrate -o` writes one");
  }
  if (table->set != set || table->recipe != recipe.scoring || table->model_sha256 != recipe.model_sha256)
    throw Error(VAV_E_INVALID_ARGUMENT,
                path + ": this table of error rates was made with " +
                    (table->set != set ? "the set of models \"" + table->set + "\", and \"" + set + "\" is in use"
                                       : "another file or version of the models of \"" + set + "\"") +
                    ": `visavis calibrate -o` makes one for these");
  if (table->points.size() < 2 || table->points.back().fmr > kLeastReach)
    throw Error(VAV_E_INVALID_ARGUMENT,
                path + ": this table is of " + std::to_string(table->persons) +
                    " persons, too few for thresholds: it must "
                    "count ten false matches at a rate of one in 1,000. Calibrate with more persons");
  require_like_ours(*table, path);
  return table;
}

}  // namespace visavis
