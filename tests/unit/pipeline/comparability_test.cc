// Faces that cannot be compared have no embedding; faces on their side get the right one.
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "base/vectors.h"
#include "pipeline/engine.h"
#include "support/fixtures.h"
#include "support/pictures.h"
#include "unit/pipeline/all_wanted.h"

namespace visavis {
namespace {

using testing_support::kAll;
using testing_support::view;

// A sample photo's head, so that the tests are quick.
cv::Mat head(const std::string& name) {
  const cv::Mat whole = testing_support::load(name);
  const cv::Rect part = name == "biden.jpg"    ? cv::Rect(280, 80, 650, 650)
                        : name == "obama2.jpg" ? cv::Rect(0, 150, 626, 650)
                                               : cv::Rect(200, 0, 650, 650);
  return whole(part).clone();
}

class ComparabilityTest : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_MODELS_AND_PHOTOS(); }

  std::vector<Face> analyze(const cv::Mat& picture, DetectOptions options = {},
                            DetectorKind kind = DetectorKind::hog) const {
    return engine_.analyze({view(picture)}, kind, options, false, kAll)[0];
  }
  Face at(const cv::Mat& picture, const Box& box) const { return engine_.analyze_boxes(view(picture), {box}, kAll)[0]; }
  static float distance(const Face& a, const Face& b) {
    return euclidean_distance(a.embedding->data(), b.embedding->data(), a.embedding->size());
  }

  const Engine engine_{testing_support::models(), 1};
};

TEST_F(ComparabilityTest, NoFaceGivesNoEmbedding) {
  cv::Mat noise(300, 300, CV_8UC3), black(300, 300, CV_8UC3, cv::Scalar(0, 0, 0)),
      white(300, 300, CV_8UC3, cv::Scalar(255, 255, 255)), haze(300, 300, CV_8UC3, cv::Scalar(120, 120, 120));
  cv::RNG(7).fill(noise, cv::RNG::UNIFORM, 0, 256);
  const Box box{50, 50, 250, 250};
  const std::pair<cv::Mat, Comparability> cases[] = {{noise, Comparability::noisy},
                                                     {black, Comparability::too_dark},
                                                     {white, Comparability::too_bright},
                                                     {haze, Comparability::low_contrast}};
  for (const auto& [picture, reason] : cases) {
    const Face face = at(picture, box);
    EXPECT_FALSE(face.embedding);
    EXPECT_EQ(int(face.comparability), int(reason));
    EXPECT_TRUE(face.landmarks);
    EXPECT_TRUE(face.chip);
  }
  EXPECT_FALSE(at(black, {5000, 5000, 5200, 5200}).embedding);
}

TEST_F(ComparabilityTest, LandmarksThatFitNoFaceGiveNoEmbedding) {
  const cv::Mat obama = head("obama.jpg");
  Landmarks points = *analyze(obama)[0].landmarks;
  EXPECT_TRUE(engine_.analyze_landmarks(view(obama), {points}, kAll)[0].embedding);
  for (Point& p : points) p.x += 150;
  const Face beside = engine_.analyze_landmarks(view(obama), {points}, kAll)[0];
  EXPECT_FALSE(beside.embedding);
  EXPECT_NE(int(beside.comparability), int(Comparability::comparable));
}

