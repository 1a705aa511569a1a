// Cut in the picture's own resolution first, and then scaled down: so a large face does not flicker between its pixels.
#include "align/portrait.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "base/bands.h"
#include "base/error.h"
#include "base/shrink.h"
#include "types/key_points.h"

namespace visavis {
namespace {

using Complex = std::complex<double>;

constexpr double kEyesApart = 0.25, kEyesDown = 0.6, kHeight = 4.0 / 3;  // widths of the portrait
constexpr int kLongest = 16000;                                          // px, of a part of the picture

int height_of(int width) { return int(std::lround(width * kHeight)); }

// `width` px wide, each pixel between four of the picture.
Image warped(const ImageView& image, const KeyPoints& points, int width) {
  const double apart = width * kEyesApart;
  // From a place of the portrait to one of the picture.
  const auto there = [&](double x, double y) {
    return points.in_picture(Complex(x - width / 2.0, y - width * kEyesDown) / apart);
  };
  const int height = height_of(width);
  // OpenCV takes no long pictures: so only the part that is seen, and never less than a pixel.
  double left = image.width, top = image.height, right = 0, bottom = 0;
  for (const Complex& corner : {there(0, 0), there(width, 0), there(0, height), there(width, height)}) {
    left = std::min(left, corner.real()), right = std::max(right, corner.real());
    top = std::min(top, corner.imag()), bottom = std::max(bottom, corner.imag());
  }
  const auto within = [](double value, int most) { return int(std::clamp(value, 0.0, double(most))); };
  const int x = within(left - 2, image.width - 1), y = within(top - 2, image.height - 1);
  const int past_x = std::max(x + 1, within(right + 3, image.width)),
            past_y = std::max(y + 1, within(bottom + 3, image.height));
  if (past_x - x > kLongest || past_y - y > kLongest)
    throw Error(VAV_E_LIMIT_EXCEEDED, "the face is too large for a portrait: shrink the picture");
  const cv::Mat part(past_y - y, past_x - x, CV_8UC3,
                     const_cast<uint8_t*>(image.data + y * image.stride + int64_t{x} * 3), size_t(image.stride));
  Image portrait;
  portrait.storage.resize(size_t(width) * size_t(height) * 3);
  portrait.view = {portrait.storage.data(), width, height, int64_t{width} * 3};
  cv::Mat out(height, width, CV_8UC3, portrait.storage.data());
  const Complex origin = there(0, 0), across = there(1, 0) - origin, down = there(0, 1) - origin;
  in_bands(width, height, [&](int32_t first, int32_t past) {
    cv::Mat band = out.rowRange(first, past);
    const Complex begin = origin + double(first) * down;
    const cv::Matx23d inverse(across.real(), down.real(), begin.real() - x, across.imag(), down.imag(),
                              begin.imag() - y);
    cv::warpAffine(part, band, inverse, band.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  });
  return portrait;
}

}  // namespace

Image cut_portrait(const ImageView& image, const Landmarks& landmarks, const MeanFace& mean_face, int width) {
  const KeyPoints points = key_points(landmarks, mean_face);
  const double natural = points.eye_distance() / kEyesApart;
  if (!(natural >= 1)) throw Error(VAV_E_INVALID_ARGUMENT, "the eyes of the face are in one place");
  if (!(natural <= kLongest))
    throw Error(VAV_E_LIMIT_EXCEEDED, "the face is too large for a portrait: shrink the picture");
  const int as_seen = int(std::ceil(natural));
  const int wanted = width > 0 ? width : std::min(as_seen, kMostNaturalPortrait);
  if (as_seen <= wanted) return warped(image, points, wanted);
  Image first = warped(image, points, as_seen);
  Image portrait;
  const int height = height_of(wanted);
  portrait.storage.resize(size_t(wanted) * size_t(height) * 3);
  portrait.view = {portrait.storage.data(), wanted, height, int64_t{wanted} * 3};
  shrink(first.view.data, first.view.width, first.view.height, first.view.stride, portrait.storage.data(), wanted,
         height, portrait.view.stride, 1);
  return portrait;
}

}  // namespace visavis
