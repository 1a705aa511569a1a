// No call on pictures starts OpenCV's process-wide pool of threads, which would stay. A suite of its own: ctest gives it a
// process where no other test has started the pool.
#include <filesystem>
#include <iterator>
#include <opencv2/imgproc.hpp>

#include "align/kept_chip.h"
#include "pipeline/engine.h"
#include "support/fixtures.h"
#include "support/pictures.h"

namespace visavis {
namespace {

using testing_support::view;

std::ptrdiff_t threads_now() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

TEST(OpenCvPool, IsNotStartedByLargeFacesThatAreTurned) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  if (!std::filesystem::exists("/proc/self/task")) GTEST_SKIP() << "this system does not list a process's threads";
  const auto before = threads_now();
  const Engine engine(testing_support::models(), 1);
  const cv::Mat obama = testing_support::load("obama.jpg");
  const Wanted all{true, true, true};
  const std::vector<Face> found = engine.analyze({view(obama)}, DetectorKind::hog, {}, false, all)[0];
  ASSERT_EQ(found.size(), 1u);
  EXPECT_GE(found[0].box->width(), 200);  // what of a turned face is looked at is as large as it gets
  cv::Mat turned;
  cv::rotate(obama, turned, cv::ROTATE_90_CLOCKWISE);
  const Box& box = *found[0].box;
  const Box there = {obama.rows - box.bottom, box.left, obama.rows - box.top, box.right};
  EXPECT_TRUE(engine.analyze_boxes(view(turned), {there}, all)[0].embedding);
  EXPECT_EQ(threads_now(), before) << "a turned face";
  Landmarks giant = *found[0].landmarks;
  for (Point& point : giant) point = {point.x * 8 - 7000, point.y * 8 - 2000};
  EXPECT_EQ(cut_kept_chip(view(obama), giant, kMeanFace).view.width, kMostKeptChip);
  EXPECT_EQ(threads_now(), before) << "a kept chip";
}

}  // namespace
}  // namespace visavis
