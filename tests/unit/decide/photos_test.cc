// decide/photos: the same as a model that follows the rule word for word; what a picture that is given twice counts for.
#include "decide/photos.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

namespace visavis {
namespace {

using enum PhotoVerdict;

const Recipe kOfDlib = make_recipe(std::string(64, 'a'));
const Recipe kOfDlib1 = make_recipe(std::string(64, 'a'), kDlibEmbedding, kDlib1Scoring);

// Distances between these are those of the points of the plane.
Embedding in_plane(float x, float y = 0) {
  Embedding e(kDlibEmbedding);
  e[0] = x, e[1] = y, e[2] = 1.3f;
  return e;
}

PhotosOfOne photos(std::vector<Embedding> faces, std::vector<Embedding> templates = {}, float threshold = 0.5f) {
  PhotosOfOne given;
  given.known.assign(faces.size(), not_evaluated);
  given.faces = std::move(faces);
  given.templates = std::move(templates);
  given.recipe = kOfDlib;
  given.threshold = threshold;
  return given;
}

std::vector<PhotoVerdict> verdicts(const PhotosOfOne& given) {
  std::vector<PhotoVerdict> all;
  for (const AssessedPhoto& one : assess(given).photos) all.push_back(one.verdict);
  return all;
}

double euclid(const Embedding& a, const Embedding& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::pow(double{a[i]} - double{b[i]}, 2);
  return std::sqrt(sum);
}

// The rule with sets and nothing clever: nothing is kept, everything is asked again.
struct Model {
  const PhotosOfOne& given;

