// Draws galleries, searches in them, and counts.
#include "eval/identify_trials.h"

#include <algorithm>
#include <limits>
#include <random>

namespace visavis::cli {
namespace {

std::vector<std::vector<size_t>> faces_by_person(const TrialFaces& faces) {
  std::vector<std::vector<size_t>> by_person;
  for (size_t face = 0; face < faces.persons.size(); ++face) {
    if (faces.persons[face] >= by_person.size()) by_person.resize(faces.persons[face] + 1);
    by_person[faces.persons[face]].push_back(face);
  }
  return by_person;
}

// std::shuffle may differ between libraries.
template <class T>
void mix(std::vector<T>& items, std::mt19937_64& random) {
  for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

struct Draw {
  std::vector<size_t> enrolled;  // faces
  std::vector<size_t> mates;     // other faces of the same persons
  std::vector<size_t> strangers;
};

Draw draw_gallery(const TrialFaces& faces, const TrialPlan& plan, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<size_t>> by_person = faces_by_person(faces);
  std::vector<size_t> candidates;
  for (size_t person = 0; person < by_person.size(); ++person)
    if (int64_t(by_person[person].size()) >= plan.photos) candidates.push_back(person);
  mix(candidates, random);
  candidates.resize(size_t(plan.gallery));
  Draw draw;
  std::vector<bool> chosen(by_person.size());
  for (const size_t person : candidates) {
    chosen[person] = true;
    std::vector<size_t>& own = by_person[person];
    mix(own, random);
    draw.enrolled.insert(draw.enrolled.end(), own.begin(), own.begin() + plan.photos);
    draw.mates.insert(draw.mates.end(), own.begin() + plan.photos, own.end());
  }
  for (size_t face = 0; face < faces.persons.size(); ++face)
    if (!chosen[faces.persons[face]]) draw.strangers.push_back(face);
  return draw;
}

// The nearest enrolled face, and whether it is of the same person.
struct Answer {
  float distance = std::numeric_limits<float>::infinity();
  bool right = false;
};

Answer search(const TrialFaces& faces, size_t probe, const std::vector<size_t>& enrolled) {
  Answer answer;
  const std::vector<float> distances = faces.distances(probe, enrolled);
  for (size_t i = 0; i < distances.size(); ++i)
    if (distances[i] < answer.distance) answer = {distances[i], faces.persons[enrolled[i]] == faces.persons[probe]};
  return answer;
}

TrialRate over(const std::vector<double>& draws) {
  TrialRate rate;
  if (draws.empty()) return rate;
  for (const double one : draws) rate.mean += one;
  rate.mean /= double(draws.size());
  rate.low = *std::ranges::min_element(draws);
  rate.high = *std::ranges::max_element(draws);
  return rate;
}

}  // namespace

int64_t most_enrolled(const TrialFaces& faces, int64_t photos) {
  const auto by_person = faces_by_person(faces);
  int64_t able = 0, persons = 0;
  for (const auto& own : by_person) able += int64_t(own.size()) >= photos, persons += !own.empty();
  return std::min(able, persons / 2);
}

TrialReport run_trials(const TrialFaces& faces, const TrialPlan& plan,
                       const std::function<void(int64_t, const std::function<void(int64_t)>&)>& for_each) {
  const size_t rows = plan.thresholds.size();
  std::vector<std::vector<double>> fpir(rows), fnir(rows);
  TrialReport report;
  for (int number = 0; number < plan.draws; ++number) {
    const Draw draw = draw_gallery(faces, plan, uint64_t(number) + 1);
    std::vector<Answer> strangers(draw.strangers.size()), mates(draw.mates.size());
    for_each(int64_t(strangers.size() + mates.size()), [&](int64_t i) {
      const size_t k = size_t(i);
      if (k < strangers.size())
        strangers[k] = search(faces, draw.strangers[k], draw.enrolled);
      else
        mates[k - strangers.size()] = search(faces, draw.mates[k - strangers.size()], draw.enrolled);
    });
    report.strangers += int64_t(strangers.size());
    report.enrolled += int64_t(mates.size());
    for (size_t row = 0; row < rows; ++row) {
      const float threshold = plan.thresholds[row];
      const auto named = std::ranges::count_if(strangers, [&](const Answer& one) { return one.distance <= threshold; });
      const auto found =
          std::ranges::count_if(mates, [&](const Answer& one) { return one.right && one.distance <= threshold; });
      if (!strangers.empty()) fpir[row].push_back(double(named) / double(strangers.size()));
      if (!mates.empty()) fnir[row].push_back(1 - double(found) / double(mates.size()));
    }
  }
  for (size_t row = 0; row < rows; ++row)
    report.rows.push_back({plan.thresholds[row], over(fpir[row]), over(fnir[row])});
  return report;
}

}  // namespace visavis::cli
