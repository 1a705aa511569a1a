// dlib's frontal HOG detector, which is part of dlib itself and needs no model file.
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

#include "base/pool.h"
#include "detect/detector.h"
#include "detect/face_size.h"
#include "nn/dlib_rgb.h"

namespace visavis {
namespace {

constexpr int kSmallest = 72;                // px: the smallest boxes of the 80 px window are 73 px wide
constexpr int64_t kMaxPixels = 400'000'000;  // after enlarging; dlib's features take some 3 bytes a pixel besides

using HogDetector = dlib::frontal_face_detector;

// dlib unpacks its detector out of a text, which takes some tenths of a second: once is enough. Never freed, so that
// threads which are still running at exit find it.
const HogDetector& prototype() {
  static const HogDetector& unpacked = *new HogDetector(dlib::get_frontal_face_detector());
  return unpacked;
}

class DlibHogDetector : public Detector {
 public:
  std::vector<Detection> detect(const ImageView& image, const DetectOptions& options, int /*threads*/) const override {
    const int doublings = doublings_for(options.min_face, kSmallest, /*comfortable=*/0);
    check_enlarged(image, doublings, kMaxPixels);
    std::vector<dlib::rect_detection> raw;
    auto detector = pool_.borrow();
    if (doublings == 0) {
      (*detector)(DlibRgb{image}, raw, options.threshold);
    } else {
      dlib::pyramid_down<2> twice;
      dlib::array2d<dlib::rgb_pixel> enlarged;
      dlib::pyramid_up(DlibRgb{image}, enlarged, twice);
      for (int i = 1; i < doublings; ++i) dlib::pyramid_up(enlarged, twice);
      (*detector)(enlarged, raw, options.threshold);
      for (dlib::rect_detection& d : raw) d.rect = twice.rect_down(d.rect, doublings);
    }
    std::vector<Detection> found;
    for (const dlib::rect_detection& d : raw)
      found.push_back(
          {{int32_t(d.rect.left()), int32_t(d.rect.top()), int32_t(d.rect.right()), int32_t(d.rect.bottom())},
           float(d.detection_confidence)});
    keep_asked_sizes(found, options);
    return found;
  }

 private:
  // Running a detector changes the scanner inside it: one copy for each call under way.
  mutable Pool<HogDetector> pool_{[] { return std::make_unique<HogDetector>(prototype()); }};
};

}  // namespace

std::unique_ptr<Detector> make_hog_detector() { return std::make_unique<DlibHogDetector>(); }

}  // namespace visavis
