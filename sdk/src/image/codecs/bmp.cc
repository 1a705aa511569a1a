// BMP by dlib's reader: 1, 4, 8 and 24 bits. The sizes are looked at before it is asked.
#include <dlib/image_loader/image_loader.h>

#include <cstring>
#include <istream>
#include <streambuf>

#include "base/error.h"
#include "image/codec.h"

namespace visavis {
namespace {

// Bytes in memory as a stream, without a copy.
class Bytes : public std::streambuf {
 public:
  explicit Bytes(std::span<const uint8_t> bytes) {
    char* begin = reinterpret_cast<char*>(const_cast<uint8_t*>(bytes.data()));
    setg(begin, begin, begin + bytes.size());
  }

 protected:
  pos_type seekoff(off_type by, std::ios_base::seekdir from, std::ios_base::openmode) override {
    const off_type size = egptr() - eback();
    const off_type to = by + (from == std::ios_base::beg ? 0 : from == std::ios_base::cur ? gptr() - eback() : size);
    if (to < 0 || to > size) return pos_type(off_type(-1));
    setg(eback(), eback() + to, egptr());
    return pos_type(to);
  }
  pos_type seekpos(pos_type to, std::ios_base::openmode mode) override {
    return seekoff(off_type(to), std::ios_base::beg, mode);
  }
};

uint32_t u32(std::span<const uint8_t> bytes, size_t at) {
  uint32_t value = 0;
  for (size_t k = 0; k < 4; ++k) value |= uint32_t{bytes[at + k]} << (8 * k);
  return value;
}

}  // namespace

Image decode_bmp(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  // The file's header (14 bytes), then the picture's: its own length, width and height.
  if (bytes.size() < 54) throw Error(VAV_E_IMAGE_DECODE, "this BMP cannot be decoded: its header is cut off");
  const auto width = int32_t(u32(bytes, 18)), height = int32_t(u32(bytes, 22));
  const int bits = bytes[28] | bytes[29] << 8;
  if (height < 0 || (bits != 1 && bits != 4 && bits != 8 && bits != 24))
    throw Error(VAV_E_IMAGE_FORMAT,
                "this BMP is of a rare kind (" +
                    std::string(height < 0 ? "upside down" : std::to_string(bits) + " bits a pixel") +
                    "); save it as a PNG");
  check_size(width, height, options);
  Bytes buffer(bytes);
  std::istream stream(&buffer);
  dlib::array2d<dlib::rgb_pixel> pixels;
  try {
    dlib::load_bmp(pixels, stream);
  } catch (const dlib::image_load_error& e) {
    throw Error(VAV_E_IMAGE_DECODE, std::string("this BMP cannot be decoded: ") + e.what());
  }
  if (pixels.nr() != height || pixels.nc() != width)
    throw Error(VAV_E_IMAGE_DECODE, "this BMP cannot be decoded: its headers contradict each other");
  Image image = new_picture(width, height, ImageSource::bmp);
  static_assert(sizeof(dlib::rgb_pixel) == 3);
  for (int32_t y = 0; y < height; ++y)
    std::memcpy(image.storage.data() + size_t(image.view.stride) * size_t(y), &pixels[y][0], size_t(image.view.stride));
  return image;
}

}  // namespace visavis
