// The similarity transform from the points of the picture to those of the frame, by complex numbers.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "align/chip.h"
#include "base/bands.h"

namespace visavis {
namespace {

using Complex = std::complex<double>;

// What OpenCV does, whose places are numbers of 16 bits: it refuses longer pictures.
void warp_of_long(const ImageView& image, const Complex& turn, const Complex& shift, int size, Chip& chip) {
  const auto pixel = [&](int x, int y, int colour) {
    const bool within = x >= 0 && y >= 0 && x < image.width && y < image.height;
    return within ? double(image.data[y * image.stride + int64_t{x} * 3 + colour]) : 0.0;
  };
  for (int i = 0; i < size * size; ++i) {
    const int column = i % size, row = i / size;
    const Complex place = (Complex(column, row) - shift) / turn;
    if (!(std::abs(place) < 1e8)) continue;
    const int x = int(std::floor(place.real())), y = int(std::floor(place.imag()));
    const double right = place.real() - x, below = place.imag() - y;
    for (int colour = 0; colour < 3; ++colour) {
      const double above = (1 - right) * pixel(x, y, colour) + right * pixel(x + 1, y, colour);
      const double under = (1 - right) * pixel(x, y + 1, colour) + right * pixel(x + 1, y + 1, colour);
      chip[size_t(i * 3 + colour)] = uint8_t(std::lround((1 - below) * above + below * under));
    }
  }
}

}  // namespace

Chip warp_chip(const ImageView& image, const Landmarks& landmarks, const ChipFrame& frame) {
  const auto of_picture = [&](size_t i) { return Complex(landmarks[i].x, landmarks[i].y); };
  const auto of_frame = [&](size_t i) { return Complex(frame.points[i][0], frame.points[i][1]); };
  const double count = double(landmarks.size());
  Complex middle = 0, frame_middle = 0;
  for (size_t i = 0; i < landmarks.size(); ++i) middle += of_picture(i) / count, frame_middle += of_frame(i) / count;
  Complex product = 0;
  double square = 0;
  for (size_t i = 0; i < landmarks.size(); ++i) {
    product += std::conj(of_picture(i) - middle) * (of_frame(i) - frame_middle);
    square += std::norm(of_picture(i) - middle);
  }
  const Complex turn = product / std::max(square, 1e-9);
  const Complex shift = frame_middle - turn * middle;

  Chip chip(size_t(frame.size) * size_t(frame.size) * 3);
  if (std::max(image.width, image.height) >= std::numeric_limits<int16_t>::max()) {
    warp_of_long(image, turn, shift, frame.size, chip);
    return chip;
  }
  cv::Mat out(frame.size, frame.size, CV_8UC3, chip.data());
  const cv::Mat picture(image.height, image.width, CV_8UC3, const_cast<uint8_t*>(image.data), size_t(image.stride));
  in_bands(out.cols, out.rows, [&](int32_t first, int32_t past) {  // one band where an embedder asks for the chip
    cv::Mat band = out.rowRange(first, past);
    const cv::Matx23d there(turn.real(), -turn.imag(), shift.real(), turn.imag(), turn.real(), shift.imag() - first);
    cv::warpAffine(picture, band, there, band.size(), cv::INTER_LINEAR);
  });
  return chip;
}

}  // namespace visavis
