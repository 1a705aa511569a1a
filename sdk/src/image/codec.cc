// The bounds and the memory that every codec shares.
#include "image/codec.h"

#include "base/error.h"

namespace visavis {

void check_size(int64_t width, int64_t height, const DecodeOptions& options) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width < 1 || height < 1) throw Error(VAV_E_IMAGE_DECODE, "the header claims " + size);
  if (width > kLongestSide || height > kLongestSide)
    throw Error(VAV_E_LIMIT_EXCEEDED,
                "the header claims " + size + "; a side may have at most " + std::to_string(kLongestSide));
  if (width * height > options.max_pixels)
    throw Error(VAV_E_LIMIT_EXCEEDED, "the header claims " + size + ", above the limit of " +
                                          std::to_string(options.max_pixels) +
                                          "; scale the picture down or raise max_pixels");
}

Image new_picture(int32_t width, int32_t height, ImageSource source) {
  Image image;
  image.source = source;
  image.storage.resize(size_t{3} * width * height);
  image.view = {image.storage.data(), width, height, int64_t{3} * width};
  return image;
}

}  // namespace visavis
