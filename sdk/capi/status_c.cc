// visavis/status.h: names of codes, and writing the caller's vav_error.
#include <cstddef>
#include <opencv2/core.hpp>

#include "capi/guard.h"
#include "capi/sized.h"
#include "visavis/status.h"

namespace visavis::capi {

bool is_out_of_memory(const std::exception& e) noexcept {
  const auto* opencv = dynamic_cast<const cv::Exception*>(&e);
  return opencv && opencv->code == cv::Error::StsNoMem;
}

void report(vav_error* err, vav_status code, const char* message) noexcept {
  constexpr size_t kText = offsetof(vav_error, message);
  if (!err || err->struct_size <= kText || err->struct_size > kMostStructSize) return;
  err->code = code;
  const size_t room = std::min<size_t>(err->struct_size, sizeof(vav_error)) - kText;
  size_t length = strnlen(message, room - 1);
  // Never cut inside a UTF-8 sequence.
  if (message[length] != '\0')
    while (length > 0 && (uint8_t(message[length]) & 0xC0) == 0x80) --length;
  std::memcpy(err->message, message, length);
  err->message[length] = '\0';
}

}  // namespace visavis::capi

extern "C" {

void vav_error_init(vav_error* error) { visavis::capi::init_struct(error); }

const char* vav_status_name(vav_status status) {
  switch (status) {
#define VAV_NAME(code) \
  case code:           \
    return #code;
    VAV_NAME(VAV_OK)
    VAV_NAME(VAV_E_INVALID_ARGUMENT)
    VAV_NAME(VAV_E_STRUCT_SIZE)
    VAV_NAME(VAV_E_TEXT_ENCODING)
    VAV_NAME(VAV_E_WRONG_STATE)
    VAV_NAME(VAV_E_UNSUPPORTED)
    VAV_NAME(VAV_E_OUT_OF_MEMORY)
    VAV_NAME(VAV_E_IO)
    VAV_NAME(VAV_E_FILE_NOT_FOUND)
    VAV_NAME(VAV_E_PERMISSION)
    VAV_NAME(VAV_E_DISK_FULL)
    VAV_NAME(VAV_E_CANCELLED)
    VAV_NAME(VAV_E_INTERNAL)
    VAV_NAME(VAV_E_IMAGE_FORMAT)
    VAV_NAME(VAV_E_IMAGE_DECODE)
    VAV_NAME(VAV_E_LIMIT_EXCEEDED)
    VAV_NAME(VAV_E_MODEL_NOT_FOUND)
    VAV_NAME(VAV_E_MODEL_ALTERED)
    VAV_NAME(VAV_E_MODEL_UNKNOWN)
    VAV_NAME(VAV_E_GALLERY_FORMAT)
    VAV_NAME(VAV_E_GALLERY_RECIPE)
    VAV_NAME(VAV_E_GALLERY_CORRUPT)
    VAV_NAME(VAV_E_GALLERY_BUSY)
    VAV_NAME(VAV_E_GALLERY_LOCKED)
    VAV_NAME(VAV_E_GALLERY_KEY)
    VAV_NAME(VAV_E_NOT_FOUND)
    VAV_NAME(VAV_E_ALREADY_EXISTS)
#undef VAV_NAME
    default:
      return "VAV_E_UNKNOWN";
  }
}

}  // extern "C"
