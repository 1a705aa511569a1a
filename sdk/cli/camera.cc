// Finds the module beside the library, by its full path.
#include "camera.h"

#include <dlfcn.h>

#include <filesystem>

#include "failure.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

CameraFunction load_module() {
  std::error_code error;
  const fs::path top = fs::read_symlink("/proc/self/exe", error).parent_path().parent_path();
  fs::path path = top / VISAVIS_LIBDIR / "libvisavis_camera.so";              // installed
  if (!fs::exists(path, error)) path = top / "lib" / "libvisavis_camera.so";  // in a build tree
  const void* function = nullptr;
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed: OpenCV keeps threads in it
  if (module) function = dlsym(module, kCameraFunction);
  if (function) return reinterpret_cast<CameraFunction>(const_cast<void*>(function));
  const char* reason = dlerror();
  throw Failure("no camera can be read, because " + path.string() + " cannot be loaded (" +
                (reason ? reason : "it is another file") +
                "): install OpenCV's videoio (Debian: libopencv-videoio-dev) and build again");
}

}  // namespace

Image picture_from_camera(int32_t number) {
  const std::string device = "/dev/video" + std::to_string(number);
  std::error_code error;
  if (!fs::is_character_file(device, error))
    throw Failure("there is no camera " + std::to_string(number) + " (" + device + "): is it plugged in?",
                  VAV_E_FILE_NOT_FOUND);
  CameraFrame frame = {};
  if (load_module()(number, &frame) != 0)
    throw Failure(device + " gives no picture: another program may use it, or this user may not read it", VAV_E_IO);
  Pixels pixels;
  pixels.format = VAV_PIXEL_BGR;
  pixels.width = frame.width;
  pixels.height = frame.height;
  pixels.stride[0] = frame.stride;
  pixels.data[0] = frame.pixels;
  return Image::wrap(pixels);
}

}  // namespace visavis::cli
