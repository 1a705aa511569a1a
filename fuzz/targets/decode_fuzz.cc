// libFuzzer target: any bytes give a picture or an Error. `./bootstrap fuzz-pictures` builds it and runs it for a while;
// for long: build/fuzz/bin/decode_fuzz -max_len=65536 -rss_limit_mb=2048 build/fuzz/corpus
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "image/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const visavis::Image image = visavis::decode_image({data, size}, {.max_pixels = 1 << 20});
    const size_t bytes = size_t{3} * image.view.width * image.view.height;
    if (image.storage.size() != bytes || image.view.data != image.storage.data()) std::abort();
  } catch (const visavis::Error&) {
    // Refused, which is fine. Any other exception ends the process, and so is found.
  }
  return 0;
}
