// detect: every backend finds the faces that dlib's own network finds, with any number of threads.
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "detect/detector.h"
#include "support/dlib_pixels.h"
#include "support/fixtures.h"

namespace visavis {
namespace {

using Parameter = std::tuple<const char*, std::string>;  // photo, backend

class CnnDetectorTest : public testing::TestWithParam<Parameter> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_MODELS_AND_PHOTOS();
    pixels_ = testing_support::dlib_pixels(testing_support::photo(std::get<0>(GetParam())));
  }
  static Backend backend() { return testing_support::backend_named(std::get<1>(GetParam())); }
  ImageView view() const { return testing_support::view(pixels_); }
  std::vector<Detection> find(Backend backend, const DetectOptions& options, int threads) {
    const auto detector = make_cnn_detector(testing_support::model_bytes(kCnnDetectorModel), backend);
    return detector->detect(view(), options, threads);
  }
  testing_support::DlibPixels pixels_;
};

TEST_P(CnnDetectorTest, EveryBackendFindsDlibsFaces) {
  if (backend() == Backend::dlib) return;  // the reference itself
  // A low threshold gives many boxes, sure and unsure, of which non-maximum suppression leaves some.
  const DetectOptions options{.min_face = 120, .threshold = -1.5};
  static std::map<std::string, std::vector<Detection>> of_dlib;  // by photo: it is slow
  std::vector<Detection>& expected = of_dlib[std::get<0>(GetParam())];
  if (expected.empty()) expected = find(Backend::dlib, options, 1);
  const auto found = find(backend(), options, 2);
  ASSERT_GE(expected.size(), 2u);
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].box, expected[i].box);
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-4);
  }
}

TEST_P(CnnDetectorTest, ThreadsAndRunsChangeNothing) {
  const auto once = find(backend(), {.min_face = 160}, 1), again = find(backend(), {.min_face = 160}, 2);
  ASSERT_EQ(once.size(), again.size());
  ASSERT_GE(once.size(), 1u);
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].box, again[i].box);
    EXPECT_EQ(once[i].score, again[i].score);
  }
}

TEST_P(CnnDetectorTest, LargeFacesAreFoundInAShrunkPictureWhereTheyAreInTheWhole) {
  if (backend() == Backend::dlib) return;  // slow, and shrinking is before the backends
  const auto whole = find(backend(), {}, 1), shrunk = find(backend(), {.min_face = 110}, 1);
  ASSERT_EQ(whole.size(), 1u);
  ASSERT_EQ(shrunk.size(), 1u);
  const Box a = whole[0].box, b = shrunk[0].box;
  // Its boxes are coarse: the network looks every 8 px, and at sizes a fifth apart.
  EXPECT_NEAR(a.left + a.right, b.left + b.right, a.width() / 3);
  EXPECT_NEAR(a.top + a.bottom, b.top + b.bottom, a.height() / 3);
  EXPECT_NEAR(a.width(), b.width(), a.width() / 4);
}

TEST_P(CnnDetectorTest, TheCallersLimitHolds) {
  const auto detector = make_cnn_detector(testing_support::model_bytes(kCnnDetectorModel), backend());
  const int64_t pixels = int64_t{view().width} * view().height;
  const Error e =
      testing_support::error_of([&] { detector->detect(view(), {.min_face = 39, .max_pixels = pixels}, 1); });
  EXPECT_EQ(e.code(), VAV_E_LIMIT_EXCEEDED);
  // What is shrunk first counts as it is looked at.
  EXPECT_EQ(detector->detect(view(), {.min_face = 160, .max_pixels = pixels / 2}, 1).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Photos, CnnDetectorTest,
                         testing::Combine(testing::Values("obama.jpg", "obama_partial_face2.jpg"),
                                          testing::ValuesIn(backend_names())),
                         [](const auto& info) {
                           const std::string photo = std::get<0>(info.param);
                           return photo.substr(0, photo.find('.')) + "_" + std::get<1>(info.param);
                         });

}  // namespace
}  // namespace visavis
