// The similarity transform from the points of the picture to those of the frame, by complex numbers.
#include <complex>
#include <opencv2/imgproc.hpp>

#include "align/chip.h"

namespace visavis {

Chip warp_chip(const ImageView& image, const Landmarks& landmarks, const ChipFrame& frame) {
  using Complex = std::complex<double>;
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
  cv::Mat out(frame.size, frame.size, CV_8UC3, chip.data());
  const cv::Mat picture(image.height, image.width, CV_8UC3, const_cast<uint8_t*>(image.data), size_t(image.stride));
  const cv::Matx23d there(turn.real(), -turn.imag(), shift.real(), turn.imag(), turn.real(), shift.imag());
  cv::warpAffine(picture, out, there, out.size(), cv::INTER_LINEAR);
  return chip;
}

}  // namespace visavis