TEST_F(ComparabilityTest, WhatIsLostInThePictureIsSaid) {
  const cv::Mat obama = head("obama.jpg");
  const Box box = *analyze(obama)[0].box;
  ASSERT_TRUE(at(obama, box).embedding);
  const auto spoilt = [&](const std::function<void(cv::Mat&)>& spoil) {
    cv::Mat picture = obama.clone();
    spoil(picture);
    return picture;
  };
  const int width = int(box.width());
  const std::pair<cv::Mat, Comparability> cases[] = {
      {spoilt([](cv::Mat& p) { p *= 0.04; }), Comparability::too_dark},
      {spoilt([](cv::Mat& p) { p = p * 6; }), Comparability::too_bright},
      {spoilt([](cv::Mat& p) { p = p * 0.05 + cv::Scalar(120, 120, 120); }), Comparability::low_contrast},
      {spoilt([&](cv::Mat& p) { cv::GaussianBlur(p, p, {}, 0.06 * width); }), Comparability::blurred},
      {spoilt([](cv::Mat& p) {
         cv::Mat blocks;
         cv::resize(p(cv::Rect(0, 0, p.cols / 8 * 8, p.rows / 8 * 8)), blocks, {}, 1.0 / 8, 1.0 / 8, cv::INTER_AREA);
         cv::resize(blocks, p, {}, 8, 8, cv::INTER_NEAREST);
       }),
       Comparability::compressed},
      {spoilt([&](cv::Mat& p) {  // squares of another size than JPEG's
         const int side = width / 16;
         cv::Mat squares;
         cv::resize(p(cv::Rect(0, 0, p.cols / side * side, p.rows / side * side)), squares, {}, 1.0 / side, 1.0 / side,
                    cv::INTER_AREA);
         cv::resize(squares, p, {}, side, side, cv::INTER_NEAREST);
       }),
       Comparability::compressed},
      {spoilt([](cv::Mat& p) {
         for (int i = 0; i < p.rows * p.cols; ++i) {
           cv::Vec3b& rgb = p.at<cv::Vec3b>(i / p.cols, i % p.cols);
           rgb = cv::Vec3b::all(uint8_t((rgb[0] + 2 * rgb[1] + rgb[2]) / 4 / 64 * 64));
         }
       }),
       Comparability::compressed},
      {spoilt([&](cv::Mat& p) {
         cv::blur(p, p, {width * 15 / 100, 1});
       }),
       Comparability::blurred},
      {spoilt([&](cv::Mat& p) {
         cv::blur(p, p, {1, width * 15 / 100});
       }),
       Comparability::blurred},
      {spoilt([](cv::Mat& p) { cv::bitwise_not(p, p); }), Comparability::landmarks}};
  for (const auto& [picture, reason] : cases) {
    const Face face = at(picture, box);
    EXPECT_FALSE(face.embedding);
    EXPECT_EQ(int(face.comparability), int(reason));
  }
  const cv::Mat half = obama(cv::Rect(box.left + width / 2, 0, obama.cols - box.left - width / 2, obama.rows)).clone();
  EXPECT_EQ(int(at(half, {-width / 2, box.top, box.right - box.left - width / 2, box.bottom}).comparability),
            int(Comparability::cut));
  cv::Mat tiny;
  const double scale = 12.0 / width;
  cv::resize(obama, tiny, {}, scale, scale, cv::INTER_AREA);
  EXPECT_EQ(int(at(tiny, {int(box.left * scale), int(box.top * scale), int(box.right * scale), int(box.bottom * scale)})
                    .comparability),
            int(Comparability::too_small));
}

