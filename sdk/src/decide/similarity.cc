// From the counts of a table to odds. Between two points the logarithm of the odds is taken to be straight.
#include "decide/similarity.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace visavis {
namespace {

constexpr double kLeastPairs = 10;  // with fewer one more picture could double a rate

// The pairs whose distances are from `near` to `far`: shares of all of their kind.
struct Range {
  double genuine, impostor;
  float far, near;
};

Range joined(const Range& a, const Range& b) { return {a.genuine + b.genuine, a.impostor + b.impostor, a.far, b.near}; }

}  // namespace

std::vector<Evidence> evidence_of(const Calibration& calibration) {
  const auto& points = calibration.points;
  if (points.size() < 2 || calibration.genuine == 0) return {};
  const auto few = [&](const Range& range) {
    return range.genuine * double(calibration.genuine) < kLeastPairs ||
           range.impostor * double(calibration.impostor) < kLeastPairs * (1 - 1e-9);
  };
  std::vector<Range> ranges;
  // The first and the last have no end. They are taken to be as wide as their neighbours.
  const auto add = [&](double genuine, double impostor, float far, float near) {
    ranges.push_back({genuine, impostor, far, near});
    while (ranges.size() > 1) {
      const Range &before = *std::prev(ranges.end(), 2), &last = ranges.back();
      if (!few(before) && before.genuine * last.impostor < last.genuine * before.impostor) break;
      const Range both = joined(before, last);
      ranges.pop_back();
      ranges.back() = both;
    }
  };
  const CalibrationPoint &first = points.front(), &last = points.back();
  add(first.fnmr, 1 - first.fmr, 2 * first.threshold - points[1].threshold, first.threshold);
  for (size_t i = 1; i < points.size(); ++i)
    add(points[i].fnmr - points[i - 1].fnmr, points[i - 1].fmr - points[i].fmr, points[i - 1].threshold,
        points[i].threshold);
  add(1 - last.fnmr, last.fmr, last.threshold, 2 * last.threshold - points[points.size() - 2].threshold);
  while (ranges.size() > 1 && few(ranges.back())) {
    const Range both = joined(*std::prev(ranges.end(), 2), ranges.back());
    ranges.pop_back();
    ranges.back() = both;
  }
  if (ranges.size() < 2) return {};
  std::vector<Evidence> evidence;
  for (const Range& range : ranges)
    evidence.push_back({(range.far + range.near) / 2, std::log(range.genuine / range.impostor)});
  std::ranges::reverse(evidence);
  return evidence;
}

Similarity similarity_at(const std::vector<Evidence>& evidence, float distance, double prior) {
  if (evidence.empty() || std::isinf(distance))
    return {std::numeric_limits<float>::quiet_NaN(), Support::not_evaluated};
  const auto after = std::ranges::find_if(evidence, [&](const Evidence& point) { return point.distance >= distance; });
  double log_ratio = after == evidence.end() ? evidence.back().log_ratio : after->log_ratio;
  const bool between = after != evidence.end() && (after != evidence.begin() || after->distance == distance);
  if (between && after->distance != distance) {
    const Evidence& before = *std::prev(after);
    const double share = double(distance - before.distance) / double(after->distance - before.distance);
    log_ratio = before.log_ratio + share * (after->log_ratio - before.log_ratio);
  }
  const double probability = 1 / (1 + std::exp(-log_ratio) * (1 - prior) / prior);
  // Nothing is certain, nor is what a float would round to it.
  const float most = std::nextafter(1.0f, 0.0f), least = std::numeric_limits<float>::min();
  return {std::clamp(float(probability), least, most), between ? Support::measured : Support::extrapolated};
}

}  // namespace visavis
