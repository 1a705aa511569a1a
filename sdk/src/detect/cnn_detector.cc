// dlib's MMOD network as dlib runs it: the reference. One of the two files whose templates take long to compile.
#include <dlib/dnn.h>
#include <dlib/image_transforms.h>

#include <algorithm>

#include "base/pool.h"
#include "detect/detector.h"
#include "detect/face_size.h"
#include "nn/dlib_rgb.h"
#include "nn/dlib_stream.h"

namespace visavis {
namespace {

// The architecture of mmod_human_face_detector.dat, as dlib's example dnn_mmod_face_detection_ex.cpp gives it.
template <long filters, typename SUBNET>
using con5d = dlib::con<filters, 5, 5, 2, 2, SUBNET>;
template <long filters, typename SUBNET>
using con5 = dlib::con<filters, 5, 5, 1, 1, SUBNET>;
template <typename SUBNET>
using downsampler = dlib::relu<
    dlib::affine<con5d<32, dlib::relu<dlib::affine<con5d<32, dlib::relu<dlib::affine<con5d<16, SUBNET>>>>>>>>>;
template <typename SUBNET>
using rcon5 = dlib::relu<dlib::affine<con5<45, SUBNET>>>;
using MmodNet = dlib::loss_mmod<
    dlib::con<1, 9, 9, 1, 1, rcon5<rcon5<rcon5<downsampler<dlib::input_rgb_image_pyramid<dlib::pyramid_down<6>>>>>>>>;

constexpr int kSmallest = 40;               // px, the network's detection window
constexpr int kComfortable = 80;            // px: below that its boxes are coarse, since it looks every 8 px
constexpr int kThinnest = 16;               // px
constexpr int64_t kMaxPixels = 12'000'000;  // after enlarging: dlib keeps every layer, some 1.2 GB a megapixel

class DlibCnnDetector : public Detector {
 public:
  explicit DlibCnnDetector(const std::vector<char>& model) { read_dlib(prototype_, model, "mmod_human_face_detector"); }

  std::vector<Detection> detect(const ImageView& image, const DetectOptions& options) const override {
    const int doublings = doublings_for(options.min_face, kSmallest, kComfortable);
    check_enlarged(image, doublings, kMaxPixels);
    dlib::matrix<dlib::rgb_pixel> input;
    dlib::pyramid_down<2> twice;
    dlib::assign_image(input, DlibRgb{image});
    for (int i = 0; i < doublings; ++i) dlib::pyramid_up(input, twice);
    for (int i = 0; i > doublings; --i) twice(dlib::matrix<dlib::rgb_pixel>(input), input);

    // A strip this thin shows no face, and the filters do not fit into it.
    if (std::min(input.nr(), input.nc()) < kThinnest) return {};

    auto net = pool_.borrow();
    std::vector<Detection> found;
    for (const dlib::mmod_rect& d : net->process(input, options.threshold)) {
      const dlib::drectangle exact(d.rect);
      const dlib::rectangle rect = doublings >= 0 ? dlib::rectangle(twice.rect_down(exact, doublings))
                                                  : dlib::rectangle(twice.rect_up(exact, -doublings));
      found.push_back({{int32_t(rect.left()), int32_t(rect.top()), int32_t(rect.right()), int32_t(rect.bottom())},
                       float(d.detection_confidence)});
    }
    net->clean();
    keep_asked_sizes(found, options);
    return found;
  }

 private:
  // A forward pass writes into the network: one copy for each call under way.
  MmodNet prototype_;
  mutable Pool<MmodNet> pool_{[this] { return std::make_unique<MmodNet>(prototype_); }};
};

}  // namespace

std::unique_ptr<Detector> make_cnn_detector(const std::vector<char>& model) {
  return std::make_unique<DlibCnnDetector>(model);
}

}  // namespace visavis
