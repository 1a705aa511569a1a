// Accuracy, cross-validation and error rates over lists of distances.
#include "eval/eval_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace visavis::cli {
namespace {

bool answers_same(const PairResult& pair, double threshold) { return pair.distance && *pair.distance <= threshold; }

}  // namespace

std::optional<double> accuracy_at(std::span<const PairResult> pairs, double threshold) {
  int64_t comparable = 0;
  int64_t right = 0;
  for (const PairResult& pair : pairs) {
    if (!pair.distance) continue;
    ++comparable;
    right += answers_same(pair, threshold) == pair.same;
  }
  if (comparable == 0) return std::nullopt;
  return double(right) / double(comparable);
}

std::optional<double> accuracy_fte_different(std::span<const PairResult> pairs, double threshold) {
  if (pairs.empty()) return std::nullopt;
  const auto right = std::ranges::count_if(
      pairs, [threshold](const PairResult& pair) { return answers_same(pair, threshold) == pair.same; });
  return double(right) / double(pairs.size());
}

std::optional<double> best_threshold(std::span<const PairResult> pairs) {
  std::vector<std::pair<float, bool>> sorted;
  int64_t right = 0;  // with a threshold below all distances every answer is "different"
  for (const PairResult& pair : pairs) {
    if (!pair.distance) continue;
    sorted.emplace_back(*pair.distance, pair.same);
    right += !pair.same;
  }
  if (sorted.empty()) return std::nullopt;
  std::ranges::sort(sorted);

  int64_t most_right = right;
  double best = std::nextafter(double(sorted.front().first), -std::numeric_limits<double>::infinity());
  for (size_t i = 0; i < sorted.size(); ++i) {
    right += sorted[i].second ? 1 : -1;
    const bool last = i + 1 == sorted.size();
    if (!last && sorted[i + 1].first == sorted[i].first) continue;  // no threshold lies between equal distances
    if (right <= most_right) continue;
    most_right = right;
    // In double: between two neighbouring floats there is no third one.
    best = last ? sorted[i].first : (double(sorted[i].first) + sorted[i + 1].first) / 2;
  }
  return best;
}

std::optional<CrossValidation> cross_validate(std::span<const PairResult> pairs) {
  std::set<int> folds;
  for (const PairResult& pair : pairs) {
    if (pair.distance) folds.insert(pair.fold);
  }
  if (folds.size() < 2) return std::nullopt;

  std::vector<double> accuracies;
  for (const int fold : folds) {
    std::vector<PairResult> here;
    std::vector<PairResult> others;
    for (const PairResult& pair : pairs) (pair.fold == fold ? here : others).push_back(pair);
    accuracies.push_back(*accuracy_at(here, *best_threshold(others)));
  }

  CrossValidation result;
  result.folds = int(accuracies.size());
  for (const double accuracy : accuracies) result.mean += accuracy / result.folds;
  double squares = 0;
  for (const double accuracy : accuracies) squares += (accuracy - result.mean) * (accuracy - result.mean);
  result.sd = std::sqrt(squares / (result.folds - 1));
  return result;
}

ErrorRates::ErrorRates(std::vector<float> genuine, std::vector<float> impostor)
    : genuine_(std::move(genuine)), impostor_(std::move(impostor)) {
  std::ranges::sort(genuine_);
  std::ranges::sort(impostor_);
}

ErrorRate ErrorRates::at_one_in(int64_t one_in) const {
  ErrorRate rate;
  rate.one_in = one_in;
  if (genuine_.empty() || impostor() < one_in) return rate;
  // Integers, because 1e-3 × count in floating point may fall just short of a whole number.
  const int64_t allowed = impostor() / one_in;
  // The nearest impostor pair that must not match. Everything nearer is allowed, however many distances are equal.
  const float refused = impostor_[size_t(allowed)];
  rate.threshold = std::nextafter(refused, -std::numeric_limits<float>::infinity());
  const auto missed = genuine_.end() - std::ranges::lower_bound(genuine_, refused);
  rate.fnmr = double(missed) / double(genuine_.size());
  return rate;
}

std::vector<ErrorRate> ErrorRates::curve() const {
  std::vector<ErrorRate> points;
  int64_t last = 1;
  for (int k = 2; last < impostor(); ++k) {
    const auto one_in = int64_t(std::llround(std::pow(10.0, k / 8.0)));
    if (one_in > impostor()) break;
    if (one_in > last) points.push_back(at_one_in(one_in));
    last = std::max(last, one_in);
    if (!points.empty() && !points.back().fnmr) points.pop_back();
  }
  return points;
}

ErrorRates error_rates_of(std::span<const PairResult> pairs) {
  std::vector<float> genuine;
  std::vector<float> impostor;
  for (const PairResult& pair : pairs) {
    if (pair.distance) (pair.same ? genuine : impostor).push_back(*pair.distance);
  }
  return ErrorRates(std::move(genuine), std::move(impostor));
}

}  // namespace visavis::cli
