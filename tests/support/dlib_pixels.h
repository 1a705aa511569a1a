// Pictures as dlib itself reads, shrinks and aligns them. That compiles for seconds, so dlib_pixels.cc alone includes it.
#pragma once

#include <dlib/array2d.h>
#include <dlib/pixel.h>

#include <string>

#include "types/geometry.h"
#include "types/image.h"

namespace visavis::testing_support {

using DlibPixels = dlib::array2d<dlib::rgb_pixel>;

// Throws dlib::image_load_error.
DlibPixels dlib_pixels(const std::string& path);

DlibPixels dlib_shrunk(const DlibPixels& pixels, long divisor);

DlibPixels dlib_chip(const DlibPixels& pixels, const Landmarks& landmarks);

inline ImageView view(const DlibPixels& pixels) {
  return {reinterpret_cast<const uint8_t*>(&pixels[0][0]), int32_t(pixels.nc()), int32_t(pixels.nr()),
          pixels.width_step()};
}

}  // namespace visavis::testing_support
