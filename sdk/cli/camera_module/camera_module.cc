// The module that reads cameras: OpenCV's videoio behind one function.
#include <opencv2/videoio.hpp>

#include "camera.h"

extern "C" __attribute__((visibility("default"))) int visavis_camera_frame(int32_t number,
                                                                           visavis::cli::CameraFrame* frame) {
  constexpr int kWarmUp = 10;  // frames until most cameras have found their exposure
  try {
    static cv::Mat picture;
    cv::VideoCapture camera(number);
    if (!camera.isOpened()) return 1;
    for (int i = 0; i < kWarmUp; ++i)
      if (!camera.read(picture)) return 1;
    if (picture.empty() || picture.type() != CV_8UC3) return 1;
    *frame = {picture.cols, picture.rows, int64_t(picture.step), picture.data};
    return 0;
  } catch (...) {
    return 1;
  }
}
