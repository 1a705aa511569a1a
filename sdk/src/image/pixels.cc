// Caller's pixels: the description is checked, then converted to upright RGB by OpenCV where it is not that already.
#include "image/pixels.h"

#include <algorithm>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/bands.h"
#include "image/decode.h"
#include "image/orientation.h"

namespace visavis {
namespace {

struct Plane {
  const uint8_t* data = nullptr;
  int32_t width = 0, height = 0;  // in samples of `channels` bytes
  int32_t channels = 0;
  int64_t stride = 0;

  int64_t row_bytes() const { return int64_t{width} * channels; }
  cv::Mat rows(int32_t first, int32_t past) const {
    return {past - first, width, CV_8UC(channels), const_cast<uint8_t*>(data) + stride * first, size_t(stride)};
  }
};

[[noreturn]] void invalid(const std::string& message) { throw Error(VAV_E_INVALID_ARGUMENT, "pixels." + message); }

std::string indexed(const char* member, int i) { return std::string(member) + "[" + std::to_string(i) + "]"; }

bool is_yuv(vav_pixel_format format) {
  return format == VAV_PIXEL_NV12 || format == VAV_PIXEL_NV21 || format == VAV_PIXEL_I420;
}

// The planes' sizes by format; where they lie is filled in later.
std::vector<Plane> layout(const vav_pixels& p) {
  const Plane full{nullptr, p.width, p.height, 1, 0};
  Plane half{nullptr, (p.width + 1) / 2, (p.height + 1) / 2, 1, 0};
  const auto packed = [&](int32_t channels) {
    Plane plane = full;
    plane.channels = channels;
    return std::vector<Plane>{plane};
  };
  switch (p.format) {
    case VAV_PIXEL_GRAY:
      return packed(1);
    case VAV_PIXEL_RGB:
    case VAV_PIXEL_BGR:
      return packed(3);
    case VAV_PIXEL_RGBA:
    case VAV_PIXEL_BGRA:
      return packed(4);
    case VAV_PIXEL_NV12:
    case VAV_PIXEL_NV21:
      half.channels = 2;
      return {full, half};
    case VAV_PIXEL_I420:
      return {full, half, half};
    default:
      invalid("format is " + std::to_string(p.format) + ", not one of VAV_PIXEL_…");
  }
}

void check_numbers(const vav_pixels& p) {
  if (p.width < 1 || p.width > kLongestSide || p.height < 1 || p.height > kLongestSide)
    invalid("width and height are " + std::to_string(p.width) + " and " + std::to_string(p.height) +
            ", allowed is 1 to " + std::to_string(kLongestSide));
  if (p.orientation < 0 || p.orientation > 8)
    invalid("orientation is " + std::to_string(p.orientation) + ", allowed is 0 to 8");
  if (p.reserved != 0)
    throw Error(VAV_E_UNSUPPORTED, "pixels.reserved is not 0: start the struct with VAV_PIXELS_INIT");
  if (int64_t{p.width} * p.height > kMostPixels)
    throw Error(VAV_E_LIMIT_EXCEEDED, "pixels: " + std::to_string(p.width) + " x " + std::to_string(p.height) +
                                          " is above the limit of " + std::to_string(kMostPixels) + " pixels");
}

// Stride and address of plane i, which must not run over the end of the address space.
void place(Plane& plane, int i, int64_t stride, const uint8_t* data) {
  plane.stride = stride == 0 ? plane.row_bytes() : stride;
  if (plane.stride < plane.row_bytes())
    invalid(indexed("stride", i) + " is " + std::to_string(stride) + " bytes, a row has " +
            std::to_string(plane.row_bytes()) + " (rows from the bottom upwards are not supported)");
  if (!data) invalid(indexed("data", i) + " is NULL");
  const auto room = std::numeric_limits<uintptr_t>::max() - reinterpret_cast<uintptr_t>(data);
  if (plane.stride > std::numeric_limits<int64_t>::max() / plane.height || uint64_t(plane.stride) * plane.height > room)
    invalid(indexed("stride", i) + " is " + std::to_string(stride) + " bytes: the rows would leave the memory");
  plane.data = data;
}

// Chroma planes behind the Y plane in one buffer share its row pitch, as cameras and decoders lay them out.
void place_following(std::vector<Plane>& planes, const vav_pixels& p) {
  for (size_t i = 1; i < planes.size(); ++i) {
    const Plane& before = planes[i - 1];
    const int index = int(i);
    if (p.data[i]) invalid(indexed("data", index) + " is given but data[1] is NULL");
    const bool halved = p.format == VAV_PIXEL_I420 && i == 1;  // V then has the pitch of U
    const int64_t pitch = halved ? (before.stride + 1) / 2 : before.stride;
    place(planes[i], index, p.stride[i] != 0 ? p.stride[i] : std::max(pitch, planes[i].row_bytes()),
          before.data + before.stride * before.height);
  }
}

std::vector<Plane> checked_planes(const vav_pixels& p) {
  check_numbers(p);
  std::vector<Plane> planes = layout(p);
  for (int i = int(planes.size()); i < 3; ++i)
    if (p.data[i] || p.stride[i] != 0)
      invalid(indexed("data", i) + " or its stride is set, but the format has fewer planes");
  place(planes[0], 0, p.stride[0], p.data[0]);
  if (is_yuv(p.format) && !p.data[1])
    place_following(planes, p);
  else
    for (size_t i = 1; i < planes.size(); ++i) place(planes[i], int(i), p.stride[i], p.data[i]);
  return planes;
}

int conversion(vav_pixel_format format) {
  switch (format) {
    case VAV_PIXEL_GRAY:
      return cv::COLOR_GRAY2RGB;
    case VAV_PIXEL_BGR:
      return cv::COLOR_BGR2RGB;
    case VAV_PIXEL_RGBA:
      return cv::COLOR_RGBA2RGB;
    case VAV_PIXEL_BGRA:
      return cv::COLOR_BGRA2RGB;
    case VAV_PIXEL_NV21:
      return cv::COLOR_YUV2RGB_NV21;
    case VAV_PIXEL_NV12:
    case VAV_PIXEL_I420:  // its chroma interleaved
      return cv::COLOR_YUV2RGB_NV12;
    default:
      throw Error(VAV_E_INTERNAL, "no conversion from the pixel format " + std::to_string(format));
  }
}

// OpenCV wants even sizes: the last column and row of luma are doubled, and cut off again afterwards.
void convert_yuv(const std::vector<Plane>& planes, int code, cv::Mat& rgb) {
  in_bands(rgb.cols, rgb.rows, [&](int32_t first, int32_t past) {
    cv::Mat luma = planes[0].rows(first, past), chroma;
    const int32_t odd_row = luma.rows % 2, odd_column = luma.cols % 2;
    if (odd_row || odd_column) cv::copyMakeBorder(luma, luma, 0, odd_row, 0, odd_column, cv::BORDER_REPLICATE);
    const int32_t chroma_first = first / 2, chroma_past = (past + 1) / 2;
    if (planes.size() == 3) {
      const cv::Mat u_and_v[] = {planes[1].rows(chroma_first, chroma_past), planes[2].rows(chroma_first, chroma_past)};
      cv::merge(u_and_v, 2, chroma);
    } else {
      chroma = planes[1].rows(chroma_first, chroma_past);
    }
    cv::Mat band;
    cv::cvtColorTwoPlane(luma, chroma, band, code);
    band(cv::Rect(0, 0, rgb.cols, past - first)).copyTo(rgb.rowRange(first, past));
  });
}

}  // namespace

Image wrap_pixels(const vav_pixels& p) {
  const std::vector<Plane> planes = checked_planes(p);
  Image image;
  image.orientation = p.orientation == 0 ? 1 : p.orientation;
  if (p.format == VAV_PIXEL_RGB) {
    image.view = {planes[0].data, p.width, p.height, planes[0].stride};
    turn_upright(image);
    return image;
  }
  image.storage.resize(size_t{3} * p.width * p.height);
  image.view = {image.storage.data(), p.width, p.height, int64_t{3} * p.width};
  cv::Mat rgb(p.height, p.width, CV_8UC3, image.storage.data());
  if (is_yuv(p.format))
    convert_yuv(planes, conversion(p.format), rgb);
  else
    convert_in_bands(planes[0].rows(0, p.height), rgb, conversion(p.format));
  turn_upright(image);
  return image;
}

}  // namespace visavis
