// quality/measures: each fault of a picture is seen by the measures for it and by no others, the more the worse it is.
#include "quality/measures.h"

#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <set>
#include <string>
#include <vector>

#include "pipeline/engine.h"
#include "support/fixtures.h"
#include "support/pictures.h"

namespace visavis {
namespace {

using enum QualityMeasure;
using testing_support::load;
using testing_support::view;

using Measures = std::set<QualityMeasure>;

constexpr Wanted kQuality{.quality = true};

std::string called(QualityMeasure measure) { return "measure " + std::to_string(int(measure)); }

// A picture with a face in it.
struct Photo {
  cv::Mat pixels;
  Landmarks points;
};

// The same, moved by a map of places.
Photo moved(const Photo& photo, const cv::Matx23d& there, const cv::Size& size) {
  Photo result;
  cv::warpAffine(photo.pixels, result.pixels, there, size, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  for (size_t i = 0; i < photo.points.size(); ++i) {
    const cv::Vec2d place = there * cv::Vec3d(photo.points[i].x, photo.points[i].y, 1);
    result.points[i] = {float(place[0]), float(place[1])};
  }
  return result;
}

Photo cut(const Photo& photo, const cv::Rect& part) {
  return moved(photo, {1, 0, double(-part.x), 0, 1, double(-part.y)}, part.size());
}

// Each colour of each pixel anew, as an amount of light: 0..1.
cv::Mat lit(const cv::Mat& picture, const std::function<double(double light, int x, int colour)>& light) {
  cv::Mat result = picture.clone();
  for (int y = 0; y < result.rows; ++y)
    for (int x = 0; x < result.cols; ++x)
      for (int colour = 0; colour < 3; ++colour) {
        uint8_t& value = result.at<cv::Vec3b>(y, x)[colour];
        value = cv::saturate_cast<uint8_t>(255 * std::pow(light(std::pow(value / 255.0, 2.2), x, colour), 1 / 2.2));
      }
  return result;
}

class MeasuresTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_SET_AND_PHOTOS(GetParam());
    // With more room above the head than the photo has.
    cv::copyMakeBorder(load("obama.jpg")(cv::Rect(200, 0, 600, 650)), photo_.pixels, 100, 0, 0, 0,
                       cv::BORDER_REPLICATE);
    const ModelSet& set = model_set(GetParam());
    engine_ = std::make_unique<Engine>(testing_support::models(), 1, Backend::automatic, 0, shared(set));
    const auto faces = engine_->analyze({view(photo_.pixels)}, set.detectors.front(), {}, false, kQuality)[0];
    ASSERT_EQ(faces.size(), 1u);
    photo_.points = *faces[0].landmarks;
    plain_ = *faces[0].quality;
    EXPECT_EQ(plain_[single_face_present].score, 100);
  }

  bool has_mouth() const { return std::string(GetParam()) != "dlib"; }
  FaceQuality of(const Photo& photo) const {
    return *engine_->analyze_landmarks(view(photo.pixels), {photo.points}, kQuality)[0].quality;
  }
  FaceQuality of(const cv::Mat& picture) const { return of(Photo{picture, photo_.points}); }
  Photo with(const cv::Mat& picture) const { return {picture, photo_.points}; }

  // Along `photos`, from good to bad, the scores of `falling` only fall, and end lower by `least`; those of others,
  // except for `either`, stay within `most` of the plain photo's.
  void expect_falls(const Measures& falling, const Measures& either, const std::vector<Photo>& photos, int least,
                    int most = 6) const {
    FaceQuality before = plain_;
    for (const Photo& photo : photos) {
      const FaceQuality now = of(photo);
      for (const QualityMeasure measure : kQualityMeasures) {
        if (measure == single_face_present) continue;  // points alone do not say it
        EXPECT_EQ(int(now[measure].state), int(plain_[measure].state)) << called(measure);
        if (falling.contains(measure)) {
          EXPECT_LE(now[measure].score, before[measure].score) << called(measure);
        } else if (!either.contains(measure)) {
          EXPECT_NEAR(now[measure].score, plain_[measure].score, most) << called(measure);
        }
      }
      before = now;
    }
    for (const QualityMeasure measure : falling)
      EXPECT_LE(before[measure].score, plain_[measure].score - least) << called(measure);
  }

