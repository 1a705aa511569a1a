// Lets dlib's algorithms read our RGB view in place, by dlib's generic image interface.
#pragma once

#include <dlib/image_processing/generic_image.h>
#include <dlib/pixel.h>

#include "types/image.h"

namespace visavis {

struct DlibRgb {
  ImageView view;
};

inline long num_rows(const DlibRgb& image) { return image.view.height; }
inline long num_columns(const DlibRgb& image) { return image.view.width; }
inline long width_step(const DlibRgb& image) { return long(image.view.stride); }
inline const void* image_data(const DlibRgb& image) { return image.view.data; }

}  // namespace visavis

namespace dlib {
template <>
struct image_traits<visavis::DlibRgb> {
  typedef rgb_pixel pixel_type;
};
template <>
struct image_traits<const visavis::DlibRgb> {
  typedef rgb_pixel pixel_type;
};
}  // namespace dlib
