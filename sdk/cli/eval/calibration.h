// Thresholds and the error rates they have on pictures whose persons are known, with bounds. Only numbers: no pictures and
// no options, so that unit tests can check it with lists made by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace visavis::cli {

// Runs each(0) … each(count - 1), maybe several at once.
using EachRow = std::function<void(int64_t count, const std::function<void(int64_t)>& each)>;

// Faces with the persons they are of.
struct KnownFaces {
  std::vector<uint32_t> persons;                             // numbers from 0
  std::function<std::vector<float>(size_t face)> distances;  // to all later faces; asked by several threads at once
  size_t size() const { return persons.size(); }
};

// A rate that was counted, and where it lies in 95 of 100 samples of persons like these (percentile bootstrap over
// persons: pairs are not independent of each other, persons are; of an FNMR of 0 or 1 by the number of persons).
struct CountedRate {
  double value = 0, low = 0, high = 0;
};

struct CalibrationRow {
  float threshold = 0;
  int64_t false_matches = 0;        // impostor pairs within the threshold
  CountedRate fmr;                  // of the impostor pairs
  std::optional<CountedRate> fnmr;  // of the genuine pairs, those beyond the threshold; nothing when there are none
};

struct PairCounts {
  int64_t persons = 0, genuine = 0, impostor = 0;
};

PairCounts count_pairs(const KnownFaces& faces);

// For each false match rate the largest threshold that keeps it, to 1/16,384: 0 for a rate that not one pair reaches.
std::vector<float> thresholds_at(const KnownFaces& faces, std::span<const double> rates, const EachRow& for_each);

// The rates at some thresholds. `resamples`: of the bootstrap; the same numbers come out each time.
std::vector<CalibrationRow> rates_at(const KnownFaces& faces, std::span<const float> thresholds, int resamples,
                                     const EachRow& for_each);

}  // namespace visavis::cli
