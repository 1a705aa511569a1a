// Chooses the codec by content and turns its picture upright.
#include "image/decode.h"

#include "base/error.h"
#include "base/files.h"
#include "image/codec.h"
#include "image/orientation.h"
#include "image/sniff.h"

namespace visavis {
namespace {

// Larger than every normal picture of kDefaultMaxPixels; a limit for /dev/zero, and for a film given by mistake.
constexpr int64_t kMostFileBytes = int64_t{512} << 20;

Image decode_by_content(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  const std::string kind = sniff(bytes);
  if (kind == "JPEG") return decode_jpeg(bytes, options);
  if (kind == "PNG") return decode_png(bytes, options);
  if (kind == "WebP") return decode_webp(bytes, options);
  if (kind == "GIF") return decode_gif(bytes, options);
  if (kind == "BMP") return decode_bmp(bytes, options);
  if (kind == "TIFF") return decode_tiff(bytes, options);
  if (kind == "HEIC" || kind == "AVIF") return decode_heif(bytes, options);
  throw Error(VAV_E_IMAGE_FORMAT, "this is " + kind + "; give a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF");
}

}  // namespace

Image decode_image(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  Image image = decode_by_content(bytes, options);
  if (!options.ignore_orientation) turn_upright(image);
  return image;
}

Image load_image(const std::string& path, const DecodeOptions& options) {
  const std::vector<uint8_t> bytes = read_file(path, kMostFileBytes);
  try {
    return decode_image(bytes, options);
  } catch (const Error& e) {
    throw Error(e.code(), path + ": " + e.what());
  }
}

}  // namespace visavis
