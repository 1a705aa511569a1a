// One picture from a camera, by OpenCV's videoio. It is in a module that is loaded only for that, because it loads a
// hundred libraries.
#pragma once

#include "visavis/image.hpp"

namespace visavis::cli {

// A picture from /dev/video<number>. A Failure says what to do if there is no such camera or no module.
Image picture_from_camera(int32_t number);

// The function of the module. The pixels are BGR and belong to the module; they are valid until the next call. Not 0 if
// the camera gives no picture.
struct CameraFrame {
  int32_t width, height;
  int64_t stride;  // bytes
  const uint8_t* pixels;
};
using CameraFunction = int (*)(int32_t number, CameraFrame* frame);
inline constexpr const char* kCameraFunction = "visavis_camera_frame";

}  // namespace visavis::cli
