// The frame of a face: a unit square laid onto a picture by five points, and how far these are from an ordinary face's.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "types/face.h"
#include "types/geometry.h"

namespace visavis {

// Where the five points of an ordinary face lie in the unit square, in the order of the Landmarks they come as.
using MeanFace = std::array<std::array<double, 2>, 5>;

// Corners of the eyes and base of the nose, as dlib has them (get_face_chip_details, dlib/image_transforms).
inline constexpr MeanFace kMeanFace = {{{0.8595674595992, 0.2134981538014},
                                        {0.6460604764104, 0.2289674387677},
                                        {0.1205750620789, 0.2137274526848},
                                        {0.3340850613712, 0.2290642403242},
                                        {0.4901123135679, 0.6277975316475}}};
// Middles of the eyes, tip of the nose, corners of the mouth in the same square: the medians of 2,549 faces of which
// both kinds of points were found, made even on both sides.
inline constexpr MeanFace kMeanFaceOfFeatures = {
    {{0.226, 0.198}, {0.766, 0.198}, {0.496, 0.523}, {0.2645, 0.773}, {0.7275, 0.773}}};

inline constexpr double kChipPadding = 0.25;  // of the face's width on each side, what the embedder was trained with

// Middles of the eyes in the unit square, left and right in the picture.
using Eyes = std::array<std::array<double, 2>, 2>;
inline constexpr Eyes kMeanEyes = {{{0.227, 0.22}, {0.753, 0.22}}};

// px of a chip for a length of 1 of the mean face.
inline constexpr double kChipScale = kChipSize / (1 + 2 * kChipPadding);

// The unit square, laid onto a picture so that the points of a mean face lie as near to five others as they can.
class FacePlace {
 public:
  using Complex = std::complex<double>;

  explicit FacePlace(const Landmarks& points, const MeanFace& mean = kMeanFace) {
    const auto of_mean = [&](size_t i) { return Complex(mean[i][0], mean[i][1]); };
    Complex mean_middle = 0, middle = 0;
    for (size_t i = 0; i < points.size(); ++i) {
      mean_middle += of_mean(i) / 5.0;
      middle += Complex(points[i].x, points[i].y) / 5.0;
    }
    Complex product = 0;
    double square = 0;
    for (size_t i = 0; i < points.size(); ++i) {
      product += std::conj(of_mean(i) - mean_middle) * (Complex(points[i].x, points[i].y) - middle);
      square += std::norm(of_mean(i) - mean_middle);
    }
    turn_ = product / square;
    shift_ = middle - turn_ * mean_middle;
    double error = 0;
    for (size_t i = 0; i < points.size(); ++i)
      error += std::norm(shift_ + turn_ * of_mean(i) - Complex(points[i].x, points[i].y)) / 5;
    residual_ = std::sqrt(error) / std::max(size(), 1e-9);
  }

  double size() const { return std::abs(turn_); }  // px of the picture, the square's side
  // Degrees, clockwise, -180..180; beyond those that the face is known to be turned by.
  double roll(double known = 0) const {
    return std::arg(turn_ * std::polar(1.0, -known * std::numbers::pi / 180)) * 180 / std::numbers::pi;
  }
  double residual() const { return residual_; }  // root of the mean square, in sizes
  Point at(double x, double y) const {           // a place of the unit square, in px of the picture
    const Complex there = shift_ + turn_ * Complex(x, y);
    return {float(there.real()), float(there.imag())};
  }
  // The other way: of a place of the picture, where it is in the unit square.
  std::array<double, 2> in_square(const Point& p) const {
    const Complex there = (Complex(p.x, p.y) - shift_) / turn_;
    return {there.real(), there.imag()};
  }
  // A place of the chip, in its px, in px of the picture.
  Point of_chip(double x, double y) const { return at(x / kChipScale - kChipPadding, y / kChipScale - kChipPadding); }

 private:
  Complex turn_, shift_;
  double residual_ = 0;
};

}  // namespace visavis
