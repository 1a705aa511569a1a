// Calls OpenCV's colour conversion for bands of rows.
#pragma once

#include <cstdint>
#include <opencv2/imgproc.hpp>

#include "base/bands.h"

namespace visavis {

// `to` has its size, type and memory already.
inline void convert_in_bands(const cv::Mat& from, cv::Mat& to, int code) {
  in_bands(from.cols, from.rows, [&](int32_t first, int32_t past) {
    cv::Mat band = to.rowRange(first, past);
    cv::cvtColor(from.rowRange(first, past), band, code);
  });
}

}  // namespace visavis