  Photo photo_;
  FaceQuality plain_;
  std::unique_ptr<Engine> engine_;
};

INSTANTIATE_TEST_SUITE_P(Sets, MeasuresTest, testing::Values("dlib", "opencv-zoo"),
                         [](const auto& set) { return std::string(set.param) == "dlib" ? "dlib" : "zoo"; });

TEST_P(MeasuresTest, AGoodPortraitIsGood) {
  for (const QualityMeasure measure : kQualityMeasures) {
    if (measure == head_pose_pitch && !has_mouth()) {
      EXPECT_EQ(int(plain_[measure].state), int(QualityState::not_evaluated));
      EXPECT_EQ(int(plain_[measure].gap), int(QualityGap::points));
      continue;
    }
    EXPECT_NE(int(plain_[measure].state), int(QualityState::not_evaluated)) << called(measure);
    EXPECT_EQ(int(plain_[measure].gap), int(QualityGap::none)) << called(measure);
    if (measure == head_size) continue;  // a small head
    EXPECT_GE(plain_[measure].score, 75) << called(measure);
  }
  const auto exact = has_mouth() ? QualityState::evaluated : QualityState::approximate;
  EXPECT_EQ(int(plain_[natural_colour].state), int(exact));
  EXPECT_EQ(int(plain_[illumination_uniformity].state), int(exact));
  EXPECT_NEAR(plain_[inter_eye_distance].raw, 110, 8);
  EXPECT_NEAR(plain_[head_pose_yaw].raw, 0, 5);
  EXPECT_NEAR(plain_[head_pose_roll].raw, 0, 5);
}

TEST_P(MeasuresTest, Dark) {
  std::vector<Photo> photos;
  for (const double share : {0.5, 0.25, 0.12, 0.06})
    photos.push_back(with(lit(photo_.pixels, [&](double light, int, int) { return light * share; })));
  expect_falls({luminance_mean, luminance_variance, under_exposure_prevention, dynamic_range}, {}, photos, 30);
}

TEST_P(MeasuresTest, OverExposed) {
  std::vector<Photo> photos;
  for (const double times : {1.5, 2.5, 4.0, 8.0})
    photos.push_back(with(lit(photo_.pixels, [&](double light, int, int) { return std::min(1.0, light * times); })));
  // What is white has neither range nor colour.
  expect_falls({over_exposure_prevention}, {luminance_mean, luminance_variance, dynamic_range, natural_colour}, photos,
               90);
  EXPECT_LT(of(photos.back())[luminance_mean].score, 30);
  EXPECT_LT(of(photos.back())[dynamic_range].score, plain_[dynamic_range].score - 30);
}

TEST_P(MeasuresTest, OneSideInTheDark) {
  std::vector<Photo> photos;
  const double middle = FacePlace(photo_.points, engine_->set().chip->mean_face).at(0.5, 0.5).x;
  for (const double share : {0.4, 0.2, 0.1})
    photos.push_back(with(lit(photo_.pixels, [&](double light, int x, int) {
      return light * (1 - (1 - share) / (1 + std::exp((middle - x) / 15)));
    })));
  expect_falls({illumination_uniformity}, {luminance_mean}, photos, 30, 12);
}

TEST_P(MeasuresTest, Blurred) {
  std::vector<Photo> photos;
  for (const double sigma : {3.0, 5.0, 7.0, 9.0}) {
    cv::Mat blurred;
    cv::GaussianBlur(photo_.pixels, blurred, {0, 0}, sigma);
    photos.push_back(with(blurred));
  }
  // Both cheeks are less alike when their grain is gone, and there is less contrast.
  expect_falls({sharpness}, {illumination_uniformity, luminance_variance, dynamic_range}, photos, 85);
}

TEST_P(MeasuresTest, LowContrast) {
  std::vector<Photo> photos;
  const double mean = plain_[luminance_mean].raw;
  for (const double share : {0.5, 0.25, 0.12})
    photos.push_back(with(lit(photo_.pixels, [&](double light, int, int) { return mean + (light - mean) * share; })));
  expect_falls({luminance_variance, dynamic_range}, {natural_colour}, photos, 25);
}

TEST_P(MeasuresTest, GreyIsNotAColour) {
  cv::Mat grey, same;
  cv::cvtColor(photo_.pixels, grey, cv::COLOR_RGB2GRAY);
  cv::cvtColor(grey, same, cv::COLOR_GRAY2RGB);
  const FaceQuality quality = of(same);
  EXPECT_EQ(int(quality[natural_colour].state), int(QualityState::not_evaluated));
  EXPECT_EQ(int(quality[natural_colour].gap), int(QualityGap::grey));
  EXPECT_EQ(quality[natural_colour].score, 0);
  for (const QualityMeasure measure : kQualityMeasures)
    if (measure != natural_colour && measure != single_face_present) {
      EXPECT_NEAR(quality[measure].score, plain_[measure].score, 5) << called(measure);
    }
}

TEST_P(MeasuresTest, UnderAColouredLamp) {
  std::vector<Photo> photos;
  for (const double share : {0.6, 0.4, 0.25})  // of red
    photos.push_back(
        with(lit(photo_.pixels, [&](double light, int, int colour) { return colour == 0 ? light * share : light; })));
  expect_falls({natural_colour}, {luminance_mean, luminance_variance}, photos, 60, 8);
}

TEST_P(MeasuresTest, Tilted) {
  std::vector<Photo> photos;
  for (const double degrees : {15.0, 30.0, 45.0}) {
    const cv::Mat turn = cv::getRotationMatrix2D({300, 430}, degrees, 1);
    photos.push_back(moved(photo_, cv::Matx23d(turn), photo_.pixels.size()));
    EXPECT_NEAR(of(photos.back())[head_pose_roll].raw, plain_[head_pose_roll].raw + float(degrees), 0.1);
  }
  expect_falls({head_pose_roll}, {margin_left, margin_right, margin_above, margin_below}, photos, 40);
}

TEST_P(MeasuresTest, CutAtEachSide) {
  const cv::Size size = photo_.pixels.size();
  const auto each = [&](QualityMeasure measure, const Measures& either, const std::function<cv::Rect(int)>& part) {
    std::vector<Photo> photos;
    for (const int px : {140, 170, 200, 225}) photos.push_back(cut(photo_, part(px)));
    Measures others = either;
    others.insert(head_size);  // is compared with the picture's height
    expect_falls({measure}, others, photos, 10);
  };
  const FacePlace place(photo_.points, engine_->set().chip->mean_face);
  const int left = int(place.at(0.23, 0.2).x) - 270, right = size.width - int(place.at(0.77, 0.2).x) - 270;
  each(margin_left, {}, [&](int px) { return cv::Rect(left + px, 0, size.width - left - px, size.height); });
  each(margin_right, {}, [&](int px) { return cv::Rect(0, 0, size.width - right - px, size.height); });
  each(margin_above, {}, [&](int px) { return cv::Rect(0, px - 100, size.width, size.height - px + 100); });
  each(margin_below, {}, [&](int px) { return cv::Rect(0, 0, size.width, size.height - 2 * px + 140); });
}

// What is enlarged again within the chip is less sharp.
TEST_P(MeasuresTest, Small) {
  std::vector<Photo> photos;
  for (const double scale : {0.7, 0.5, 0.3}) {
    Photo photo =
        moved(photo_, {scale, 0, 0, 0, scale, 0}, {int(photo_.pixels.cols * scale), int(photo_.pixels.rows * scale)});
    cv::resize(photo_.pixels, photo.pixels, photo.pixels.size(), 0, 0, cv::INTER_AREA);
    photos.push_back(photo);
  }
  expect_falls({inter_eye_distance}, {sharpness}, photos, 60, 8);
  EXPECT_NEAR(of(photos[1])[inter_eye_distance].raw, plain_[inter_eye_distance].raw / 2, 0.1);
}

TEST_P(MeasuresTest, WhatLiesOutsideIsNotEvaluated) {
  const FacePlace place(photo_.points, engine_->set().chip->mean_face);
  const int middle = int(place.at(0.5, 0.5).x);
  const Photo half = cut(photo_, {middle + 10, 0, photo_.pixels.cols - middle - 10, photo_.pixels.rows});
  const FaceQuality quality = of(half);
  for (const QualityMeasure measure : {illumination_uniformity, luminance_mean, dynamic_range, sharpness,
                                       natural_colour, under_exposure_prevention, over_exposure_prevention}) {
    EXPECT_EQ(int(quality[measure].state), int(QualityState::not_evaluated)) << called(measure);
    EXPECT_EQ(int(quality[measure].gap), int(QualityGap::outside)) << called(measure);
  }
  EXPECT_EQ(quality[margin_left].score, 0);
}

// Only who has seen all of the picture knows whether there is one face.
TEST_P(MeasuresTest, FacesBesideThisOne) {
  cv::Mat two;
  cv::hconcat(photo_.pixels, load("biden.jpg")(cv::Rect(280, 80, 650, 750)), two);
  const DetectorKind kind = engine_->set().detectors.front();
  const auto faces = engine_->analyze({view(two)}, kind, {}, false, kQuality)[0];
  ASSERT_EQ(faces.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    const double share = std::sqrt(faces[1 - i].box->area() / faces[i].box->area());
    const QualityValue value = (*faces[i].quality)[single_face_present];
    EXPECT_EQ(int(value.state), int(QualityState::evaluated));
    EXPECT_NEAR(value.raw, std::min(1.0, share), 1e-6);
  }
  const auto again = engine_->analyze_faces(view(two), {as_detected(faces[1])}, kQuality);
  EXPECT_EQ((*again[0].quality)[single_face_present].raw, (*faces[1].quality)[single_face_present].raw);
  EXPECT_EQ(int(of(photo_)[single_face_present].gap), int(QualityGap::faces));
}

TEST_P(MeasuresTest, PointsThatFitNoFaceGiveNoNumbersThatAreNone) {
  for (const Landmarks& points : {Landmarks{{{10, 10}, {10, 10}, {10, 10}, {10, 10}, {10, 20}}},
                                  Landmarks{{{-1e6f, 0}, {1e6f, 0}, {0, 0}, {-1e6f, 0}, {1e6f, 0}}}}) {
    const FaceQuality quality = of(Photo{photo_.pixels, points});
    for (const QualityMeasure measure : kQualityMeasures) {
      EXPECT_TRUE(std::isfinite(quality[measure].raw)) << called(measure);
      EXPECT_GE(quality[measure].score, 0);
      EXPECT_LE(quality[measure].score, 100);
    }
  }
}

}  // namespace
}  // namespace visavis
