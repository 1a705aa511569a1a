/* C++ layer: images: decoded from files or bytes, or your own pixels. */
#ifndef VISAVIS_IMAGE_HPP
#define VISAVIS_IMAGE_HPP

#include <cstddef>
#include <cstdint>
#include <string>

#include "visavis/base.hpp"
#include "visavis/image.h"

namespace visavis {
inline namespace cpp {

/** How to decode; see vav_image_options. */
using ImageOptions = Ready<vav_image_options>;

/** Describes pixels in memory; see vav_pixels. */
using Pixels = Ready<vav_pixels>;

/** An upright picture. It never changes, so any number of threads may share it. */
class Image : public detail::Owner<vav_image, vav_image_destroy> {
 public:
  using Owner::Owner;
  /** Decodes a picture file. `path` is UTF-8. Formats and codes: see vav_image_load. */
  static Image load(const std::string &path, const ImageOptions &options = {}) {
    return Image(detail::make(vav_image_load, detail::text(path, "path"), &options));
  }
  /** Decodes the `size` bytes of a picture file in memory. They are not needed after the call. */
  static Image decode(const void *bytes, std::size_t size, const ImageOptions &options = {}) {
    return Image(detail::make(vav_image_decode, bytes, size, &options));
  }
  /** Makes an image of your own pixels. Upright RGB is not copied and must outlive the image. See vav_image_wrap. */
  static Image wrap(const Pixels &pixels) { return Image(detail::make(vav_image_wrap, &pixels)); }

  /** Width of the upright picture in px. */
  std::int32_t width() const noexcept { return vav_image_width(get()); }
  /** Height of the upright picture in px. */
  std::int32_t height() const noexcept { return vav_image_height(get()); }
  /** The orientation that EXIF or you gave, 1..8; 1 if there was none. */
  std::int32_t orientation() const noexcept { return vav_image_orientation(get()); }
  /** What the image was read from. */
  vav_image_source source() const noexcept { return vav_image_get_source(get()); }
  /** The decoder's warning about a picture that it could read; "" = none. */
  std::string warning() const { return detail::copied(vav_image_get_warning(get())); }
  /** The upright RGB pixels, one plane. `data` is borrowed until the image is destroyed. */
  Pixels pixels() const { return detail::item<vav_pixels>(vav_image_get_pixels, get()); }
};

}  // namespace cpp
}  // namespace visavis

#endif
