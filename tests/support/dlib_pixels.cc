// The one file of the unit tests that compiles dlib's loaders and transforms.
#include "support/dlib_pixels.h"

#include <dlib/image_io.h>
#include <dlib/image_processing.h>
#include <dlib/image_transforms.h>

#include <vector>

#include "types/face.h"

namespace visavis::testing_support {

DlibPixels dlib_pixels(const std::string& path) {
  DlibPixels pixels;
  dlib::load_image(pixels, path);
  return pixels;
}

DlibPixels dlib_shrunk(const DlibPixels& pixels, long divisor) {
  DlibPixels shrunk(pixels.nr() / divisor, pixels.nc() / divisor);
  dlib::resize_image(pixels, shrunk);
  return shrunk;
}

DlibPixels dlib_chip(const DlibPixels& pixels, const Landmarks& landmarks) {
  std::vector<dlib::point> parts;
  for (const Point& p : landmarks) parts.emplace_back(long(p.x), long(p.y));
  DlibPixels chip;
  dlib::extract_image_chip(pixels, dlib::get_face_chip_details({dlib::rectangle(), parts}, kChipSize, 0.25), chip);
  return chip;
}

}  // namespace visavis::testing_support
