// Sorts, counts, and a gradient descent of a few thousand steps.
#include "eval/quality_curves.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace visavis::cli {
namespace {

// With mean 0 and deviation 1.
std::vector<double> standardized(std::span<const double> values) {
  const double count = std::max<double>(1, double(values.size()));
  double mean = 0, variance = 0;
  for (const double value : values) mean += value / count;
  for (const double value : values) variance += (value - mean) * (value - mean) / count;
  std::vector<double> result;
  for (const double value : values) result.push_back((value - mean) / std::max(std::sqrt(variance), 1e-9));
  return result;
}

// The weights that explain `pairs`: a miss becomes less likely with the sum of both photos' values.
std::vector<double> fitted_weights(std::span<const std::vector<double>> measures, std::span<const GenuinePair> pairs) {
  constexpr int kSteps = 3000;
  constexpr double kRate = 1, kShrink = 1e-3;
  const size_t count = measures.size();
  std::vector<double> weights(count, 0), sums(pairs.size() * count), gradient(count);
  for (size_t k = 0; k < count; ++k) {
    double mean = 0;
    for (size_t i = 0; i < pairs.size(); ++i) {
      sums[i * count + k] = measures[k][pairs[i].a] + measures[k][pairs[i].b];
      mean += sums[i * count + k] / double(pairs.size());
    }
    for (size_t i = 0; i < pairs.size(); ++i) sums[i * count + k] -= mean;
  }
  double offset = 0;
  for (int step = 0; step < kSteps; ++step) {
    std::ranges::fill(gradient, 0.0);
    double of_offset = 0;
    for (size_t i = 0; i < pairs.size(); ++i) {
      double z = offset;
      for (size_t k = 0; k < count; ++k) z -= weights[k] * sums[i * count + k];
      const double error = 1 / (1 + std::exp(-z)) - double(pairs[i].missed);
      of_offset += error;
      for (size_t k = 0; k < count; ++k) gradient[k] += error * sums[i * count + k];
    }
    const double scale = kRate / double(std::max<size_t>(1, pairs.size()));
    offset -= scale * of_offset;
    for (size_t k = 0; k < count; ++k)
      weights[k] = std::max(0.0, weights[k] + scale * gradient[k] - kRate * kShrink * weights[k]);
  }
  return weights;
}

}  // namespace

std::vector<double> miss_rates(std::span<const double> worth, std::span<const GenuinePair> pairs,
                               std::span<const double> left_out) {
  std::vector<size_t> order(worth.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto shuffled = [](size_t place) { return uint32_t(place * 2654435761u); };
  std::ranges::sort(order, [&](size_t a, size_t b) {
    return worth[a] != worth[b] ? worth[a] < worth[b] : shuffled(a) < shuffled(b);
  });
  std::vector<size_t> rank(worth.size());
  for (size_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  std::vector<double> rates;
  for (const double share : left_out) {
    const size_t gone = size_t(share * double(worth.size()));
    int64_t kept = 0, missed = 0;
    for (const GenuinePair& pair : pairs)
      if (rank[pair.a] >= gone && rank[pair.b] >= gone) ++kept, missed += pair.missed;
    rates.push_back(kept > 0 ? double(missed) / double(kept) : 0);
  }
  return rates;
}

std::vector<double> combined_worth(std::span<const std::vector<double>> measures, std::span<const uint32_t> persons,
                                   std::span<const GenuinePair> pairs) {
  std::vector<std::vector<double>> alike;
  for (const std::vector<double>& values : measures) alike.push_back(standardized(values));
  std::vector<double> worth(persons.size());
  for (uint32_t half = 0; half < 2; ++half) {
    std::vector<GenuinePair> of_others;
    for (const GenuinePair& pair : pairs)
      if (persons[pair.a] % 2 != half) of_others.push_back(pair);
    const std::vector<double> weights = fitted_weights(alike, of_others);
    std::vector<double> own;
    for (size_t photo = 0; photo < persons.size(); ++photo) {
      if (persons[photo] % 2 != half) continue;
      double sum = 0;
      for (size_t k = 0; k < weights.size(); ++k) sum += weights[k] * alike[k][photo];
      own.push_back(sum);
    }
    size_t next = 0;
    own = standardized(own);
    for (size_t photo = 0; photo < persons.size(); ++photo)
      if (persons[photo] % 2 == half) worth[photo] = own[next++];
  }
  return worth;
}

}  // namespace visavis::cli
