// detect/yunet/yunet_detector on the sample photos: one box of each face, whatever is asked; cut, tilted, in parts, in threads.

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "detect/detector.h"
#include "detect/yunet/yunet_network.h"
#include "nn/onnx/read_network.h"
#include "support/fixtures.h"
#include "support/pictures.h"

namespace visavis {
namespace {

using testing_support::load;
using testing_support::view;

class YunetDetectorTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_SET_AND_PHOTOS("opencv-zoo");
    if (backend_names().front() != "onednn") GTEST_SKIP() << "the reference takes minutes";
    const auto files = testing_support::models();
    const auto bytes = testing_support::model_bytes(chosen(model_set("opencv-zoo").detector, *files).id.c_str());
    const Network network = read_onnx({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    detector_ = make_yunet_detector(std::make_shared<YunetNetwork>(network, make_runner(Backend::onednn, network)),
                                    YunetBoxes::own);
  }
  std::vector<Detection> find(const cv::Mat& picture, const DetectOptions& options = {}, int threads = 1) const {
    return detector_->detect(view(picture), options, threads);
  }
  std::unique_ptr<Detector> detector_;
};

TEST_F(YunetDetectorTest, FindsTheFaceWhereHogFindsIt) {
  for (const char* name : {"obama.jpg", "obama2.jpg", "biden.jpg", "obama3.jpg"}) {
    const cv::Mat picture = load(name);
    const auto found = find(picture), of_hog = make_hog_detector()->detect(view(picture), {}, 1);
    ASSERT_EQ(found.size(), 1u) << name;
    ASSERT_EQ(of_hog.size(), 1u) << name;
    EXPECT_GT(overlap(found[0].box, of_hog[0].box), 0.4) << name;
    EXPECT_GT(found[0].score, 0) << name;
    ASSERT_TRUE(found[0].landmarks);
    const Landmarks& p = *found[0].landmarks;
    EXPECT_LT(p[0].x, p[1].x) << "eyes";
    EXPECT_LT(p[3].x, p[4].x) << "corners of the mouth";
    EXPECT_LT(p[0].y, p[2].y);
    EXPECT_LT(p[2].y, p[3].y);
    for (const Point& point : p) {
      EXPECT_GT(point.x, float(found[0].box.left));
      EXPECT_LT(point.x, float(found[0].box.right));
    }
  }
}

TEST_F(YunetDetectorTest, NeverTwoBoxesOnOneFace) {
  const cv::Mat picture = load("obama.jpg");
  for (const DetectOptions& options : {DetectOptions{.min_face = 20},
                                       {.min_face = 10, .max_face = 600},
                                       {.min_face = 100},
                                       {.max_face = 500},
                                       {.min_face = 20, .max_pixels = 1'000'000},
                                       {.threshold = -0.4}}) {
    const auto found = find(picture, options);
    ASSERT_GE(found.size(), 1u) << options.min_face;
    for (size_t i = 1; i < found.size(); ++i) EXPECT_LE(overlap(found[0].box, found[i].box), 0.05) << options.min_face;
  }
}

TEST_F(YunetDetectorTest, FindsFacesThatAreCutOffOrFillThePicture) {
  const auto cut = find(load("obama_partial_face.jpg"));
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_LT(cut[0].box.left, 0) << "the box reaches beyond the edge";
  const cv::Mat obama = load("obama.jpg");
  const Box box = find(obama)[0].box;
  const cv::Rect face(box.left, box.top, int(box.width()), int(box.height()));
  EXPECT_EQ(find(obama(face)).size(), 1u);
  EXPECT_EQ(find(obama(cv::Rect(face.x + face.width / 3, 0, obama.cols - face.x - face.width / 3, obama.rows))).size(),
            1u);
}

TEST_F(YunetDetectorTest, FindsTiltedHeads) {
  const cv::Mat biden = load("biden.jpg");
  const Box box = find(biden)[0].box;
  const cv::Point2f middle(float(box.left + box.right) / 2, float(box.top + box.bottom) / 2);
  for (const double degrees : {45.0, -60.0}) {
    cv::Mat turned;
    cv::warpAffine(biden, turned, cv::getRotationMatrix2D(middle, degrees, 1), biden.size(), cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    const auto found = find(turned);
    ASSERT_EQ(found.size(), 1u) << degrees;
    EXPECT_GT(overlap(found[0].box, box), 0.4);
  }
}

TEST_F(YunetDetectorTest, PartsAndThreadsChangeNothingOfNote) {
  cv::Mat crowd(1500, 2400, CV_8UC3, cv::Scalar(90, 120, 90));
  cv::Mat small;
  cv::resize(load("obama2.jpg"), small, {}, 0.3, 0.3, cv::INTER_AREA);
  std::vector<cv::Point> places;
  for (int y = 0; y + small.rows < crowd.rows; y += 375)
    for (int x = 7; x + small.cols < crowd.cols; x += 340) {
      small.copyTo(crowd(cv::Rect(x, y, small.cols, small.rows)));
      places.emplace_back(x, y);
    }
  const auto whole = find(crowd, {.min_face = 20}), parts = find(crowd, {.min_face = 20, .max_pixels = 500'000}, 2);
  EXPECT_EQ(whole.size(), places.size());
  EXPECT_EQ(parts.size(), places.size());
  for (const Detection& d : whole)
    EXPECT_TRUE(std::ranges::any_of(parts, [&](const Detection& p) { return overlap(p.box, d.box) > 0.8; }));
  const auto again = find(crowd, {.min_face = 20}, 3);
  ASSERT_EQ(again.size(), whole.size());
  for (size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(again[i].box, whole[i].box);
    EXPECT_EQ(again[i].score, whole[i].score);
  }
}

TEST_F(YunetDetectorTest, SizesAskedForAreKept) {
  const cv::Mat picture = load("obama.jpg");
  const auto width = int32_t(find(picture)[0].box.width());
  EXPECT_TRUE(find(picture, {.min_face = 2 * width}).empty());
  EXPECT_TRUE(find(picture, {.max_face = width / 2}).empty());
  EXPECT_EQ(find(picture, {.min_face = width / 2}).size(), 1u);
  EXPECT_TRUE(find(picture, {.threshold = 0.29}).empty());
  EXPECT_TRUE(find(cv::Mat(1, 1, CV_8UC3, cv::Scalar(1, 2, 3))).empty());
  EXPECT_TRUE(find(cv::Mat(300, 300, CV_8UC3, cv::Scalar(120, 120, 120))).empty());
}

}  // namespace
}  // namespace visavis
