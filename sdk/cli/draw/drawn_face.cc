// Faces out of ellipses and lines, blurred like a photo. All lengths are parts of the picture's side, from its middle.
#include "draw/drawn_face.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace visavis::cli {
namespace {

constexpr int kSide = 360;
constexpr int kDrawn = 2 * kSide;  // drawn twice as large, then made smaller: smooth edges

struct Features {
  cv::Scalar skin, hair, lips;
  double width, height;
  double eye_distance, eye_width, eye_height;
  double brow_height, brow_width;
  double nose_width, nose_length;
  double mouth_width, mouth_height;
  double beard;  // 0: none
};

const Features kFirst{{244, 204, 171}, {20, 15, 12}, {199, 89, 94}, 0.256, 0.398, 0.128, 0.045, 0.026,
                      -0.142,          0.013,        0.068,         0.134, 0.083, 0.193, 0};
const Features kSecond{{104, 70, 47}, {205, 170, 95}, {117, 65, 68}, 0.267, 0.399, 0.113, 0.055, 0.0255,
                       -0.131,        0.0287,         0.077,         0.172, 0.103, 0.237, 0.35};

class Sheet {
 public:
  explicit Sheet(double scale) : picture_(kDrawn, kDrawn, CV_8UC3, cv::Scalar(150, 165, 180)), scale_(scale * kDrawn) {}

  void ellipse(double x, double y, double width, double height, const cv::Scalar& color) {
    cv::ellipse(picture_, at(x, y), fixed(cv::Size2d(width * scale_, height * scale_)), 0, 0, 360, color, cv::FILLED,
                cv::LINE_AA, kShift);
  }
  void lid(double x, double y, double width, double height) {
    cv::ellipse(picture_, at(x, y), fixed(cv::Size2d(width * scale_, height * scale_)), 0, 190, 350,
                cv::Scalar(40, 25, 20), thickness(0.01), cv::LINE_AA, kShift);
  }
  void line(cv::Point2d from, cv::Point2d to, double width, const cv::Scalar& color) {
    cv::line(picture_, at(from.x, from.y), at(to.x, to.y), color, thickness(width), cv::LINE_AA, kShift);
  }
  void box(double left, double top, double right, double bottom, const cv::Scalar& color) {
    cv::rectangle(picture_, at(left, top), at(right, bottom), color, cv::FILLED, cv::LINE_AA, kShift);
  }
  void blur(double sigma) { cv::GaussianBlur(picture_, picture_, {}, sigma * kDrawn); }
  cv::Mat& picture() { return picture_; }
  double across(int column) const { return (column - 0.5 * kDrawn) / scale_; }

 private:
  static constexpr int kShift = 4;  // OpenCV's fixed point, for parts of a pixel

  cv::Point at(double x, double y) const {
    return {int(std::lround((0.5 * kDrawn + x * scale_) * (1 << kShift))),
            int(std::lround((0.52 * kDrawn + y * scale_) * (1 << kShift)))};
  }
  static cv::Size fixed(const cv::Size2d& size) {
    return {int(std::lround(size.width * (1 << kShift))), int(std::lround(size.height * (1 << kShift)))};
  }
  int thickness(double width) const { return std::max(1, int(width * scale_)); }

