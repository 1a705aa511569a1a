// Prints the figures.
#include "eval/eval_report.h"

#include <algorithm>
#include <cstdio>
#include <utility>

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

// Of each point: how many strangers match, how many of the same person are missed, and at which distance.
Json curve_json(const std::vector<ErrorRate>& curve) {
  Json points = Json::array();
  for (const ErrorRate& point : curve)
    points.push_back({{"fmr", 1 / double(point.one_in)}, {"fnmr", *point.fnmr}, {"threshold", point.threshold}});
  return points;
}

Curve det_curve(const std::string& name, const std::vector<ErrorRate>& curve) {
  Curve det{name, {}};
  for (const ErrorRate& point : curve) det.points.push_back({1 / double(point.one_in), *point.fnmr});
  std::ranges::reverse(det.points);
  return det;
}

// The same as the share of the right ones that are found.
Curve roc_curve(Curve det) {
  for (CurvePoint& point : det.points) point.y = 1 - point.y;
  return det;
}

std::vector<std::vector<std::string>> rate_rows(const std::vector<ErrorRate>& rates) {
  std::vector<std::vector<std::string>> rows;
  for (const ErrorRate& rate : rates) {
    char threshold[16] = "–";
    if (rate.fnmr) std::snprintf(threshold, sizeof threshold, "%.4f", rate.threshold);
    rows.push_back({rate_name(rate.one_in), percent(rate.fnmr), threshold});
  }
  return rows;
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
  object["det"] = curve_json(report.curve);
  if (const auto& all = report.all_pairs) {
    Json& part = object["all_pairs"];
    part = {{"images", all->images}, {"genuine", all->genuine}, {"impostor", all->impostor}};
    put_rates(part, all->rates);
    part["det"] = curve_json(all->curve);
  }
  object["backend"] = report.backend;
  object["ms_per_picture"] = or_null(report.time.milliseconds_each());
  object["template_bytes"] = 4 * report.embedding_length;
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
  out() << "time                   " << report.time.in_words() << "; a template is " << 4 * report.embedding_length
        << " bytes\n";
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

EvalPage report_page(const EvalReport& report) {
  EvalPage page("Accuracy of " + report.set);
  page.add_text(count(report.pairs, "pairs of the list were evaluated, ") +
                count(report.fte, "of them without a comparable face (FTE).") + " A template is " +
                std::to_string(report.embedding_length) + " numbers, " + std::to_string(4 * report.embedding_length) +
                " bytes. Time: " + report.time.in_words() + '.');
  char threshold[16];
  std::snprintf(threshold, sizeof threshold, "%.4f", report.threshold);
  std::vector<std::vector<std::string>> accuracy = {
      {std::string("at the threshold of ") + threshold + ", of the comparable pairs",
       percent(report.accuracy_at_threshold)},
      {"pairs without a face taken as different", percent(report.accuracy_fte_different)}};
  if (const auto& cv = report.accuracy_cv)
    accuracy.push_back({"cross-validated over " + std::to_string(cv->folds) + " folds", percent(cv->mean)});
  page.add_table({"accuracy", ""}, accuracy);
  page.add_heading("Pairs of the list");
  page.add_table({"FMR", "FNMR", "threshold"}, rate_rows(report.rates));
  std::vector<Curve> curves = {det_curve("the list", report.curve)};
  if (const auto& all = report.all_pairs) {
    page.add_heading("All pairs");
    page.add_text(count(all->images, "pictures, ") + count(all->genuine, "genuine and ") +
                  count(all->impostor, "impostor pairs."));
    page.add_table({"FMR", "FNMR", "threshold"}, rate_rows(all->rates));
    curves.push_back(det_curve("all pairs", all->curve));
  }
  page.add_chart({"Detection error trade-off", "FMR: strangers taken for one person", "FNMR: one person not recognised",
                  true, true, curves});
  for (Curve& curve : curves) curve = roc_curve(std::move(curve));
  page.add_chart(
      {"ROC", "FMR: strangers taken for one person", "1 - FNMR: one person recognised", true, false, curves});
  return page;
}

}  // namespace visavis::cli
