// The figures of `visavis eval`: accuracy at a threshold, cross-validated accuracy, and FNMR at a given FMR. This file
// knows only numbers, no pictures and no options, so that unit tests can check it with lists made by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace visavis::cli {

// A pair of pictures. Two faces are taken to be the same person when their distance is at most the threshold.
struct PairResult {
  bool same = false;              // the truth
  std::optional<float> distance;  // nothing when a picture has no face: the pair is not comparable
  int fold = 0;                   // which part of the cross-validation it belongs to
};

// The share of right answers over the comparable pairs; nothing when there is none.
std::optional<double> accuracy_at(std::span<const PairResult> pairs, double threshold);

// The same over all pairs, where a pair without a face counts as answered "different".
std::optional<double> accuracy_fte_different(std::span<const PairResult> pairs, double threshold);

// The threshold with the most right answers over the comparable pairs: the middle between two neighbouring distances.
// Of several that are equally good it is the smallest, which lets in fewer strangers. Nothing if no pair is comparable.
std::optional<double> best_threshold(std::span<const PairResult> pairs);

struct CrossValidation {
  double mean = 0;
  double sd = 0;  // sample standard deviation over the folds (n - 1)
  int folds = 0;  // that had a comparable pair
};

// For each fold: the best threshold of all other folds, applied to this one. Nothing when fewer than two folds have
// comparable pairs, because then there is nothing to choose the threshold on.
std::optional<CrossValidation> cross_validate(std::span<const PairResult> pairs);

// The false non-match rate where at most one impostor pair in `one_in` matches.
struct ErrorRate {
  int64_t one_in = 0;          // 10 for FMR 1e-1, 1,000 for FMR 1e-3
  std::optional<double> fnmr;  // nothing when there are fewer than one_in impostors (too few to say) or no genuine pair
  double threshold = 0;        // the largest distance that keeps the FMR; only with fnmr
};

// Distances of genuine and impostor pairs, sorted once for many questions.
class ErrorRates {
 public:
  ErrorRates(std::vector<float> genuine, std::vector<float> impostor);

  // `one_in` is at least 2. The result is exact: it counts and never interpolates. Pairs with equal distances all match
  // or all do not.
  ErrorRate at_one_in(int64_t one_in) const;

  // The curve: rates from 1 in 2 down to what the pairs can tell, eight for each power of ten.
  std::vector<ErrorRate> curve() const;

  int64_t genuine() const { return int64_t(genuine_.size()); }
  int64_t impostor() const { return int64_t(impostor_.size()); }

 private:
  std::vector<float> genuine_;
  std::vector<float> impostor_;
};

// The comparable pairs of a list as genuine and impostor distances.
ErrorRates error_rates_of(std::span<const PairResult> pairs);

}  // namespace visavis::cli
