// An upright picture in 8-bit RGB: a view for the stages, and the owner behind it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace visavis {

// A borrowed view; rows are `stride` bytes apart.
struct ImageView {
  const uint8_t* data = nullptr;
  int32_t width = 0, height = 0;  // px
  int64_t stride = 0;             // bytes
};

enum class ImageSource : int32_t { pixels = 0, jpeg = 1, png = 2, webp = 3, gif = 4, bmp = 5, tiff = 6, heif = 7 };

struct Image {
  ImageView view;  // into `storage`, or into the caller's memory when `storage` is empty
  std::vector<uint8_t> storage;
  int32_t orientation = 1;  // EXIF number found; the view is upright already unless that was declined
  ImageSource source = ImageSource::pixels;
  std::string warning;  // of the decoder; "" = none
};

}  // namespace visavis
