// How often searches err: galleries drawn at random from faces whose persons are known. Only numbers: no pictures and no
// options, so that unit tests can check it with lists made by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace visavis::cli {

// Faces with the persons they are of.
struct TrialFaces {
  std::vector<uint32_t> persons;  // numbers from 0
  // The distances of one face to others.
  std::function<std::vector<float>(size_t face, std::span<const size_t> others)> distances;
};

struct TrialPlan {
  int64_t gallery = 0;  // how many persons are enrolled
  int64_t photos =
      1;  // of each of them; the other photos of these persons are searched for, and everybody else is a stranger
  int draws = 20;  // how often the gallery is drawn anew
  std::vector<float> thresholds;
};

// The mean over the draws, and the lowest and the highest.
struct TrialRate {
  double mean = 0, low = 0, high = 0;
};

struct TrialRow {
  float threshold = 0;
  TrialRate fpir;  // of searches for strangers: somebody is named
  TrialRate fnir;  // of searches for the enrolled: the right person is not named, or somebody else is
};

struct TrialReport {
  int64_t strangers = 0, enrolled = 0;  // searches in all draws
  std::vector<TrialRow> rows;
};

// How many persons can be enrolled with so many photos, so that as many strangers are left.
int64_t most_enrolled(const TrialFaces& faces, int64_t photos);

// The same numbers come out each time. `plan.gallery` is 1 to most_enrolled().
TrialReport run_trials(const TrialFaces& faces, const TrialPlan& plan,
                       const std::function<void(int64_t count, const std::function<void(int64_t)>&)>& for_each);

}  // namespace visavis::cli
