// visavis/version.h: versions, and the machine as the library sees it.
#include <cstring>
#include <string>

#include "nn/backend.h"
#include "pipeline/description.h"
#include "visavis/version.h"

#define VAV_TEXT_(x) #x
#define VAV_TEXT(x) VAV_TEXT_(x)

extern "C" {

const char* vav_version(void) {
  return VAV_TEXT(VAV_VERSION_MAJOR) "." VAV_TEXT(VAV_VERSION_MINOR) "." VAV_TEXT(VAV_VERSION_PATCH);
}

int32_t vav_version_number(void) { return VAV_VERSION_MAJOR * 10000 + VAV_VERSION_MINOR * 100 + VAV_VERSION_PATCH; }

size_t vav_describe(char* buffer, size_t capacity) {
  try {
    const std::string text = visavis::describe(vav_version(), visavis::backend_names());
    if (buffer && capacity > 0) {
      const size_t length = text.size() < capacity ? text.size() : capacity - 1;
      std::memcpy(buffer, text.data(), length);
      buffer[length] = '\0';
    }
    return text.size();
  } catch (...) {
    if (buffer && capacity > 0) buffer[0] = '\0';
    return 0;
  }
}

}  // extern "C"
