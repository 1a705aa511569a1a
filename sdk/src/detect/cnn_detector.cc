// dlib's MMOD network: dlib makes the pyramid and reads boxes from the scores; between the two, dlib itself (the
// reference) or a backend runs the layers. One of the two files whose templates take long to compile.
#include <dlib/dnn.h>
#include <dlib/image_transforms.h>

#include <algorithm>

#include "base/pool.h"
#include "detect/detector.h"
#include "detect/face_size.h"
#include "detect/strip_scorer.h"
#include "nn/dlib_reader.h"
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

constexpr int kSmallest = 40;     // px, the network's detection window
constexpr int kComfortable = 80;  // px: below that its boxes are coarse, since it looks every 8 px
constexpr int kThinnest = 16;     // px
// Pixels of a picture, after enlarging. dlib keeps every layer, some 1.2 GB a megapixel; with a backend the pyramid is
// what counts, some 60 MB a megapixel.
constexpr int64_t kMaxPixelsDlib = 12'000'000, kMaxPixels = 50'000'000;

using Subnet = MmodNet::subnet_type;

// What dlib's reader of boxes asks of a network that has run.
struct Scored {
  const Subnet& net;
  const dlib::tensor& scores;

  const dlib::tensor& get_output() const { return scores; }
  unsigned int sample_expansion_factor() const { return 1; }
};
dlib::dpoint output_tensor_to_input_tensor(const Scored& scored, const dlib::dpoint& p) {
  return dlib::output_tensor_to_input_tensor(scored.net, p);
}
const auto& input_layer(const Scored& scored) { return dlib::input_layer(scored.net); }

class CnnDetector : public Detector {
 public:
  CnnDetector(const std::vector<char>& model, Backend backend) {
    read_dlib(prototype_, model, "mmod_human_face_detector");
    if (backend == Backend::dlib) return;
    const Network network = DlibReader::read(prototype_);
    scorer_ = std::make_unique<StripScorer>(network, make_runner(backend, network));
  }

  std::vector<Detection> detect(const ImageView& image, const DetectOptions& options, int threads) const override {
    const int doublings = doublings_for(options.min_face, kSmallest, kComfortable);
    check_enlarged(image, doublings, scorer_ ? kMaxPixels : kMaxPixelsDlib);
    dlib::matrix<dlib::rgb_pixel> input;
    dlib::pyramid_down<2> twice;
    dlib::assign_image(input, DlibRgb{image});
    for (int i = 0; i < doublings; ++i) dlib::pyramid_up(input, twice);
    for (int i = 0; i > doublings; --i) twice(dlib::matrix<dlib::rgb_pixel>(input), input);

    // A strip this thin shows no face, and the filters do not fit into it.
    if (std::min(input.nr(), input.nc()) < kThinnest) return {};

    std::vector<Detection> found;
    for (const dlib::mmod_rect& d : find(input, options.threshold, threads)) {
      const dlib::drectangle exact(d.rect);
      const dlib::rectangle rect = doublings >= 0 ? dlib::rectangle(twice.rect_down(exact, doublings))
                                                  : dlib::rectangle(twice.rect_up(exact, -doublings));
      found.push_back({{int32_t(rect.left()), int32_t(rect.top()), int32_t(rect.right()), int32_t(rect.bottom())},
                       float(d.detection_confidence)});
    }
    keep_asked_sizes(found, options);
    return found;
  }

 private:
  std::vector<dlib::mmod_rect> find(const dlib::matrix<dlib::rgb_pixel>& input, double threshold, int threads) const {
    if (!scorer_) {
      auto net = pool_.borrow();
      const auto found = net->process(input, threshold);
      net->clean();
      return found;
    }
    dlib::resizable_tensor pyramid, scores;
    dlib::input_layer(prototype_).to_tensor(&input, &input + 1, pyramid);
    Tensor computed;
    scorer_->score(pyramid.host(), int(pyramid.nr()), int(pyramid.nc()), computed, threads);
    scores.set_size(1, 1, computed.height, computed.width);
    std::copy(computed.values.begin(), computed.values.end(), scores.host_write_only());
    std::vector<dlib::mmod_rect> found;
    prototype_.loss_details().to_label(pyramid, Scored{prototype_.subnet(), scores}, &found, threshold);
    return found;
  }

  MmodNet prototype_;
  std::unique_ptr<StripScorer> scorer_;  // none: dlib runs the network
  // A forward pass of dlib's writes into the network: one copy for each call under way.
  mutable Pool<MmodNet> pool_{[this] { return std::make_unique<MmodNet>(prototype_); }};
};

}  // namespace

std::unique_ptr<Detector> make_cnn_detector(const std::vector<char>& model, Backend backend) {
  return std::make_unique<CnnDetector>(model, backend);
}

}  // namespace visavis
