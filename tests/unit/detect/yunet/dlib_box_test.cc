// detect/yunet/dlib_box: beside the same fit as a system of linear equations, for faces of any size and turn.
#include "detect/yunet/dlib_box.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <random>

namespace visavis {
namespace {

// a, b, x, y of (a u - b v + x, b u + a v + y), which brings places of the mean face as near to the points as it can.
cv::Vec4d fit(const Landmarks& points) {
  cv::Mat_<double> system(10, 4), there(10, 1), solved;
  for (int i = 0; i < 5; ++i) {
    const double u = kMeanFaceOfFeatures[size_t(i)][0], v = kMeanFaceOfFeatures[size_t(i)][1];
    const double rows[2][4] = {{u, -v, 1, 0}, {v, u, 0, 1}};
    for (int row = 0; row < 2; ++row)
      for (int column = 0; column < 4; ++column) system(2 * i + row, column) = rows[row][column];
    there(2 * i, 0) = double(points[size_t(i)].x);
    there(2 * i + 1, 0) = double(points[size_t(i)].y);
  }
  cv::solve(system, there, solved, cv::DECOMP_SVD);
  return {solved(0, 0), solved(1, 0), solved(2, 0), solved(3, 0)};
}

TEST(DlibBox, IsTheMeanFacesSquareMadeLargerByAQuarter) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> share(0, 1);
  for (int round = 0; round < 500; ++round) {
    const double size = 10 + 500 * share(random), turn = 2 * std::numbers::pi * share(random);
    Landmarks points;
    for (size_t i = 0; i < points.size(); ++i) {
      const double u = kMeanFaceOfFeatures[i][0] + 0.1 * share(random), v = kMeanFaceOfFeatures[i][1];
      points[i] = {float(300 + size * (std::cos(turn) * u - std::sin(turn) * v)),
                   float(-50 + size * (std::sin(turn) * u + std::cos(turn) * v))};
    }
    const cv::Vec4d fitted = fit(points);
    const double a = fitted[0], b = fitted[1], x = fitted[2], y = fitted[3];
    const Box box = dlib_box(points);
    EXPECT_EQ(box.width(), box.height());
    EXPECT_NEAR(double(box.width()), 1.24 * std::hypot(a, b), 0.51);
    EXPECT_NEAR((box.left + box.right) / 2.0, x + (a - b) / 2, 0.51);
    EXPECT_NEAR((box.top + box.bottom) / 2.0, y + (a + b) / 2, 0.51);
  }
}

TEST(DlibBox, OfPointsInOnePlaceIsAPixel) {
  Landmarks points;
  points.fill({7, 9});
  EXPECT_EQ(dlib_box(points), (Box{7, 9, 7, 9}));
}

}  // namespace
}  // namespace visavis
