// One picture from a camera. OpenCV's videoio does it, in a module that is loaded only then: it brings a hundred
// libraries.
#pragma once

#include "visavis/image.hpp"

namespace visavis::cli {

// From /dev/video<number>. A Failure that says what to do when there is no such camera, or no module.
Image picture_from_camera(int32_t number);

// What the module gives: pixels of its own, BGR, until the next call. Not 0 when the camera gives none.
struct CameraFrame {
  int32_t width, height;
  int64_t stride;  // bytes
  const uint8_t* pixels;
};
using CameraFunction = int (*)(int32_t number, CameraFrame* frame);
inline constexpr const char* kCameraFunction = "visavis_camera_frame";

}  // namespace visavis::cli
