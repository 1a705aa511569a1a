// Means of areas where a patch is smaller than its part of the picture, else between four pixels.
#include "detect/yunet/patch.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "base/parallel.h"
#include "base/shrink.h"

namespace visavis {
namespace {

constexpr uint8_t kGrey = 128;
constexpr double kSmaller = 0.75;  // from this scale on down, means of areas are taken first
constexpr int kBand = 16;          // rows that a thread makes together

const uint8_t* at(const ImageView& image, int x, int y) { return image.data + y * image.stride + int64_t{x} * 3; }

// OpenCV does it too, but on a pool of threads that it starts for the whole process and keeps.
void enlarge(const ImageView& image, const Box& part, uint8_t* out, int width, int height, int64_t stride,
             int threads) {
  struct Between {
    int first, second;
    float share;  // of the second
  };
  const auto places = [](int begin, int64_t size, int out_size) {
    std::vector<Between> all;
    for (int i = 0; i < out_size; ++i) {
      const double place = std::clamp((i + 0.5) * double(size) / out_size - 0.5, 0.0, double(size - 1));
      const int first = int(place);
      all.push_back({begin + first, begin + std::min(first + 1, int(size) - 1), float(place - first)});
    }
    return all;
  };
  const auto across = places(part.left, part.width(), width), down = places(part.top, part.height(), height);
  parallel_for((height + kBand - 1) / kBand, threads, [&](int band) {
    for (int y = band * kBand; y < std::min(height, (band + 1) * kBand); ++y) {
      const Between& rows = down[size_t(y)];
      uint8_t* to = out + y * stride;
      for (const Between& columns : across) {
        const uint8_t *a = at(image, columns.first, rows.first), *b = at(image, columns.second, rows.first);
        const uint8_t *c = at(image, columns.first, rows.second), *d = at(image, columns.second, rows.second);
        for (int channel = 0; channel < 3; ++channel) {
          const float top = float(a[channel]) + columns.share * float(b[channel] - a[channel]);
          const float bottom = float(c[channel]) + columns.share * float(d[channel] - c[channel]);
          *to++ = uint8_t(top + rows.share * (bottom - top) + 0.5f);
        }
      }
    }
  });
}

// What of a picture of `size` a patch shows whose places `there` gives, and some pixels around for the rounding.
ShrunkPart looked_at(const cv::Matx23d& there, int side, const cv::Size& size) {
  constexpr int kAround = 3;
  const auto range = [&](int axis, int most) {
    const double begin = there(axis, 2), across = there(axis, 0) * (side - 1), down = there(axis, 1) * (side - 1);
    const double least = begin + std::min(across, 0.0) + std::min(down, 0.0);
    const double last = begin + std::max(across, 0.0) + std::max(down, 0.0);
    const auto within = [&](double place) { return int(std::clamp(place, 0.0, double(most))); };
    return std::pair(within(std::floor(least) - kAround), within(std::ceil(last) + kAround + 1));
  };
  const auto [left, right] = range(0, size.width);
  const auto [top, bottom] = range(1, size.height);
  return {left, top, right, bottom};
}

}  // namespace

Patch::Patch(int width, int height) : width_(width), height_(height), pixels_(size_t(width) * height * 3, kGrey) {}

Patch::Patch(const ImageView& image, const Box& part, int width, int height, int border, int threads)
    : Patch(width + 2 * border, height + 2 * border) {
  const int64_t stride = int64_t{3} * width_;
  uint8_t* to = pixels_.data() + border * stride + int64_t{border} * 3;
  if (width == part.width() && height == part.height()) {
    for (int y = 0; y < height; ++y) std::copy_n(at(image, part.left, part.top + y), width * 3, to + y * stride);
  } else if (width <= part.width() && height <= part.height()) {
    shrink(at(image, part.left, part.top), int(part.width()), int(part.height()), image.stride, to, width, height,
           stride, threads);
  } else {
    enlarge(image, part, to, width, height, stride, threads);
  }
  across_x_ = double(part.width()) / width;
  down_y_ = double(part.height()) / height;
  origin_x_ = part.left + (0.5 - border) * across_x_ - 0.5;
  origin_y_ = part.top + (0.5 - border) * down_y_ - 0.5;
}

Patch Patch::turned(const ImageView& image, const Point& middle, double scale, double degrees, int side) {
  Patch patch(side, side);
  const double radians = degrees * std::numbers::pi / 180, centre = (side - 1) / 2.0;
  patch.across_x_ = patch.down_y_ = std::cos(radians) / scale;
  patch.across_y_ = std::sin(radians) / scale;
  patch.down_x_ = -patch.across_y_;
  patch.origin_x_ = middle.x - centre * (patch.across_x_ + patch.down_x_);
  patch.origin_y_ = middle.y - centre * (patch.across_y_ + patch.down_y_);

  const double reach = side / scale * (std::numbers::sqrt2 / 2) + 2;
  const auto within = [](double value, int most) { return int(std::clamp(value, 0.0, double(most))); };
  const int left = within(middle.x - reach, image.width), right = within(middle.x + reach, image.width);
  const int top = within(middle.y - reach, image.height), bottom = within(middle.y + reach, image.height);
  if (right - left < 1 || bottom - top < 1) return patch;
  cv::Mat seen(bottom - top, right - left, CV_8UC3, const_cast<uint8_t*>(at(image, left, top)), size_t(image.stride));
  double across = 1, down = 1;
  const auto inverse = [&] {
    return cv::Matx23d(patch.across_x_ * across, patch.down_x_ * across, (patch.origin_x_ - left + 0.5) * across - 0.5,
                       patch.across_y_ * down, patch.down_y_ * down, (patch.origin_y_ - top + 0.5) * down - 0.5);
  };
  if (scale < kSmaller) {
    const cv::Size size(std::max(1, int(seen.cols * scale)), std::max(1, int(seen.rows * scale)));
    across = double(size.width) / seen.cols, down = double(size.height) / seen.rows;
    cv::Mat smaller(size, CV_8UC3);
    shrink_part(seen.data, seen.cols, seen.rows, int64_t(seen.step), smaller.data, size.width, size.height,
                int64_t(smaller.step), looked_at(inverse(), side, size));
    seen = smaller;
  }
  cv::Mat out(side, side, CV_8UC3, patch.pixels_.data());
  cv::warpAffine(seen, out, inverse(), out.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                 cv::Scalar::all(kGrey));
  return patch;
}

}  // namespace visavis
