// dlib's MMOD network: dlib scales the levels of the pyramid and reads boxes from the scores; between the two, dlib
// itself (the reference) or a backend runs the layers. One of the two files whose templates take long to compile.
#include <dlib/dnn.h>
#include <dlib/image_transforms.h>
#include <dlib/threads.h>

#include <algorithm>
#include <cmath>

#include "base/once.h"
#include "base/parallel.h"
#include "base/pool.h"
#include "base/room.h"
#include "base/shrink.h"
#include "detect/detector.h"
#include "detect/face_size.h"
#include "detect/strip_scorer.h"
#include "dlib_io/network_reader.h"
#include "dlib_io/rgb_image.h"
#include "dlib_io/stream.h"

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
constexpr int kComfortable = 80;  // px: smaller faces get coarse boxes, since the network looks every 8 px
constexpr int kThinnest = 16;     // px
// Pixels of a picture as it is looked at. dlib keeps every layer, some 1.2 GB a megapixel; with a backend the pyramid
// is what counts, some 60 MB a megapixel.
constexpr int64_t kMostPixelsDlib = 12'000'000, kMostPixels = 50'000'000;
constexpr size_t kKeptFloats = 64'000'000;  // a pyramid of up to so many is kept for the next call, some 5 megapixels

using Picture = dlib::matrix<dlib::rgb_pixel>;

// dlib's input layer: the picture and its pyramid side by side in one tensor of three planes. dlib itself fills it by
// threads that it starts once for the process and keeps; here it is filled by the caller's, with the same numbers.
class TiledPyramid : public MmodNet::input_layer_type {
 public:
  explicit TiledPyramid(const MmodNet::input_layer_type& layer) : MmodNet::input_layer_type(layer) {}

  void fill(const Picture& picture, dlib::resizable_tensor& tensor, int threads) const {
    to_tensor_init(&picture, &picture + 1, tensor, 3);
    const auto& tiles = tensor.annotation().get<std::vector<dlib::rectangle>>();
    if (tiles.empty()) return;
    float* const planes = tensor.host();
    const long stride = tensor.nc();
    const float means[] = {get_avg_red(), get_avg_green(), get_avg_blue()};
    parallel_for(3, threads, [&](int channel) {
      const auto tile = [&](const dlib::rectangle& at) {
        float* const corner = planes + (channel * tensor.nr() + at.top()) * stride + at.left();
        return dlib::sub_image(corner, long(at.height()), long(at.width()), stride);
      };
      auto whole = tile(tiles[0]);
      dlib::image_view<decltype(whole)> out(whole);
      for (long row = 0; row < picture.nr(); ++row)
        for (long column = 0; column < picture.nc(); ++column) {
          const uint8_t* const pixel = &picture(row, column).red;
          out[row][column] = float((pixel[channel] - means[channel]) / 256.0);
        }
      for (size_t level = 1; level < tiles.size(); ++level) {
        const auto from = tile(tiles[level - 1]);
        auto to = tile(tiles[level]);
        dlib::resize_image(from, to);
      }
    });
  }
};

// Where dlib itself runs the network it makes the pyramid by threads of its own; where they cannot be started it ends
// the process. So they are asked for, and then started, before that.
void start_dlibs_threads() {
  static Once once;
  once([] {
    require_threads(int(std::max(1u, std::thread::hardware_concurrency())), "the detector cnn");
    dlib::default_thread_pool();
  });
}

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
    const int64_t max_pixels = options.max_pixels > 0 ? options.max_pixels : scorer_ ? kMostPixels : kMostPixelsDlib;
    if (options.min_face > kComfortable) return detect_shrunk(image, options, max_pixels, threads);
    const int doublings = doublings_for(options.min_face, kSmallest);
    check_scaled(image, 1 << doublings, max_pixels);
    Picture input;
    dlib::pyramid_down<2> twice;
    dlib::assign_image(input, DlibRgb{image});
    for (int i = 0; i < doublings; ++i) dlib::pyramid_up(input, twice);
    std::vector<Detection> found;
    for (const dlib::mmod_rect& d : find(input, options.threshold, threads))
      found.push_back(detection(twice.rect_down(dlib::drectangle(d.rect), doublings), d));
    keep_asked_sizes(found, options);
    return found;
  }

 private:
  static Detection detection(const dlib::rectangle& rect, const dlib::mmod_rect& d) {
    return {{int32_t(rect.left()), int32_t(rect.top()), int32_t(rect.right()), int32_t(rect.bottom())},
            float(d.detection_confidence)};
  }

  // Where only large faces count, the picture is first shrunk until the smallest of them are just comfortable: the
  // larger levels of the pyramid would cost the most and show nothing that is asked for.
  std::vector<Detection> detect_shrunk(const ImageView& image, const DetectOptions& options, int64_t max_pixels,
                                       int threads) const {
    const double scale = double(kComfortable) / options.min_face;
    check_scaled(image, scale, max_pixels);
    const int width = std::max(1, int(std::lround(image.width * scale)));
    const int height = std::max(1, int(std::lround(image.height * scale)));
    Picture input(height, width);
    shrink(image.data, image.width, image.height, image.stride, &input(0, 0).red, width, height, int64_t{3} * width,
           threads);
    const double x = double(image.width) / width, y = double(image.height) / height;
    std::vector<Detection> found;
    for (const dlib::mmod_rect& d : find(input, options.threshold, threads))
      found.push_back(detection(dlib::drectangle(d.rect.left() * x, d.rect.top() * y, (d.rect.right() + 1) * x - 1,
                                                 (d.rect.bottom() + 1) * y - 1),
                                d));
    keep_asked_sizes(found, options);
    return found;
  }

  std::vector<dlib::mmod_rect> find(const Picture& input, double threshold, int threads) const {
    // A strip this thin shows no face, and the filters do not fit into it.
    if (std::min(input.nr(), input.nc()) < kThinnest) return {};
    if (!scorer_) {
      start_dlibs_threads();
      auto net = pool_.borrow();
      const auto found = net->process(input, threshold);
      net->clean();
      return found;
    }
    auto scratch = scratch_.borrow();
    dlib::resizable_tensor& pyramid = scratch->pyramid;
    dlib::resizable_tensor& scores = scratch->scores;
    TiledPyramid(dlib::input_layer(prototype_)).fill(input, pyramid, threads);
    scorer_->score(pyramid.host(), int(pyramid.nr()), int(pyramid.nc()), scratch->computed, threads);
    scores.set_size(1, 1, scratch->computed.height, scratch->computed.width);
    std::copy(scratch->computed.values.begin(), scratch->computed.values.end(), scores.host_write_only());
    std::vector<dlib::mmod_rect> found;
    prototype_.loss_details().to_label(pyramid, Scored{prototype_.subnet(), scores}, &found, threshold);
    if (pyramid.size() > kKeptFloats) *scratch = {};
    return found;
  }

  struct Scratch {
    dlib::resizable_tensor pyramid, scores;
    Tensor computed;
  };

  MmodNet prototype_;
  std::unique_ptr<StripScorer> scorer_;  // none: dlib runs the network
  mutable Pool<Scratch> scratch_{[] { return std::make_unique<Scratch>(); }};
  // A forward pass of dlib's writes into the network: one copy for each call under way.
  mutable Pool<MmodNet> pool_{[this] { return std::make_unique<MmodNet>(prototype_); }};
};

}  // namespace

std::unique_ptr<Detector> make_cnn_detector(const std::vector<char>& model, Backend backend) {
  return std::make_unique<CnnDetector>(model, backend);
}

}  // namespace visavis