// A picture made smaller or larger, and the box with it.
std::pair<cv::Mat, Box> scaled(const cv::Mat& picture, const Box& box, double factor) {
  cv::Mat other;
  cv::resize(picture, other, {}, factor, factor, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  const auto at = [&](int32_t place) { return int32_t(std::lround(place * factor)); };
  return {other, {at(box.left), at(box.top), at(box.right), at(box.bottom)}};
}

// The same on all three channels, as a grey camera has it.
void add_noise(cv::Mat& picture, double sigma) {
  cv::Mat noise(picture.size(), CV_16SC1), grey;
  cv::RNG(7).fill(noise, cv::RNG::NORMAL, 0, sigma);
  cv::cvtColor(picture, grey, cv::COLOR_RGB2GRAY);
  grey.convertTo(grey, CV_16SC1);
  grey += noise;
  grey.convertTo(grey, CV_8UC1);
  cv::cvtColor(grey, picture, cv::COLOR_GRAY2RGB);
}

TEST_F(ComparabilityTest, GrainThatHidesAFaceIsSaid) {
  for (const char* name : {"obama.jpg", "biden.jpg"}) {
    const cv::Mat whole = head(name);
    const Box whole_box = *analyze(whole)[0].box;
    struct Case {
      double width, sigma;
      bool hidden;
    };
    for (const auto& [width, sigma, hidden] :
         {Case{43, 1, false}, Case{43, 15, true}, Case{43, 25, true}, Case{100, 3, false}, Case{100, 20, true},
          Case{250, 8, false}, Case{250, 60, true}, Case{250, 90, true}}) {
      auto [picture, box] = scaled(whole, whole_box, width / double(whole_box.width()));
      add_noise(picture, sigma);
      EXPECT_EQ(int(at(picture, box).comparability), int(hidden ? Comparability::noisy : Comparability::comparable))
          << name << " of " << width << " px, sigma " << sigma;
    }
    // Enlarged afterwards, or as specks: no two neighbours are independent any more.
    auto [small, small_box] = scaled(whole, whole_box, 60.0 / double(whole_box.width()));
    add_noise(small, 30);
    const auto [enlarged, box] = scaled(small, small_box, 4);
    EXPECT_EQ(int(at(enlarged, box).comparability), int(Comparability::noisy)) << name;
    cv::Mat specks = whole.clone();
    cv::RNG random(7);
    for (int i = 0; i < specks.rows * specks.cols / 5; ++i)
      specks.at<cv::Vec3b>(random.uniform(0, specks.rows), random.uniform(0, specks.cols)) =
          cv::Vec3b::all(random.uniform(0, 2) ? 255 : 0);
    EXPECT_EQ(int(at(specks, whole_box).comparability), int(Comparability::noisy)) << name;
  }
}

TEST_F(ComparabilityTest, LinesThatHideAFaceAreSaid) {
  for (const char* name : {"obama.jpg", "biden.jpg"}) {
    const cv::Mat whole = head(name);
    const Box box = *analyze(whole)[0].box;
    for (const bool lie_down : {false, true}) {
      // A camera whose two fields do not fit; bars in front of the face.
      cv::Mat fields = whole.clone(), bars = whole.clone();
      for (int y = 0; y < whole.rows; y += 2)
        whole.row(y).colRange(25, whole.cols).copyTo(fields.row(y).colRange(0, whole.cols - 25));
      for (int i = 0; i < whole.rows; ++i)
        if (i % 8 < 2) (lie_down ? bars.row(i) : bars.col(i)) = cv::Scalar::all(200);
      EXPECT_EQ(int(at(fields, box).comparability), int(Comparability::noisy)) << name;
      EXPECT_EQ(int(at(bars, box).comparability), int(Comparability::noisy)) << name << lie_down;
    }
  }
}

TEST_F(ComparabilityTest, UprightFindsFacesWhicheverWayThePictureLies) {
  const cv::Mat obama = head("obama.jpg");
  const Face upright = analyze(obama)[0];
  const std::pair<int, int> ways[] = {
      {cv::ROTATE_90_CLOCKWISE, 3}, {cv::ROTATE_180, 2}, {cv::ROTATE_90_COUNTERCLOCKWISE, 1}};
  for (const auto& [way, back] : ways) {
    cv::Mat turned;
    cv::rotate(obama, turned, way);
    EXPECT_TRUE(analyze(turned).empty());
    const auto faces = analyze(turned, {.upright = true});
    ASSERT_EQ(faces.size(), 1u);
    EXPECT_EQ(faces[0].quarter_turns, back);
    ASSERT_TRUE(faces[0].embedding);
    EXPECT_LT(distance(faces[0], upright), 0.15);
    // Box and landmarks lie in the picture as it is given.
    for (const Point& p : *faces[0].landmarks) {
      EXPECT_GT(p.x, float(faces[0].box->left));
      EXPECT_LT(p.x, float(faces[0].box->right));
      EXPECT_GT(p.y, float(faces[0].box->top));
      EXPECT_LT(p.y, float(faces[0].box->bottom));
    }
  }
  const auto same = analyze(obama, {.upright = true});
  ASSERT_EQ(same.size(), 1u);
  EXPECT_EQ(*same[0].box, *upright.box);
  EXPECT_EQ(*same[0].embedding, *upright.embedding);
}

// What happened: the CNN finds a face on its side, and its wrong landmarks made strangers alike.
TEST_F(ComparabilityTest, StrangersOnTheirSideAreNotAlike) {
  const cv::Mat heads[] = {head("obama.jpg"), head("obama2.jpg"), head("biden.jpg")};
  for (const double degrees : {60.0, 75.0, 90.0, 120.0, 180.0, 270.0}) {
    std::vector<Face> faces;
    for (const cv::Mat& upright : heads) {
      const Box box = *analyze(upright)[0].box;
      // The whole head stays within: turned about the middle of the face.
      const cv::Point2f middle(float(box.left + box.right) / 2, float(box.top + box.bottom) / 2);
      cv::Mat turned;
      cv::warpAffine(upright, turned, cv::getRotationMatrix2D(middle, degrees, 1), upright.size(), cv::INTER_LINEAR,
                     cv::BORDER_REPLICATE);
      faces.push_back(at(turned, box));
      ASSERT_TRUE(faces.back().embedding) << degrees;
      EXPECT_LT(distance(faces.back(), analyze(upright)[0]), 0.3) << degrees;
    }
    EXPECT_LT(distance(faces[0], faces[1]), 0.5) << degrees;
    EXPECT_GT(distance(faces[0], faces[2]), 0.7) << degrees;
    EXPECT_GT(distance(faces[1], faces[2]), 0.7) << degrees;
  }
}

}  // namespace
}  // namespace visavis
