// Sample photos as OpenCV's pictures, which tests turn and spoil, and as the views that the stages take.
#pragma once

#include <opencv2/core.hpp>
#include <string>

#include "support/dlib_pixels.h"
#include "support/fixtures.h"
#include "types/image.h"

namespace visavis::testing_support {

inline cv::Mat load(const std::string& name) {
  DlibPixels pixels = dlib_pixels(photo(name));
  return cv::Mat(int(pixels.nr()), int(pixels.nc()), CV_8UC3, &pixels[0][0], size_t(pixels.width_step())).clone();
}

inline ImageView view(const cv::Mat& picture) {
  return {picture.data, picture.cols, picture.rows, int64_t(picture.step)};
}

}  // namespace visavis::testing_support
