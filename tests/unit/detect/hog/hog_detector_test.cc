// The HOG detector beside dlib's own: the same boxes in the same order, on photos and on noise of odd sizes.
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

#include <random>

#include "base/files.h"
#include "detect/detector.h"
#include "dlib_io/rgb_image.h"
#include "image/decode.h"
#include "support/fixtures.h"
#include "support/simd_targets.h"

namespace visavis {
namespace {

using testing_support::for_each_simd_target;

constexpr double kScore = 1e-4;

std::vector<Detection> dlibs(const ImageView& image, const DetectOptions& options) {
  static auto& detector = *new dlib::frontal_face_detector(dlib::get_frontal_face_detector());
  std::vector<dlib::rect_detection> found;
  if (options.gray) {
    dlib::array2d<unsigned char> grey;
    dlib::assign_image(grey, DlibRgb{image});
    detector(grey, found, options.threshold);
  } else {
    detector(DlibRgb{image}, found, options.threshold);
  }
  std::vector<Detection> detections;
  for (const auto& d : found)
    detections.push_back(
        {{int32_t(d.rect.left()), int32_t(d.rect.top()), int32_t(d.rect.right()), int32_t(d.rect.bottom())},
         float(d.detection_confidence)});
  return detections;
}

void expect_same(const std::vector<Detection>& ours, const std::vector<Detection>& expected) {
  ASSERT_EQ(ours.size(), expected.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].box, expected[i].box) << i;
    EXPECT_NEAR(ours[i].score, expected[i].score, kScore) << i;
  }
}

Image load(const std::string& name) { return decode_image(read_file(testing_support::photo(name), 1 << 28)); }

// Every second pixel, or third …: small enough for a quick test.
struct Thinned {
  Thinned(const ImageView& image, int step) {
    view.width = image.width / step;
    view.height = image.height / step;
    view.stride = int64_t{view.width} * 3;
    bytes.resize(size_t(view.stride) * view.height);
    for (int y = 0; y < view.height; ++y)
      for (int x = 0; x < view.width * 3; ++x)
        bytes[size_t(y) * view.stride + x] = image.data[y * step * image.stride + x / 3 * step * 3 + x % 3];
    view.data = bytes.data();
  }
  std::vector<uint8_t> bytes;
  ImageView view;
};

class HogDetectorTest : public testing::Test {
 protected:
  const std::unique_ptr<Detector> detector_ = make_hog_detector();
};

TEST_F(HogDetectorTest, BoxesAreDlibsOnPhotos) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  size_t faces = 0;
  for (const char* name : {"obama.jpg", "biden.jpg", "obama2.jpg", "obama_partial_face2.jpg"}) {
    SCOPED_TRACE(name);
    const Image photo = load(name);
    for (const bool gray : {false, true})
      for (const double threshold : {0.0, -0.5, -1.0}) {
        const DetectOptions options{.threshold = threshold, .gray = gray};
        const auto expected = dlibs(photo.view, options);
        faces += expected.size();
        for (const int threads : {1, 2, 7}) expect_same(detector_->detect(photo.view, options, threads), expected);
      }
  }
  EXPECT_GT(faces, 20u);
}

TEST_F(HogDetectorTest, BoxesAreDlibsOnEveryKindOfCpu) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  const Image photo = load("biden.jpg");
  const Thinned small(photo.view, 2);
  for (const DetectOptions& options : {DetectOptions{.threshold = -1.2}, {.threshold = -1.2, .gray = true}}) {
    const auto expected = dlibs(small.view, options);
    EXPECT_GE(expected.size(), 3u);
    for_each_simd_target([&] { expect_same(detector_->detect(small.view, options, 2), expected); });
  }
}

// The threshold is so low that many places are reported.
TEST_F(HogDetectorTest, BoxesAreDlibsOnNoiseOfAnySize) {
  size_t found = 0;
  for (const auto& [width, height] : {std::pair{1, 1},
                                      {1, 90},
                                      {3, 2},
                                      {11, 12},
                                      {19, 21},
                                      {20, 20},
                                      {63, 64},
                                      {64, 64},
                                      {76, 77},
                                      {77, 80},
                                      {79, 200},
                                      {80, 80},
                                      {81, 85},
                                      {130, 97},
                                      {257, 129},
                                      {222, 333}}) {
    SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height));
    std::mt19937 random(width + height);
    std::vector<uint8_t> bytes(size_t(width) * height * 3);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(i / 50 % 150 + random() % 100);
    const ImageView view{bytes.data(), width, height, width * 3};
    for (const bool gray : {false, true}) {
      const DetectOptions options{.threshold = -2.5, .gray = gray};
      const auto expected = dlibs(view, options);
      found += expected.size();
      for (const int threads : {1, 3}) expect_same(detector_->detect(view, options, threads), expected);
    }
  }
  EXPECT_GT(found, 100u);
}

TEST_F(HogDetectorTest, ThreadsAndRepetitionsChangeNoBit) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  const Image photo = load("obama.jpg");
  const DetectOptions options{.threshold = -1.5};
  const auto once = detector_->detect(photo.view, options, 1);
  EXPECT_GT(once.size(), 3u);
  for (const int threads : {1, 2, 5, 64}) {
    const auto again = detector_->detect(photo.view, options, threads);
    ASSERT_EQ(again.size(), once.size());
    for (size_t i = 0; i < once.size(); ++i) {
      EXPECT_EQ(again[i].box, once[i].box);
      EXPECT_EQ(again[i].score, once[i].score);
    }
  }
}

TEST_F(HogDetectorTest, AnEnlargedGreyPictureIsDlibsEnlargedGrey) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  const Image photo = load("obama.jpg");
  const Thinned small(photo.view, 5);
  dlib::array2d<unsigned char> grey;
  dlib::assign_image(grey, DlibRgb{small.view});
  dlib::pyramid_up(grey, dlib::pyramid_down<2>());
  const auto expected = dlib::get_frontal_face_detector()(grey);
  ASSERT_EQ(expected.size(), 1u);
  const auto ours = detector_->detect(small.view, {.min_face = 40, .gray = true}, 2);
  ASSERT_EQ(ours.size(), 1u);
  const dlib::rectangle rect = dlib::pyramid_down<2>().rect_down(expected[0], 1);
  EXPECT_EQ(ours[0].box,
            (Box{int32_t(rect.left()), int32_t(rect.top()), int32_t(rect.right()), int32_t(rect.bottom())}));
}

}  // namespace
}  // namespace visavis
