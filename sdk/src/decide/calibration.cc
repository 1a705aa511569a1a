// Between the points and beyond them.
#include "decide/calibration.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "types/threshold.h"

namespace visavis {
namespace {

// Powers of ten for each step of the threshold, over the last power of ten that was counted.
double last_slope(const Calibration& calibration) {
  const CalibrationPoint& last = calibration.points.back();
  const auto from = std::ranges::find_if(
      calibration.points, [&](const CalibrationPoint& point) { return point.fmr <= 10 * last.fmr * 1.01; });
  return std::log10(from->fmr / last.fmr) / double(from->threshold - last.threshold);
}

}  // namespace

const Calibration* calibration_of(const Recipe& recipe, const Calibration* own) {
  const auto same_models = [&] { return recipe.model_sha256.empty() || own->model_sha256 == recipe.model_sha256; };
  if (own && own->recipe == recipe.scoring && same_models()) return own;
  const std::string_view set = set_of(recipe);
  for (const Calibration& known : calibrations())
    if (set == known.set) return &known;
  return nullptr;
}

float threshold_at(const Calibration& calibration, double fmr) {
  const auto& points = calibration.points;
  if (fmr >= points.front().fmr) return std::min(points.front().threshold, kHighestThreshold);
  const auto after = std::ranges::find_if(points, [&](const CalibrationPoint& point) { return point.fmr <= fmr; });
  if (after == points.end()) {
    const double decades = std::log10(points.back().fmr / std::max(fmr, 1e-300));
    const double threshold = double(points.back().threshold) - decades / last_slope(calibration);
    return std::max(float(threshold), kLowestThreshold);
  }
  const CalibrationPoint& before = *std::prev(after);
  const double share = std::log10(before.fmr / fmr) / std::log10(before.fmr / after->fmr);
  const double threshold = double(before.threshold) + share * double(after->threshold - before.threshold);
  return std::min(float(threshold), kHighestThreshold);
}

double rate_at(const Calibration& calibration, float threshold) {
  const auto& points = calibration.points;
  if (threshold > points.front().threshold) return 1;  // more than the table knows
  const auto after =
      std::ranges::find_if(points, [&](const CalibrationPoint& point) { return point.threshold <= threshold; });
  if (after == points.end())
    return points.back().fmr * std::pow(10, -last_slope(calibration) * double(points.back().threshold - threshold));
  if (after == points.begin()) return after->fmr;
  const CalibrationPoint& before = *std::prev(after);
  const double share = double(before.threshold - threshold) / double(before.threshold - after->threshold);
  return before.fmr * std::pow(after->fmr / before.fmr, share);
}

bool is_measured(const Calibration& calibration, double fmr) {
  return fmr >= calibration.points.back().fmr * (1 - 1e-9) && fmr <= calibration.points.front().fmr;
}

double rate_of_search(double fmr, int64_t comparisons) {
  return fmr >= 1 ? 1 : -std::expm1(double(comparisons) * std::log1p(-fmr));
}

double rate_of_comparison(double fpir, int64_t comparisons) {
  return fpir >= 1 ? 1 : -std::expm1(std::log1p(-fpir) / double(std::max<int64_t>(comparisons, 1)));
}

}  // namespace visavis
