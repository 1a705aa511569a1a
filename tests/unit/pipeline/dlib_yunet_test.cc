// pipeline/engine with the set dlib and YuNet: the faces, boxes and embeddings of HOG, and faces that HOG does not find.
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/vectors.h"
#include "pipeline/engine.h"
#include "support/fixtures.h"
#include "support/pictures.h"
#include "unit/pipeline/all_wanted.h"

namespace visavis {
namespace {

using testing_support::kAll;
using testing_support::load;
using testing_support::view;

cv::Mat turned(const cv::Mat& picture, const Box& about, double degrees) {
  const cv::Point2f middle(float(about.left + about.right) / 2, float(about.top + about.bottom) / 2);
  cv::Mat out;
  cv::warpAffine(picture, out, cv::getRotationMatrix2D(middle, degrees, 1), picture.size(), cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  return out;
}

class DlibYunetTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_MODELS_AND_PHOTOS();
    SKIP_WITHOUT_SET_AND_PHOTOS("opencv-zoo");
    if (backend_names().front() != "onednn") GTEST_SKIP() << "the reference takes minutes";
  }
  std::vector<Face> analyze(const cv::Mat& picture, DetectorKind kind = DetectorKind::yunet,
                            const DetectOptions& options = {}) const {
    return engine_.analyze({view(picture)}, kind, options, false, kAll)[0];
  }
  static float distance(const Face& a, const Face& b) {
    return euclidean_distance(a.embedding->data(), b.embedding->data(), a.embedding->size());
  }

  const Engine engine_{testing_support::models(), 1};
};

TEST_F(DlibYunetTest, GivesBoxesAndEmbeddingsAsHogDoes) {
  for (const char* name : {"obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"}) {
    const cv::Mat picture = load(name);
    const auto faces = analyze(picture), of_hog = analyze(picture, DetectorKind::hog);
    ASSERT_EQ(faces.size(), 1u) << name;
    EXPECT_EQ(faces[0].box->width(), faces[0].box->height());
    EXPECT_GT(overlap(*faces[0].box, *of_hog[0].box), 0.6) << name;
    ASSERT_TRUE(faces[0].embedding) << name;
    EXPECT_LT(distance(faces[0], of_hog[0]), 0.2) << name;
    // Its box alone gives the same: it is all that dlib's landmarks ask for.
    const Face from_box = engine_.analyze_boxes(view(picture), {*faces[0].box}, kAll)[0];
    EXPECT_EQ(*from_box.landmarks, *faces[0].landmarks) << name;
    EXPECT_EQ(from_box.embedding, faces[0].embedding) << name;
  }
}

TEST_F(DlibYunetTest, TiltedHeadsAreFoundAndRecognised) {
  int hogs = 0;
  for (const char* name : {"obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"}) {
    const cv::Mat upright = load(name);
    const Face whole = analyze(upright)[0];
    for (const double degrees : {30.0, -30.0, 45.0, -45.0, 60.0, -60.0}) {
      const cv::Mat picture = turned(upright, *whole.box, degrees);
      const auto faces = analyze(picture);
      ASSERT_EQ(faces.size(), 1u) << name << ", " << degrees;
      ASSERT_TRUE(faces[0].embedding) << name << ", " << degrees;
      EXPECT_LT(distance(faces[0], whole), 0.3) << name << ", " << degrees;
      hogs += analyze(picture, DetectorKind::hog).empty() ? 0 : 1;
    }
  }
  EXPECT_LT(hogs, 16);
}

TEST_F(DlibYunetTest, FacesThatWereDetectedGiveWhatAnalyzeGives) {
  const cv::Mat biden = load("biden.jpg");
  cv::Mat side;
  cv::rotate(biden, side, cv::ROTATE_90_CLOCKWISE);
  const cv::Mat tilted = turned(biden, *analyze(biden)[0].box, 50);
  for (const cv::Mat& picture : {load("obama_partial_face.jpg"), tilted, side})
    for (const bool clip : {false, true}) {
      const DetectOptions options{.upright = true};
      const auto found = engine_.analyze({view(picture)}, DetectorKind::yunet, options, clip, {})[0];
      const auto whole = engine_.analyze({view(picture)}, DetectorKind::yunet, options, clip, kAll)[0];
      ASSERT_FALSE(found.empty());
      const auto completed = engine_.analyze_faces(view(picture), found, kAll);
      ASSERT_EQ(completed.size(), whole.size());
      for (size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(*found[i].box, *whole[i].box);
        EXPECT_EQ(*completed[i].landmarks, *whole[i].landmarks);
        EXPECT_EQ(completed[i].embedding, whole[i].embedding);
      }
    }
}

TEST_F(DlibYunetTest, UprightFindsFacesWhicheverWayThePictureLies) {
  const cv::Mat obama = load("obama.jpg");
  const Face upright = analyze(obama)[0];
  for (const int way : {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE}) {
    cv::Mat picture;
    cv::rotate(obama, picture, way);
    const auto faces = analyze(picture, DetectorKind::yunet, {.upright = true});
    ASSERT_EQ(faces.size(), 1u);
    ASSERT_TRUE(faces[0].embedding);
    EXPECT_LT(distance(faces[0], upright), 0.3);
  }
}

TEST_F(DlibYunetTest, SizesThatAreAskedForAreThoseOfTheBoxesGiven) {
  const cv::Mat obama = load("obama.jpg");
  const auto side = int32_t(analyze(obama)[0].box->width());
  EXPECT_EQ(analyze(obama, DetectorKind::yunet, {.max_face = side - side / 8}).size(), 0u);
  const auto faces = analyze(obama, DetectorKind::yunet, {.min_face = side - side / 8, .max_face = side + side / 8});
  EXPECT_EQ(faces.size(), 1u);
}

TEST_F(DlibYunetTest, ABackendThatCannotRunItIsRefused) {
  const auto names = backend_names();
  if (std::ranges::find(names, "opencv") == names.end()) GTEST_SKIP() << "no backend opencv here";
  const Engine engine(testing_support::models(), 1, Backend::opencv);
  const cv::Mat obama = load("obama.jpg");
  EXPECT_FALSE(engine.analyze({view(obama)}, DetectorKind::hog, {}, false, kAll)[0].empty());
  const Error e = testing_support::error_of([&] { engine.warm_up(DetectorKind::yunet, {}); });
  EXPECT_EQ(e.code(), VAV_E_UNSUPPORTED);
  EXPECT_NE(std::string(e.what()).find("onednn"), std::string::npos);
}

}  // namespace
}  // namespace visavis
