/* C++ layer: images, decoded from files or bytes, or a view of the caller's pixels. */
#ifndef VISAVIS_IMAGE_HPP
#define VISAVIS_IMAGE_HPP

#include <cstddef>
#include <cstdint>
#include <string>

#include "visavis/base.hpp"
#include "visavis/image.h"

namespace visavis {
inline namespace cpp {

/** How to decode: `ignore_orientation`, `max_pixels`; see vav_image_options. */
using ImageOptions = Ready<vav_image_options>;

/** The caller's pixels, described; see vav_pixels. */
using Pixels = Ready<vav_pixels>;

/** A picture, upright. Share it between threads freely. */
class Image : public detail::Owner<vav_image, vav_image_destroy> {
 public:
  using Owner::Owner;
  /** Decodes a file, told apart by content and not by name. `path` is UTF-8. Codes: see vav_image_load. */
  static Image load(const std::string &path, const ImageOptions &options = {}) {
    return Image(detail::make(vav_image_load, detail::text(path, "path"), &options));
  }
  /** The same from bytes, which are not needed after the call. */
  static Image decode(const void *bytes, std::size_t size, const ImageOptions &options = {}) {
    return Image(detail::make(vav_image_decode, bytes, size, &options));
  }
  /** Looks at the caller's pixels, see vav_image_wrap: upright RGB is not copied and must outlive the image. */
  static Image wrap(const Pixels &pixels) { return Image(detail::make(vav_image_wrap, &pixels)); }

  /** px, upright. */
  std::int32_t width() const noexcept { return vav_image_width(get()); }
  /** px, upright. */
  std::int32_t height() const noexcept { return vav_image_height(get()); }
  /** The one found in EXIF or given by the caller, 1..8. */
  std::int32_t orientation() const noexcept { return vav_image_orientation(get()); }
  vav_image_source source() const noexcept { return vav_image_get_source(get()); }
  /** What the decoder grumbled about while it still gave a whole picture; "" when nothing. */
  std::string warning() const { return detail::copied(vav_image_get_warning(get())); }
  /** The upright RGB pixels, one plane. `data` is borrowed until the image is destroyed. */
  Pixels pixels() const { return detail::item<vav_pixels>(vav_image_get_pixels, get()); }
};

}  // namespace cpp
}  // namespace visavis

#endif
