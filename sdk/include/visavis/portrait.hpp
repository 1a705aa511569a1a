/* C++ layer: portraits: a face cut out of its picture as passports want it. */
#ifndef VISAVIS_PORTRAIT_HPP
#define VISAVIS_PORTRAIT_HPP

#include <cstdint>

#include "visavis/base.hpp"
#include "visavis/faces.hpp"
#include "visavis/image.hpp"
#include "visavis/portrait.h"

namespace visavis {
inline namespace cpp {

/** Face `index` of the picture as a portrait, `width` px wide; 0: as in the picture. See vav_image_cut_portrait. */
inline Image cut_portrait(const Image &image, const Faces &faces, std::int32_t index, std::int32_t width = 0) {
  return Image(detail::make(vav_image_cut_portrait, image.get(), faces.get(), index, width));
}

}  // namespace cpp
}  // namespace visavis

#endif
