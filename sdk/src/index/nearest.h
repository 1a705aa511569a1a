// The nearest persons while they are being collected, and how a person's templates become one distance.
#pragma once

#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

#include "index/index.h"

namespace visavis {

inline bool nearer(const Candidate& a, const Candidate& b) {
  return std::tie(a.distance, a.template_id) < std::tie(b.distance, b.template_id);
}

// The mean of the `best_of` smallest, or of all where there are fewer. Reorders `distances`, which must not be empty.
inline float mean_of_best(std::vector<float>& distances, int best_of) {
  const size_t count = std::min(distances.size(), size_t(std::max(best_of, 1)));
  std::partial_sort(distances.begin(), distances.begin() + ptrdiff_t(count), distances.end());
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += distances[i];
  return float(sum / double(count));
}

// Keeps the `count` nearest persons of all that are offered; a person may be offered many times.
class Nearest {
 public:
  Nearest(size_t count, float reach) : count_(count), bound_(reach) {}

  // Nothing beyond this can be in the answer any more.
  float bound() const { return bound_; }

  void offer(const Candidate& candidate) {
    if (!(candidate.distance <= bound_) || count_ == 0) return;
    candidates_.push_back(candidate);
    if (candidates_.size() >= limit_) tidy();
  }

  // Everything the other one has is offered here.
  void merge(const Nearest& other) {
    for (const Candidate& candidate : other.candidates_) offer(candidate);
  }

  std::vector<Candidate> take() {
    tidy();
    return std::move(candidates_);
  }

 private:
  void tidy() {
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return a.person != b.person ? a.person < b.person : nearer(a, b);
    });
    const auto same = [](const Candidate& a, const Candidate& b) { return a.person == b.person; };
    candidates_.erase(std::unique(candidates_.begin(), candidates_.end(), same), candidates_.end());
    std::sort(candidates_.begin(), candidates_.end(), nearer);
    if (candidates_.size() >= count_) {
      candidates_.resize(count_);
      if (count_ > 0) bound_ = std::min(bound_, candidates_.back().distance);
    }
    // The next time when an eighth more has come: an offer costs little more than the logarithm of the count.
    limit_ = candidates_.size() < count_ ? std::max(candidates_.size() * 2, std::min<size_t>(count_, 1024))
                                         : count_ + count_ / 8 + 1;
    limit_ = std::max(limit_, candidates_.size() + 1);
  }

  const size_t count_;
  float bound_;
  size_t limit_ = 1;
  std::vector<Candidate> candidates_;
};

}  // namespace visavis
