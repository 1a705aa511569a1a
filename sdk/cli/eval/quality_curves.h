// Whether a quality measure orders photos by their error: how often pairs of one person are missed when the worst photos
// are left out. Only numbers: no pictures and no options, so that unit tests can check it with lists made by hand.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace visavis::cli {

// Two photos of one person, as their places in a list.
struct GenuinePair {
  size_t a = 0, b = 0;
  bool missed = false;  // farther apart than the threshold
};

// The share of pairs that are missed if so many of all photos are left out, those with the smallest worth first; photos
// of equal worth in an order that has nothing to do with them. A pair without one of its photos does not count.
std::vector<double> miss_rates(std::span<const double> worth, std::span<const GenuinePair> pairs,
                               std::span<const double> left_out);

// One worth out of several measures: weights of 0 and up by which a logistic regression explains the missed pairs best,
// fitted on the pairs of one half of the persons and used for the photos of the other half, and the other way round.
// `measures`: for each measure a value for each photo. The halves' worths are made alike, so that they can be compared.
std::vector<double> combined_worth(std::span<const std::vector<double>> measures, std::span<const uint32_t> persons,
                                   std::span<const GenuinePair> pairs);

}  // namespace visavis::cli
