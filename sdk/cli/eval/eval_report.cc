// Prints the figures.
#include "eval/eval_report.h"

#include <cstdio>

namespace visavis::cli {
namespace {

// "1e-3" for one in 1,000.
std::string rate_name(int64_t one_in) {
  int exponent = 0;
  for (int64_t power = 1; power < one_in; power *= 10) ++exponent;
  return "1e-" + std::to_string(exponent);
}

void put_rates(Json& object, const std::vector<ErrorRate>& rates) {
  for (const ErrorRate& rate : rates) {
    object["fnmr_at_fmr"][rate_name(rate.one_in)] = or_null(rate.fnmr);
    object["threshold_at_fmr"][rate_name(rate.one_in)] = rate.fnmr ? Json(rate.threshold) : Json(nullptr);
  }
}

void print_percent(const char* what, const std::optional<double>& value, const std::string& remark) {
  if (value) {
    out().print("%s %.2f %%%s\n", what, *value * 100, remark.c_str());
  } else {
    out().print("%s -  (nothing to compare)\n", what);
  }
}

void print_rates(const std::vector<ErrorRate>& rates) {
  for (const ErrorRate& rate : rates) {
    const std::string name = rate_name(rate.one_in);
    if (rate.fnmr) {
      out().print("  at FMR %s           FNMR %.4f  (threshold %.4f)\n", name.c_str(), *rate.fnmr, rate.threshold);
    } else {
      out().print("  at FMR %s           -  (too few pairs to say)\n", name.c_str());
    }
  }
}

std::string count(int64_t number, const char* what) { return std::to_string(number) + ' ' + what; }

}  // namespace

Json report_json(const EvalReport& report) {
  Json object = {{"pairs", report.pairs},
                 {"pairs_skipped", report.pairs_skipped},
                 {"fte", report.fte},
                 {"images", report.images},
                 {"images_without_face", report.images_without_face},
                 {"images_missing", report.images_missing},
                 {"genuine", report.genuine},
                 {"impostor", report.impostor},
                 {"threshold", report.threshold},
                 {"accuracy_at_threshold", or_null(report.accuracy_at_threshold)},
                 {"accuracy_cv", nullptr},
                 {"accuracy_fte_different", or_null(report.accuracy_fte_different)}};
  if (const auto& cv = report.accuracy_cv) {
    object["accuracy_cv"] = {{"mean", cv->mean}, {"sd", cv->sd}, {"folds", cv->folds}};
  }
  put_rates(object, report.rates);
  if (const auto& all = report.all_pairs) {
    Json& part = object["all_pairs"];
    part = {{"images", all->images}, {"genuine", all->genuine}, {"impostor", all->impostor}};
    put_rates(part, all->rates);
  }
  object["backend"] = report.backend;
  return object;
}

void print_report(const EvalReport& report) {
  out().print("pairs                  %s, %s without a comparable face (FTE)\n",
              count(report.pairs, "evaluated").c_str(), std::to_string(report.fte).c_str());
  if (report.pairs_skipped > 0) {
    out().print("  skipped              %lld, because %lld pictures are missing\n",
                static_cast<long long>(report.pairs_skipped), static_cast<long long>(report.images_missing));
  }
  out().print("  comparable           %s, %s\n", count(report.genuine, "genuine").c_str(),
              count(report.impostor, "impostor").c_str());
  out().print("pictures               %s, %s\n", count(report.images, "in these pairs").c_str(),
              count(report.images_without_face, "where none was found or it is not comparable").c_str());
  char at[40];
  std::snprintf(at, sizeof at, "accuracy at %.3f     ", report.threshold);
  print_percent(at, report.accuracy_at_threshold, " of the comparable pairs");
  print_percent("  FTE as different    ", report.accuracy_fte_different, " of all pairs");
  if (const auto& cv = report.accuracy_cv) {
    out().print("  cross-validated      %.2f %% (sd %.2f) over %d folds\n", cv->mean * 100, cv->sd * 100, cv->folds);
  }
  out().print("false non-matches over these pairs\n");
  print_rates(report.rates);
  if (const auto& all = report.all_pairs) {
    out().print("false non-matches over all pairs of %s: %s, %s\n",
                count(all->images, "pictures with a comparable face").c_str(), count(all->genuine, "genuine").c_str(),
                count(all->impostor, "impostor").c_str());
    print_rates(all->rates);
  }
}

}  // namespace visavis::cli
