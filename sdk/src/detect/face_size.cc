// min_face in px instead of "upsample n times": the same arithmetic for both detectors.
#include "detect/face_size.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace visavis {

int doublings_for(int32_t min_face, int smallest) {
  if (min_face <= 0) return 0;
  int doublings = 0;
  for (int64_t seen = smallest; seen > int64_t{min_face} << doublings;) ++doublings;
  return doublings;
}

void check_scaled(const ImageView& image, double scale, int64_t max_pixels) {
  const double pixels = double(image.width) * image.height * scale * scale;
  if (pixels <= double(max_pixels)) return;
  throw Error(
      VAV_E_LIMIT_EXCEEDED,
      "a picture of " + std::to_string(image.width) + "x" + std::to_string(image.height) +
          (scale > 1 ? ", enlarged " + std::to_string(std::lround(scale)) + " times to find faces that small," : "") +
          " is too large: the engine's limit for this detector is " + std::to_string(max_pixels / 1'000'000) +
          " megapixels. Ask for a larger min_face, shrink or crop the picture, or raise max_megapixels");
}

void keep_asked_sizes(std::vector<Detection>& found, const DetectOptions& options) {
  std::erase_if(found, [&](const Detection& d) {
    return std::min(d.box.width(), d.box.height()) < options.min_face ||
           (options.max_face > 0 && std::max(d.box.width(), d.box.height()) > options.max_face);
  });
}

Box clip_box(const Box& box, const ImageView& image) {
  return {std::clamp(box.left, 0, image.width - 1), std::clamp(box.top, 0, image.height - 1),
          std::clamp(box.right, 0, image.width - 1), std::clamp(box.bottom, 0, image.height - 1)};
}

}  // namespace visavis
