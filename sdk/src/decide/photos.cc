// Pictures that are the same come first, then whose face each shows, then how near it is to the others.
#include "decide/photos.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/vectors.h"

namespace visavis {
namespace {

// Embeddings with what is added to their squared distances, which takes longer to find than a distance.
class FacesToCompare {
 public:
  FacesToCompare(const std::vector<Embedding>& embeddings, const Recipe& recipe) : embeddings_(embeddings) {
    for (const Embedding& one : embeddings) offsets_.push_back(one.empty() ? 0 : offset_of(recipe, one));
  }
  size_t size() const { return embeddings_.size(); }
  const Embedding& operator[](size_t i) const { return embeddings_[i]; }
  friend float distance(const FacesToCompare& a, size_t i, const FacesToCompare& b, size_t k) {
    return euclidean_distance(a[i].data(), b[k].data(), a[i].size(), a.offsets_[i] + b.offsets_[k]);
  }

 private:
  const std::vector<Embedding>& embeddings_;
  std::vector<float> offsets_;
};

class Assessing {
 public:
  explicit Assessing(const PhotosOfOne& given)
      : given_(given),
        faces_(given.faces, given.recipe),
        templates_(given.templates, given.recipe),
        near_(faces_.size(), std::vector<bool>(faces_.size())),
        of_person_(faces_.size()) {
    out_.photos.resize(faces_.size());
  }

  AssessedPhotos run() {
    for (size_t i = 0; i < faces_.size(); ++i)
      if (given_.known[i] == PhotoVerdict::not_evaluated) look_for_same(i);
    if (given_.all_of_person)
      for (const size_t i : different_) of_person_[i] = true;
    else
      find_person();
    for (size_t i = 0; i < faces_.size(); ++i) judge(i);
    return std::move(out_);
  }

 private:
  void look_for_same(size_t i) {
    AssessedPhoto& photo = out_.photos[i];
    for (size_t k = 0; k < templates_.size() && photo.same_template < 0; ++k)
      if (is_same_picture(faces_[i], templates_[k])) photo.same_template = int64_t(k);
    for (size_t k = 0; k < different_.size() && photo.same_as < 0; ++k)
      if (is_same_picture(faces_[i], faces_[different_[k]])) photo.same_as = int64_t(different_[k]);
    if (photo.same_template < 0 && photo.same_as < 0) different_.push_back(i);
  }

  void find_near() {
    for (size_t a = 0; a < different_.size(); ++a)
      for (size_t b = 0; b < a; ++b) {
        const size_t i = different_[a], k = different_[b];
        near_[i][k] = near_[k][i] = distance(faces_, i, faces_, k) <= given_.threshold;
      }
  }

  void find_person() {
    find_near();
    std::vector<size_t> begin;
    for (const size_t i : different_)
      for (size_t k = 0; k < templates_.size(); ++k)
        if (distance(faces_, i, templates_, k) <= given_.threshold) {
          begin.push_back(i);
          break;
        }
    const bool new_person = templates_.size() == 0;
    if (new_person && !different_.empty()) begin.push_back(with_most_near(different_));
    for (const size_t i : grown(std::move(begin), different_)) of_person_[i] = true;
    std::vector<size_t> others;
    std::ranges::copy_if(different_, std::back_inserter(others), [&](size_t i) { return !of_person_[i]; });
    if (!others.empty()) out_.rivals = int64_t(grown({with_most_near(others)}, others).size());
  }

  // Of `among`, which has at least one; of several that have as many, the first.
  size_t with_most_near(const std::vector<size_t>& among) const {
    return *std::ranges::max_element(
        among, {}, [&](size_t i) { return std::ranges::count_if(among, [&](size_t k) { return bool(near_[i][k]); }); });
  }

  // All of `among` that a chain of near ones leads to.
  std::vector<size_t> grown(std::vector<size_t> found, const std::vector<size_t>& among) const {
    std::vector<bool> in(faces_.size());
    for (const size_t i : found) in[i] = true;
    for (size_t at = 0; at < found.size(); ++at)
      for (const size_t k : among)
        if (!in[k] && near_[found[at]][k]) in[k] = true, found.push_back(k);
    return found;
  }

  void judge(size_t i) {
    AssessedPhoto& photo = out_.photos[i];
    photo.verdict = given_.known[i];
    if (photo.verdict != PhotoVerdict::not_evaluated) return;
    const bool same = photo.same_template >= 0 || photo.same_as >= 0;
    const bool persons = photo.same_template >= 0 || of_person_[photo.same_as >= 0 ? size_t(photo.same_as) : i];
    photo.verdict = !persons ? PhotoVerdict::different_face
                    : same   ? PhotoVerdict::same_picture
                             : PhotoVerdict::accepted;
    out_.pictures += photo.verdict == PhotoVerdict::accepted;
    double sum = 0;
    const auto add = [&](float one) {
      ++photo.compared;
      photo.within += one <= given_.threshold;
      photo.nearest = std::min(photo.nearest, one);
      sum += double{one};
    };
    for (const size_t k : different_)
      if (of_person_[k] && k != i && int64_t(k) != photo.same_as) add(distance(faces_, i, faces_, k));
    for (size_t k = 0; k < templates_.size(); ++k)
      if (int64_t(k) != photo.same_template) add(distance(faces_, i, templates_, k));
    if (photo.compared > 0) photo.mean = float(sum / double(photo.compared));
  }

  const PhotosOfOne& given_;
  const FacesToCompare faces_, templates_;
  std::vector<size_t> different_;        // photos, each picture once, without those that are templates
  std::vector<std::vector<bool>> near_;  // of two different pictures
  std::vector<bool> of_person_;          // of a different picture
  AssessedPhotos out_;
};

}  // namespace

AssessedPhotos assess(const PhotosOfOne& given) { return Assessing(given).run(); }

}  // namespace visavis
