// detect: every backend finds the faces that dlib's own network finds, with any number of threads.
#include <dlib/image_io.h>

#include <string>

#include "detect/detector.h"
#include "unit/support.h"

namespace visavis {
namespace {

class CnnDetectorTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_MODELS_AND_PHOTOS();
    dlib::load_image(pixels_, testing_support::photo(GetParam()));
  }
  std::vector<Detection> find(Backend backend, const DetectOptions& options, int threads) const {
    const auto detector = make_cnn_detector(testing_support::model_bytes(kCnnDetectorModel), backend);
    return detector->detect({reinterpret_cast<const uint8_t*>(&pixels_[0][0]), int32_t(pixels_.nc()),
                             int32_t(pixels_.nr()), pixels_.width_step()},
                            options, threads);
  }
  dlib::array2d<dlib::rgb_pixel> pixels_;
};

TEST_P(CnnDetectorTest, EveryBackendFindsDlibsFaces) {
  const Backend backend = choose_backend(Backend::automatic).backend;
  if (backend == Backend::dlib) GTEST_SKIP() << "no backend but dlib in this build";
  // A low threshold gives many boxes, sure and unsure, of which non-maximum suppression leaves some.
  const DetectOptions options{.min_face = 80, .threshold = -1.5};
  const auto expected = find(Backend::dlib, options, 1), found = find(backend, options, 2);
  ASSERT_GE(expected.size(), 2u);
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].box, expected[i].box);
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-4);
  }
}

TEST_P(CnnDetectorTest, ThreadsAndRunsChangeNothing) {
  const Backend backend = choose_backend(Backend::automatic).backend;
  const auto once = find(backend, {.min_face = 160}, 1), again = find(backend, {.min_face = 160}, 2);
  ASSERT_EQ(once.size(), again.size());
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].box, again[i].box);
    EXPECT_EQ(once[i].score, again[i].score);
  }
}

INSTANTIATE_TEST_SUITE_P(Photos, CnnDetectorTest, testing::Values("obama.jpg", "obama_partial_face2.jpg"));

}  // namespace
}  // namespace visavis
