// Faces that cannot be compared have no embedding; faces on their side get the right one.
#include <dlib/image_io.h>

#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "base/vectors.h"
#include "pipeline/engine.h"
#include "unit/support.h"

namespace visavis {
namespace {

constexpr Wanted kAll{true, true, true};

// A sample photo's head, so that the tests are quick.
cv::Mat head(const std::string& name) {
  dlib::array2d<dlib::rgb_pixel> pixels;
  dlib::load_image(pixels, testing_support::photo(name));
  const cv::Mat whole(int(pixels.nr()), int(pixels.nc()), CV_8UC3, &pixels[0][0], size_t(pixels.width_step()));
  const cv::Rect part = name == "biden.jpg"    ? cv::Rect(280, 80, 650, 650)
                        : name == "obama2.jpg" ? cv::Rect(0, 150, 626, 650)
                                               : cv::Rect(200, 0, 650, 650);
  return whole(part).clone();
}

ImageView view(const cv::Mat& picture) { return {picture.data, picture.cols, picture.rows, int64_t(picture.step)}; }

class ComparabilityTest : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_MODELS_AND_PHOTOS(); }

  std::vector<Face> analyze(const cv::Mat& picture, DetectOptions options = {},
                            DetectorKind kind = DetectorKind::hog) const {
    return engine_.analyze({view(picture)}, kind, options, false, kAll)[0];
  }
  Face at(const cv::Mat& picture, const Box& box) const { return engine_.analyze_boxes(view(picture), {box}, kAll)[0]; }
  static float distance(const Face& a, const Face& b) {
    return euclidean_distance(a.embedding->data(), b.embedding->data(), kEmbeddingDim);
  }

  const Engine engine_{testing_support::models(), 1};
};

TEST_F(ComparabilityTest, NoFaceGivesNoEmbedding) {
  cv::Mat noise(300, 300, CV_8UC3), black(300, 300, CV_8UC3, cv::Scalar(0, 0, 0)),
      white(300, 300, CV_8UC3, cv::Scalar(255, 255, 255)), haze(300, 300, CV_8UC3, cv::Scalar(120, 120, 120));
  cv::RNG(7).fill(noise, cv::RNG::UNIFORM, 0, 256);
  const Box box{50, 50, 250, 250};
  const std::pair<cv::Mat, Comparability> cases[] = {{noise, Comparability::landmarks},
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
       Comparability::compressed}};
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
