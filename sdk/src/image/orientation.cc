// EXIF is read by libexif, pixels are turned by OpenCV.
#include "image/orientation.h"

#include <libexif/exif-data.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

namespace visavis {
namespace {

constexpr uint8_t kStart[] = {'E', 'x', 'i', 'f', 0, 0};
constexpr size_t kMostExif = 1 << 20;  // thumbnails and notes of cameras stay far below

void turn(const cv::Mat& from, int32_t orientation, cv::Mat& to) {
  // cv::flip: 0 turns top and bottom round, 1 left and right, -1 both.
  switch (orientation) {
    case 2:
      cv::flip(from, to, 1);
      break;
    case 3:
      cv::flip(from, to, -1);
      break;
    case 4:
      cv::flip(from, to, 0);
      break;
    case 5:
      cv::transpose(from, to);
      break;
    case 6:
      cv::rotate(from, to, cv::ROTATE_90_CLOCKWISE);
      break;
    case 7:
      cv::transpose(from, to);
      cv::flip(to, to, -1);
      break;
    case 8:
      cv::rotate(from, to, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
    default:
      from.copyTo(to);
  }
}

}  // namespace

int32_t exif_orientation(std::span<const uint8_t> exif) {
  if (exif.empty() || exif.size() > kMostExif) return 1;
  std::vector<uint8_t> block;
  if (exif.size() < sizeof kStart || !std::equal(std::begin(kStart), std::end(kStart), exif.begin()))
    block.assign(std::begin(kStart), std::end(kStart));  // PNG and WebP leave it out, libexif wants it
  block.insert(block.end(), exif.begin(), exif.end());

  const std::unique_ptr<ExifData, void (*)(ExifData*)> data(exif_data_new(), exif_data_unref);
  if (!data) throw std::bad_alloc();
  exif_data_unset_option(data.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);  // reading, not mending
  exif_data_load_data(data.get(), block.data(), unsigned(block.size()));
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (!entry) return 1;
  // The standard says SHORT; some programs write the number as a LONG or a BYTE.
  const ExifByteOrder order = exif_data_get_byte_order(data.get());
  uint32_t value = 1;
  if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
    value = exif_get_short(entry->data, order);
  else if (entry->format == EXIF_FORMAT_LONG && entry->size >= 4)
    value = exif_get_long(entry->data, order);
  else if (entry->format == EXIF_FORMAT_BYTE && entry->size >= 1)
    value = entry->data[0];
  return value >= 1 && value <= 8 ? int32_t(value) : 1;
}

void turn_upright(Image& image) {
  if (image.orientation == 1) return;
  const ImageView& stored = image.view;
  const bool on_its_side = image.orientation >= 5;
  const int32_t width = on_its_side ? stored.height : stored.width;
  const int32_t height = on_its_side ? stored.width : stored.height;
  std::vector<uint8_t> pixels(size_t{3} * width * height);
  const cv::Mat from(stored.height, stored.width, CV_8UC3, const_cast<uint8_t*>(stored.data), size_t(stored.stride));
  cv::Mat to(height, width, CV_8UC3, pixels.data());
  turn(from, image.orientation, to);
  image.view = {pixels.data(), width, height, int64_t{3} * width};
  image.storage = std::move(pixels);  // the address moves along
}

}  // namespace visavis
