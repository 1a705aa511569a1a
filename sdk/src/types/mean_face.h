// dlib's mean face of the 5-point model, and how far five points are from it: where a face lies in a picture.
#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "types/face.h"
#include "types/geometry.h"

namespace visavis {

// In a unit square, in the order of Landmarks (get_face_chip_details, dlib/image_transforms/interpolation.h).
inline constexpr double kMeanFace[5][2] = {{0.8595674595992, 0.2134981538014},
                                           {0.6460604764104, 0.2289674387677},
                                           {0.1205750620789, 0.2137274526848},
                                           {0.3340850613712, 0.2290642403242},
                                           {0.4901123135679, 0.6277975316475}};
inline constexpr double kChipPadding = 0.25;  // of the face's width on each side, what the embedder was trained with

// px of a chip for a length of 1 of the mean face.
inline constexpr double kChipScale = kChipSize / (1 + 2 * kChipPadding);

// The unit square of the mean face, laid onto a picture so that its points lie as near to five others as they can.
class FacePlace {
 public:
  using Complex = std::complex<double>;

  explicit FacePlace(const Landmarks& points) {
    Complex mean_middle = 0, middle = 0;
    for (size_t i = 0; i < points.size(); ++i) {
      mean_middle += mean(i) / 5.0;
      middle += Complex(points[i].x, points[i].y) / 5.0;
    }
    Complex product = 0;
    double square = 0;
    for (size_t i = 0; i < points.size(); ++i) {
      product += std::conj(mean(i) - mean_middle) * (Complex(points[i].x, points[i].y) - middle);
      square += std::norm(mean(i) - mean_middle);
    }
    turn_ = product / square;
    shift_ = middle - turn_ * mean_middle;
    double error = 0;
    for (size_t i = 0; i < points.size(); ++i)
      error += std::norm(shift_ + turn_ * mean(i) - Complex(points[i].x, points[i].y)) / 5;
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
  // A place of the chip, in its px, in px of the picture.
  Point of_chip(double x, double y) const { return at(x / kChipScale - kChipPadding, y / kChipScale - kChipPadding); }

 private:
  static Complex mean(size_t i) { return {kMeanFace[i][0], kMeanFace[i][1]}; }

  Complex turn_, shift_;
  double residual_ = 0;
};

}  // namespace visavis
