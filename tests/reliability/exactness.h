// Random galleries and probes that are hard on a bound, and the comparison of the fast index with the slow one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gallery/listed_persons.h"
#include "index/index.h"
#include "support/scan_index.h"
#include "types/recipe.h"

namespace visavis {

class Exactness {
 public:
  // `length`: numbers in an embedding; 0: any.
  explicit Exactness(unsigned seed, size_t length)
      : random_(seed),
        length_(length ? length : some_length()),
        fast_(make_pruned_index(length_)),
        slow_(make_scan_index()),
        tall_(random_() % 4 == 0) {
    // Few directions that hold everything, or many: these have sketches of another kind.
    axes_.resize(random_() % 3 ? 40 : std::min<size_t>(length_, 200));
    for (Embedding& axis : axes_) {
      axis.resize(length_);
      for (float& value : axis) value = normal_(random_) * 0.02f * std::sqrt(40 / float(axes_.size()));
    }
    middle_.resize(length_);
    for (float& value : middle_) value = normal_(random_) * (random_() % 2 ? 0.1f : 0.0f);
    persons_ = 1 + static_cast<int64_t>(random_() % 3000);
    with_offsets_ = random_() % 3 == 0;
    crowd_ = random_() % 3 == 0;
    wild_ = random_() % 2 ? 0.02 : 0.0;
  }

  size_t size() const { return slow_->size(); }
  size_t length() const { return length_; }
  Index& fast() { return *fast_; }

  void add(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const Embedding embedding = next();
      const int64_t id = static_cast<int64_t>(random_() % 50) == 0 && last_ > 0
                             ? 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(last_))
                             : ++last_;  // now and then one that is there, or was
      const int64_t person = 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(persons_));
      const float offset = with_offsets_ ? normal_(random_) * 0.1f : 0;
      fast_->add(id, person, embedding, offset);
      slow_->add(id, person, embedding, offset);
      if (known_.size() < 5000) known_.push_back(embedding);
    }
  }

  void remove(size_t count) {
    for (size_t i = 0; i < count && last_ > 0; ++i) {
      const int64_t id = 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(last_));
      fast_->remove(id);
      slow_->remove(id);
    }
  }

  // Asks both the same; returns what differs, "" for nothing.
  std::string compare() {
    IndexQuery query;
    const size_t counts[] = {1, 1, 2, 5, 20, 300, 1000000};
    const float reaches[] = {0, 0.2f, 0.4f, 0.6f, 1, std::numeric_limits<float>::infinity(), 1e30f, 1.6f};
    query.count = counts[random_() % 7];
    query.reach = reaches[random_() % 8];
    query.best_of = 1 + static_cast<int>(random_() % 3);
    query.threads = 1 + static_cast<int>(random_() % 2);
    std::unique_ptr<ListedPersons> among;
    if (random_() % 3 == 0) {
      std::vector<int64_t> filter;
      const uint64_t one_in = random_() % 2 ? 2 : 1 + static_cast<uint64_t>(persons_) / 3;
      for (int64_t person = 1; person <= persons_; ++person)
        if (random_() % one_in == 0) filter.push_back(random_() % 100 ? person : person << 40);
      among = std::make_unique<ListedPersons>(std::move(filter));
      query.among = among.get();
    }
    std::vector<float> offsets;
    if (random_() % 3 == 0)
      for (int i = 0; i < 6; ++i) offsets.push_back(std::abs(normal_(random_)) * (random_() % 2 ? 0.3f : 0.01f));
    query.offsets = offsets;
    if (random_() % 8 != 0) {
      const Embedding probe = next_probe();
      return difference(fast_->search(probe, query), slow_->search(probe, query));
    }
    std::vector<Embedding> probes;
    for (size_t i = 0; i < 6; ++i) probes.push_back(next_probe());
    const auto got = fast_->search_batch(probes, query), expected = slow_->search_batch(probes, query);
    for (size_t i = 0; i < probes.size(); ++i)
      if (const std::string problem = difference(got[i], expected[i]); !problem.empty()) return problem;
    return "";
  }

 private:
  static std::string difference(const std::vector<Candidate>& got, const std::vector<Candidate>& expected) {
    if (got.size() != expected.size())
      return std::to_string(got.size()) + " persons instead of " + std::to_string(expected.size());
    for (size_t i = 0; i < got.size(); ++i)
      if (got[i].person != expected[i].person || got[i].template_id != expected[i].template_id ||
          std::memcmp(&got[i].distance, &expected[i].distance, sizeof(float)) != 0)
        return "place " + std::to_string(i) + ": person " + std::to_string(got[i].person) + " template " +
               std::to_string(got[i].template_id) + " at " + std::to_string(got[i].distance) + " instead of " +
               std::to_string(expected[i].person) + ", " + std::to_string(expected[i].template_id) + ", " +
               std::to_string(expected[i].distance);
    return "";
  }

  // Close to a few axes, like faces are; or a copy, zeros, huge or denormal.
  Embedding next() {
    const uint64_t kind = random_() % 100;
    if (crowd_ && kind < 60 && known_.size() > 3) {  // many so close to one another that bounds cannot tell them apart
      Embedding e = known_[random_() % 3];
      if (kind < 30) e[random_() % e.size()] += normal_(random_) * 1e-4f;
      return e;
    }
    if (kind < 6 && !known_.empty()) return known_[random_() % known_.size()];
    Embedding e(length_);
    if (kind < 7) return e;
    if (std::uniform_real_distribution<>()(random_) < wild_) {
      const float scales[] = {3e38f, 1e19f, 1e6f, 20000, 3000, 300, 30, 1e-20f, 1e-40f};
      const float scale = scales[random_() % 9];
      for (float& value : e) value = scale * (std::uniform_real_distribution<float>(-1, 1)(random_));
      return e;
    }
    e = middle_;
    for (size_t i = 0; i < axes_.size(); ++i) {
      const float factor = normal_(random_) * (tall_ && i == 0 ? 30.0f : 1.0f);
      for (size_t j = 0; j < e.size(); ++j) e[j] += factor * axes_[i][j];
    }
    return e;
  }

  Embedding next_probe() {
    if (known_.empty() || random_() % 2) return next();
    Embedding e = known_[random_() % known_.size()];
    if (random_() % 4 == 0) return e;
    const float away = std::uniform_real_distribution<float>(0, 0.05f)(random_);
    for (float& value : e) value += normal_(random_) * away;
    for (float& value : e)
      if (!std::isfinite(value)) value = 0;
    return e;
  }

  // Mostly dlib's; also the least and the most, and such that are no multiple of anything.
  size_t some_length() {
    constexpr size_t kLengths[] = {128, 128, 128, kShortestEmbedding, 100, 131, 256, 512, 1000, kLongestEmbedding};
    return kLengths[random_() % std::size(kLengths)];
  }

  std::mt19937_64 random_;
  std::normal_distribution<float> normal_;
  const size_t length_;
  std::unique_ptr<Index> fast_, slow_;
  std::vector<Embedding> axes_;
  Embedding middle_;
  std::vector<Embedding> known_;
  int64_t last_ = 0, persons_ = 1;
  bool tall_ = false, with_offsets_ = false, crowd_ = false;
  double wild_ = 0;
};

}  // namespace visavis