  bool takes_part(size_t i) const { return given.known[i] == not_evaluated; }
  bool near(const Embedding& a, const Embedding& b) const {
    return distance_between(given.recipe, a, b) <= given.threshold;
  }
  int64_t template_of(size_t i) const {
    for (size_t k = 0; k < given.templates.size(); ++k)
      if (euclid(given.faces[i], given.templates[k]) <= 1e-3) return int64_t(k);
    return -1;
  }
  int64_t same_as(size_t i) const {
    for (size_t k = 0; k < i; ++k)
      if (takes_part(k) && template_of(k) < 0 && same_as(k) < 0 && euclid(given.faces[i], given.faces[k]) <= 1e-3)
        return int64_t(k);
    return -1;
  }
  std::set<size_t> different() const {
    std::set<size_t> all;
    for (size_t i = 0; i < given.faces.size(); ++i)
      if (takes_part(i) && template_of(i) < 0 && same_as(i) < 0) all.insert(i);
    return all;
  }
  std::set<size_t> one_face(const std::set<size_t>& among) const {
    size_t best = 0, most = 0;
    for (const size_t i : among) {
      size_t count = 1;
      for (const size_t k : among) count += k != i && near(given.faces[i], given.faces[k]);
      if (count > most) best = i, most = count;
    }
    return most == 0 ? std::set<size_t>() : grown({best}, among);
  }
  std::set<size_t> grown(std::set<size_t> in, const std::set<size_t>& among) const {
    for (size_t before = in.size() + 1; before != in.size();) {
      before = in.size();
      for (const size_t i : among)
        for (const size_t k : std::set<size_t>(in))
          if (near(given.faces[i], given.faces[k])) in.insert(i);
    }
    return in;
  }
  std::set<size_t> of_person() const {
    if (given.all_of_person) return different();
    if (given.templates.empty()) return one_face(different());
    std::set<size_t> begin;
    for (const size_t i : different())
      for (const Embedding& one : given.templates)
        if (near(given.faces[i], one)) begin.insert(i);
    return grown(begin, different());
  }
  size_t rivals() const {
    std::set<size_t> others;
    const std::set<size_t> mine = of_person(), all = different();
    std::ranges::set_difference(all, mine, std::inserter(others, others.end()));
    return one_face(others).size();
  }
  AssessedPhoto photo(size_t i) const {
    AssessedPhoto out;
    out.verdict = given.known[i];
    if (!takes_part(i)) return out;
    const std::set<size_t> mine = of_person();
    out.same_template = template_of(i), out.same_as = same_as(i);
    const size_t original = out.same_as >= 0 ? size_t(out.same_as) : i;
    const bool persons = out.same_template >= 0 || mine.contains(original);
    out.verdict = !persons ? different_face : out.same_template >= 0 || out.same_as >= 0 ? same_picture : accepted;
    std::vector<float> all;
    for (const size_t k : mine)
      if (k != i && k != original) all.push_back(distance_between(given.recipe, given.faces[i], given.faces[k]));
    for (size_t k = 0; k < given.templates.size(); ++k)
      if (int64_t(k) != out.same_template)
        all.push_back(distance_between(given.recipe, given.faces[i], given.templates[k]));
    for (const float one : all) out.within += one <= given.threshold;
    out.compared = int64_t(all.size());
    if (all.empty()) return out;
    out.nearest = *std::ranges::min_element(all);
    double sum = 0;
    for (const float one : all) sum += double{one};
    out.mean = float(sum / double(all.size()));
    return out;
  }
};

void expect_as_model(const PhotosOfOne& given) {
  const AssessedPhotos got = assess(given);
  const Model model{given};
  ASSERT_EQ(got.photos.size(), given.faces.size());
  for (size_t i = 0; i < got.photos.size(); ++i) {
    SCOPED_TRACE(i);
    const AssessedPhoto& photo = got.photos[i];
    const AssessedPhoto expected = model.photo(i);
    EXPECT_EQ(photo.verdict, expected.verdict);
    EXPECT_EQ(photo.same_as, expected.same_as);
    EXPECT_EQ(photo.same_template, expected.same_template);
    EXPECT_EQ(photo.compared, expected.compared);
    EXPECT_EQ(photo.within, expected.within);
    EXPECT_FLOAT_EQ(photo.nearest, expected.nearest);
    EXPECT_FLOAT_EQ(photo.mean, expected.mean);
  }
  EXPECT_EQ(size_t(got.rivals), given.all_of_person ? 0 : model.rivals());
  EXPECT_EQ(got.pictures, std::ranges::count(got.photos, accepted, &AssessedPhoto::verdict));
}

TEST(Photos, AreWhatTheModelSays) {
  std::mt19937 random(1);
  const auto number = [&](int below) { return int(random() % unsigned(below)); };
  for (int trial = 0; trial < 400; ++trial) {
    SCOPED_TRACE(trial);
    PhotosOfOne given = photos({});
    const bool density = trial % 4 == 3;
    given.recipe = density ? kOfDlib1 : kOfDlib;
    given.threshold = density ? 0.6f + 0.1f * float(number(6)) : 0.5f;
    given.all_of_person = number(8) == 0;
    std::normal_distribution<float> normal;
    Embedding persons[3];
    for (Embedding& one : persons) {
      one.resize(kDlibEmbedding);
      for (float& x : one) x = normal(random);
    }
    const auto face = [&] {
      if (!density) return in_plane(float(number(30)) / 10, float(number(3)) / 10);
      Embedding one = persons[number(3)];
      float squares = 0;
      for (float& x : one) x += normal(random), squares += x * x;
      for (float& x : one) x *= kDlib1Scoring.norm / std::sqrt(squares);
      return one;
    };
    for (int left = number(4); left > 0 && trial % 2; --left) given.templates.push_back(face());
    for (int left = number(9); left > 0; --left) {
      const bool again = !given.faces.empty() && number(5) == 0,
                 of_template = !given.templates.empty() && number(6) == 0;
      given.known.push_back(number(7) == 0 ? quality : not_evaluated);
      Embedding one = again         ? given.faces[size_t(number(int(given.faces.size())))]
                      : of_template ? given.templates.front()
                                    : face();
      if (one.empty()) one = face();
      given.faces.push_back(given.known.back() == quality ? Embedding() : std::move(one));
    }
    expect_as_model(given);
  }
}

TEST(Photos, OfSomebodyNewShowTheFaceThatMostPicturesShow) {
  EXPECT_EQ(verdicts(photos({in_plane(5), in_plane(0), in_plane(0.3f), in_plane(0.7f)})),
            (std::vector{different_face, accepted, accepted, accepted}));  // .7 is near to .3
  EXPECT_EQ(verdicts(photos({in_plane(0)})), std::vector{accepted});
  EXPECT_TRUE(verdicts(photos({})).empty());
}

// Three copies of one stranger's picture must not outvote two photos.
TEST(Photos, APictureCountsOnceHoweverOftenItIsGiven) {
  const AssessedPhotos found =
      assess(photos({in_plane(5), in_plane(5), in_plane(5.0005f), in_plane(0), in_plane(0.3f), in_plane(0.3f)}));
  const PhotoVerdict expected[] = {different_face, different_face, different_face, accepted, accepted, same_picture};
  for (size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(found.photos[i].verdict, expected[i]) << i;
  EXPECT_EQ(found.photos[2].same_as, 0);
  EXPECT_EQ(found.photos[5].same_as, 4);
  EXPECT_EQ(found.pictures, 2);
  EXPECT_EQ(found.rivals, 1);
}

TEST(Photos, OfTwoThatDisagreeTheFirstIsTakenAndTheOtherIsItsRival) {
  const AssessedPhotos found = assess(photos({in_plane(0), in_plane(5)}));
  EXPECT_EQ(found.photos[0].verdict, accepted);
  EXPECT_EQ(found.photos[1].verdict, different_face);
  EXPECT_EQ(found.pictures, found.rivals);
  EXPECT_EQ(found.photos[0].compared, 0);
  EXPECT_TRUE(std::isinf(found.photos[0].nearest));
  EXPECT_EQ(found.photos[1].within, 0);
  EXPECT_FLOAT_EQ(found.photos[1].nearest, 5);
}

TEST(Photos, BesideTemplatesNoMajorityCounts) {
  EXPECT_EQ(verdicts(photos({in_plane(5), in_plane(5.1f), in_plane(0.4f), in_plane(0.8f), in_plane(0)}, {in_plane(0)})),
            (std::vector{different_face, different_face, accepted, accepted, same_picture}));
}

// With dlib-1 two equal embeddings are some 0.6 apart.
TEST(Photos, EqualEmbeddingsAreOnePictureEvenBeyondTheThreshold) {
  Embedding one(kDlibEmbedding), other(kDlibEmbedding);
  one[0] = other[1] = kDlib1Scoring.norm;
  PhotosOfOne given = photos({one, one, other}, {}, 0.3f);
  given.recipe = kOfDlib1;
  ASSERT_GT(distance_between(kOfDlib1, one, one), 0.3f);
  EXPECT_EQ(verdicts(given), (std::vector{accepted, same_picture, different_face}));
  given.templates = {one};
  EXPECT_EQ(verdicts(given), (std::vector{same_picture, same_picture, different_face}));
  given.all_of_person = true;
  EXPECT_EQ(verdicts(given), (std::vector{same_picture, same_picture, accepted}));
}

TEST(Photos, TheOrderDecidesNothingButWhichOfEqualOnesIsTaken) {
  std::vector<Embedding> faces = {in_plane(0),    in_plane(0.4f), in_plane(0.9f), in_plane(3),
                                  in_plane(3.2f), in_plane(7),    in_plane(1.3f)};
  std::vector<size_t> order(faces.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937 random(2);
  for (int trial = 0; trial < 50; ++trial) {
    std::ranges::shuffle(order, random);
    std::vector<Embedding> shuffled;
    for (const size_t i : order) shuffled.push_back(faces[i]);
    const std::vector<PhotoVerdict> found = verdicts(photos(shuffled));
    for (size_t i = 0; i < order.size(); ++i)
      EXPECT_EQ(found[i] == accepted, order[i] < 3 || order[i] == 6) << order[i];
  }
}

}  // namespace
}  // namespace visavis
