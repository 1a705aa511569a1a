// libpng's simplified interface: it takes the pixels as they lie in memory, and longjmps over nothing of ours.
#include "image/encode.h"

#include <png.h>

#include "base/error.h"

namespace visavis {

std::vector<uint8_t> encode_png(const ImageView& image) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = png_uint_32(image.width);
  png.height = png_uint_32(image.height);
  png.format = PNG_FORMAT_RGB;
  std::vector<uint8_t> bytes(PNG_IMAGE_PNG_SIZE_MAX(png));
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&png, bytes.data(), &size, 0, image.data, png_int_32(image.stride), nullptr))
    throw Error(VAV_E_OUT_OF_MEMORY, std::string("the picture could not be written as a PNG: ") + png.message);
  bytes.resize(size);
  return bytes;
}

}  // namespace visavis