  cv::Mat picture_;
  double scale_;
};

cv::Scalar shade(const cv::Scalar& color, double by) {
  return {std::min(255.0, color[0] * by), std::min(255.0, color[1] * by), std::min(255.0, color[2] * by)};
}

void draw_head(Sheet& sheet, const Features& f) {
  sheet.ellipse(0, 0.75, 0.5, 0.32, {60, 70, 110});  // shoulders
  sheet.box(-0.12, 0.25, 0.12, 0.55, shade(f.skin, 0.75));
  sheet.ellipse(0, -0.08, f.width + 0.05, f.height + 0.02, f.hair);
  for (const double side : {-1.0, 1.0}) sheet.ellipse(side * f.width, 0, 0.035, 0.08, shade(f.skin, 0.85));
  sheet.ellipse(0, 0, f.width, f.height, f.skin);
  sheet.ellipse(0, -0.36, f.width * 0.9, 0.12, f.hair);
  sheet.blur(0.012);
  if (f.beard > 0) sheet.ellipse(0, 0.27, 0.17, 0.11, shade(f.skin, 1 - f.beard));
  for (const double side : {-1.0, 1.0})  // the sockets
    sheet.ellipse(side * f.eye_distance, -0.07, f.eye_width * 1.7, f.eye_height * 2.6, shade(f.skin, 0.8));
  sheet.ellipse(0, -0.04, 0.022, 0.08, shade(f.skin, 1.08));  // the bridge of the nose
  sheet.blur(0.012);
}

void draw_eye(Sheet& sheet, const Features& f, double side) {
  const double x = side * f.eye_distance, y = -0.06;
  sheet.ellipse(x, y, f.eye_width, f.eye_height, {238, 235, 230});
  sheet.ellipse(x, y, f.eye_height * 0.95, f.eye_height * 0.95, {70, 50, 35});
  sheet.ellipse(x, y, f.eye_height * 0.45, f.eye_height * 0.45, {10, 10, 10});
  sheet.ellipse(x - 0.006, y - 0.008, 0.005, 0.005, {255, 255, 255});
  sheet.lid(x, y, f.eye_width * 1.05, f.eye_height * 1.45);
  const double outer = x + side * f.eye_width * 1.25, inner = x - side * f.eye_width * 1.25;
  sheet.line({inner, f.brow_height - 0.005}, {x, f.brow_height - 0.015}, f.brow_width, f.hair);
  sheet.line({x, f.brow_height - 0.015}, {outer, f.brow_height + 0.012}, f.brow_width, f.hair);
}

void draw_nose_and_mouth(Sheet& sheet, const Features& f) {
  const double tip = -0.06 + f.nose_length;
  sheet.ellipse(0, tip, f.nose_width, 0.026, shade(f.skin, 0.86));
  sheet.ellipse(0, tip - 0.008, f.nose_width * 0.6, 0.022, shade(f.skin, 1.06));
  for (const double side : {-1.0, 1.0})
    sheet.ellipse(side * f.nose_width * 0.5, tip + 0.014, 0.013, 0.008, shade(f.skin, 0.45));
  sheet.ellipse(0, f.mouth_height, f.mouth_width, 0.026, f.lips);
  for (const double side : {-1.0, 1.0})
    sheet.line({side * f.mouth_width, f.mouth_height}, {0, f.mouth_height + 0.006}, 0.008, {90, 35, 35});
  sheet.ellipse(0, f.mouth_height + 0.05, 0.06, 0.008, shade(f.skin, 0.85));
  sheet.blur(0.0035);
}

}  // namespace

cv::Mat draw_person(DrawnPerson person, const DrawnView& view) {
  const Features& f = person == DrawnPerson::kFirst ? kFirst : kSecond;
  Sheet sheet(view.scale);
  draw_head(sheet, f);
  for (const double side : {-1.0, 1.0}) draw_eye(sheet, f, side);
  draw_nose_and_mouth(sheet, f);
  cv::Mat& picture = sheet.picture();
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      const double lit = 1 + view.light * std::clamp(sheet.across(x) / f.width, -1.2, 1.2);
      for (int c = 0; c < 3; ++c) {
        uint8_t& value = picture.at<cv::Vec3b>(y, x)[c];
        value = uint8_t(std::clamp(std::lround(value * lit), 0L, 255L));
      }
    }
  const cv::Mat turn = cv::getRotationMatrix2D({kDrawn / 2.0f, kDrawn / 2.0f}, -view.turned, 1);
  cv::Mat turned, small;
  cv::warpAffine(picture, turned, turn, picture.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::resize(turned, small, {kSide, kSide}, 0, 0, cv::INTER_AREA);
  cv::RNG grain(7);  // a camera's; without it the picture counts as one that was packed too hard
  cv::Mat noise(small.size(), CV_16SC3), grainy;
  grain.fill(noise, cv::RNG::NORMAL, 0, 7);
  cv::add(small, noise, grainy, cv::noArray(), CV_8UC3);
  return grainy;
}

}  // namespace visavis::cli
