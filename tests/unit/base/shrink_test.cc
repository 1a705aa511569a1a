// base/shrink: areas are averaged, against a plain double loop and OpenCV's INTER_AREA.
#include "base/shrink.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>

namespace visavis {
namespace {

cv::Mat noise(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  std::mt19937 random(7);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width * 3; ++x) picture.ptr(y)[x] = uint8_t(random());
  return picture;
}

cv::Mat shrunk(const cv::Mat& picture, int width, int height, int threads = 1) {
  cv::Mat out(height, width, CV_8UC3);
  shrink(picture.data, picture.cols, picture.rows, int64_t(picture.step), out.data, width, height, int64_t(out.step),
         threads);
  return out;
}

int largest_difference(const cv::Mat& a, const cv::Mat& b) { return int(cv::norm(a, b, cv::NORM_INF)); }

// By definition: every pixel counts by the share of it that lies in the area.
cv::Mat by_definition(const cv::Mat& picture, int width, int height) {
  cv::Mat out(height, width, CV_8UC3);
  const double across = double(picture.cols) / width, down = double(picture.rows) / height;
  const auto share = [](double begin, double end, int at) {
    return std::max(0.0, std::min(end, at + 1.0) - std::max(begin, double(at)));
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int channel = 0; channel < 3; ++channel) {
        double sum = 0;
        for (int v = 0; v < picture.rows; ++v)
          for (int u = 0; u < picture.cols; ++u)
            sum += share(y * down, (y + 1) * down, v) * share(x * across, (x + 1) * across, u) *
                   picture.at<cv::Vec3b>(v, u)[channel];
        out.at<cv::Vec3b>(y, x)[channel] = uint8_t(std::lround(sum / (across * down)));
      }
  return out;
}

TEST(Shrink, IsTheMeanOfTheArea) {
  const cv::Mat picture = noise(47, 31);
  for (const auto& [width, height] :
       {std::pair{47, 31}, {46, 30}, {23, 31}, {13, 7}, {47, 1}, {1, 31}, {1, 1}, {5, 29}})
    EXPECT_LE(largest_difference(shrunk(picture, width, height), by_definition(picture, width, height)), 1)
        << width << " x " << height;
}

TEST(Shrink, IsWhatOpenCVCallsArea) {
  const cv::Mat picture = noise(640, 427);
  cv::Mat expected;
  cv::resize(picture, expected, cv::Size(211, 97), 0, 0, cv::INTER_AREA);
  EXPECT_LE(largest_difference(shrunk(picture, 211, 97), expected), 1);
}

TEST(Shrink, PartsOfPicturesAndThreadsChangeNothing) {
  const cv::Mat picture = noise(300, 200);
  const cv::Mat part = picture(cv::Rect(13, 17, 201, 150));
  EXPECT_EQ(largest_difference(shrunk(part, 80, 70), shrunk(part.clone(), 80, 70)), 0);
  EXPECT_EQ(largest_difference(shrunk(part, 80, 70, 4), shrunk(part, 80, 70)), 0);
}

TEST(Shrink, APartIsThatPartOfTheWhole) {
  const cv::Mat picture = noise(301, 203);
  for (const auto& [width, height] : {std::pair{80, 70}, {301, 203}, {299, 31}, {1, 1}}) {
    const cv::Mat whole = shrunk(picture, width, height);
    for (const auto& [left, top, right, bottom] : {ShrunkPart{0, 0, width, height},
                                                   {width / 3, height / 4, width / 2 + 1, height},
                                                   {width - 1, 0, width, 1},
                                                   {0, 0, 0, 0}}) {
      cv::Mat expected(height, width, CV_8UC3, cv::Scalar::all(9)), out = expected.clone();
      const cv::Rect part(left, top, right - left, bottom - top);
      cv::Mat there = expected(part);
      if (!part.empty()) whole(part).copyTo(there);
      shrink_part(picture.data, picture.cols, picture.rows, int64_t(picture.step), out.data, width, height,
                  int64_t(out.step), {left, top, right, bottom});
      EXPECT_EQ(largest_difference(out, expected), 0) << width << "x" << height << ", from " << left << "," << top;
    }
  }
}

TEST(Shrink, WhiteStaysWhite) {
  const cv::Mat white(333, 555, CV_8UC3, cv::Scalar::all(255));
  const cv::Mat small = shrunk(white, 71, 67);
  EXPECT_EQ(largest_difference(small, cv::Mat(67, 71, CV_8UC3, cv::Scalar::all(255))), 0);
}

}  // namespace
}  // namespace visavis
