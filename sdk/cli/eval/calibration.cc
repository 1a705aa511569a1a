// All pairs are gone through once for the thresholds and once for the rates: none is kept that is beyond every threshold.
#include "eval/calibration.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <random>

namespace visavis::cli {
namespace {

constexpr int kBins = 1 << 15;  // of distances from 0 to 2
constexpr float kBinWidth = 2.0f / kBins;

using Visit = std::function<void(size_t a, size_t b, float distance)>;

// The pairs of one face with all later ones.
void visit_row(const KnownFaces& faces, size_t row, const Visit& visit) {
  const std::vector<float> distances = faces.distances(row);
  for (size_t k = 0; k < distances.size(); ++k) visit(row, row + 1 + k, distances[k]);
}

// A pair by the last threshold that it is within; thresholds fall, so it is within all before it, too.
struct Near {
  uint32_t a, b;  // persons
  int last;
};

// How many faces each person has.
std::vector<int64_t> pictures_of(const KnownFaces& faces) {
  std::vector<int64_t> pictures;
  for (const uint32_t person : faces.persons) {
    if (person >= pictures.size()) pictures.resize(person + 1);
    ++pictures[person];
  }
  return pictures;
}

// How often each person is in a sample of as many persons as there are.
std::vector<int> resampled(size_t persons, std::mt19937_64& random) {
  std::vector<int> weights(persons);
  for (size_t i = 0; i < persons; ++i) ++weights[random() % persons];  // the bias of % is below 1e-13
  return weights;
}

CountedRate bounds(double value, std::vector<double>& samples) {
  if (samples.empty()) return {value, value, value};
  std::ranges::sort(samples);
  const auto at = [&](double share) { return samples[size_t(std::lround(share * double(samples.size() - 1)))]; };
  return {value, at(0.025), at(0.975)};
}

// Where all persons gave the same answer, every sample does, too, as if it were sure. Of so many persons nothing but this
// would still be seen in one case of twenty if the rate were at the bound (the rule of three).
CountedRate as_sure_as(CountedRate rate, int64_t persons) {
  const double bound = std::pow(0.05, 1.0 / double(persons));
  if (rate.value <= 0) rate.high = std::max(rate.high, 1 - bound);
  if (rate.value >= 1) rate.low = std::min(rate.low, bound);
  return rate;
}

}  // namespace

PairCounts count_pairs(const KnownFaces& faces) {
  PairCounts counts;
  for (const int64_t n : pictures_of(faces)) counts.genuine += n * (n - 1) / 2, counts.persons += n > 0;
  const auto n = int64_t(faces.size());
  counts.impostor = n * (n - 1) / 2 - counts.genuine;
  return counts;
}

std::vector<float> thresholds_at(const KnownFaces& faces, std::span<const double> rates, const EachRow& for_each) {
  std::vector<int64_t> histogram(kBins + 1);
  std::mutex mutex;
  for_each(int64_t(faces.size()), [&](int64_t row) {
    std::vector<int> bins;
    visit_row(faces, size_t(row), [&](size_t a, size_t b, float distance) {
      if (faces.persons[a] != faces.persons[b]) bins.push_back(std::min(int(distance / kBinWidth), kBins));
    });
    const std::lock_guard lock(mutex);
    for (const int bin : bins) ++histogram[size_t(bin)];
  });
  const double impostor = double(count_pairs(faces).impostor);
  std::vector<float> thresholds;
  for (const double rate : rates) {
    int64_t within = 0;
    int bin = 0;
    // The first pair that is one too many, and all of its bin, are beyond the threshold.
    while (bin <= kBins && double(within + histogram[size_t(bin)]) <= rate * impostor * (1 + 1e-12))
      within += histogram[size_t(bin++)];
    thresholds.push_back(within == 0 ? 0.0f : std::nextafter(float(bin) * kBinWidth, 0.0f));
  }
  return thresholds;
}

std::vector<CalibrationRow> rates_at(const KnownFaces& faces, std::span<const float> thresholds, int resamples,
                                     const EachRow& for_each) {
  const size_t rows = thresholds.size();
  std::vector<Near> impostors, genuine;
  const std::vector<int64_t> pictures = pictures_of(faces);
  std::mutex mutex;
  for_each(int64_t(faces.size()), [&](int64_t row) {
    std::vector<Near> strangers, same;
    visit_row(faces, size_t(row), [&](size_t a, size_t b, float distance) {
      int last = -1;
      while (last + 1 < int(rows) && distance <= thresholds[size_t(last + 1)]) ++last;
      if (last >= 0)
        (faces.persons[a] == faces.persons[b] ? same : strangers).push_back({faces.persons[a], faces.persons[b], last});
    });
    const std::lock_guard lock(mutex);
    impostors.insert(impostors.end(), strangers.begin(), strangers.end());
    genuine.insert(genuine.end(), same.begin(), same.end());
  });
  // What is within each threshold, if each person is there `weights` times.
  const auto within = [&](const std::vector<Near>& pairs, const auto& weight) {
    std::vector<double> counts(rows);
    for (const Near& pair : pairs) counts[size_t(pair.last)] += weight(pair);
    for (size_t i = rows; i-- > 1;) counts[i - 1] += counts[i];
    return counts;
  };
  const PairCounts all = count_pairs(faces);
  const int64_t with_genuine = std::ranges::count_if(pictures, [](int64_t n) { return n > 1; });
  const std::vector<double> false_matches = within(impostors, [](const Near&) { return 1.0; });
  const std::vector<double> matches = within(genuine, [](const Near&) { return 1.0; });
  std::vector<std::vector<double>> fmr(rows), fnmr(rows);
  std::mt19937_64 random(1);
  for (int i = 0; i < resamples; ++i) {
    const std::vector<int> weights = resampled(pictures.size(), random);
    double total = 0, own = 0, genuine_total = 0;
    for (size_t p = 0; p < pictures.size(); ++p) {
      const double n = double(weights[p]) * double(pictures[p]);
      total += n, own += n * n;
      genuine_total += double(weights[p]) * double(pictures[p] * (pictures[p] - 1)) / 2;
    }
    const double impostor_total = (total * total - own) / 2;
    const auto strangers =
        within(impostors, [&](const Near& n) { return double(weights[n.a]) * double(weights[n.b]); });
    const auto same = within(genuine, [&](const Near& n) { return double(weights[n.a]); });
    for (size_t r = 0; r < rows; ++r) {
      if (impostor_total > 0) fmr[r].push_back(strangers[r] / impostor_total);
      if (genuine_total > 0) fnmr[r].push_back(1 - same[r] / genuine_total);
    }
  }
  std::vector<CalibrationRow> result;
  for (size_t r = 0; r < rows; ++r) {
    CalibrationRow row;
    row.threshold = thresholds[r];
    row.false_matches = std::llround(false_matches[r]);
    if (all.impostor > 0) row.fmr = bounds(false_matches[r] / double(all.impostor), fmr[r]);
    if (all.genuine > 0) row.fnmr = as_sure_as(bounds(1 - matches[r] / double(all.genuine), fnmr[r]), with_genuine);
    result.push_back(row);
  }
  return result;
}

}  // namespace visavis::cli
