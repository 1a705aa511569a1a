// The embedding network on a runner: chips become tensors of floats, a bounded number at a time.
#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <utility>

#include "base/error.h"
#include "base/pool.h"
#include "embed/embedder.h"

namespace visavis {
namespace {

constexpr size_t kBatch = 64;  // chips at a time: bounds the memory, some 17 MB of input

class NetworkEmbedder : public Embedder {
 public:
  NetworkEmbedder(const NetworkFaces& faces, std::unique_ptr<Runner> runner)
      : faces_(faces), runner_(std::move(runner)) {}

  void embed(std::span<const uint8_t* const> chips, Embedding* out, int threads) const override {
    auto scratch = pool_.borrow();
    for (size_t begin = 0; begin < chips.size(); begin += kBatch) {
      const auto batch = chips.subspan(begin, std::min(kBatch, chips.size() - begin));
      scratch->input.resize(int(batch.size()), 3, faces_.chip_size, faces_.chip_size);
      float* values = scratch->input.values.data();
      for (const uint8_t* chip : batch) values = to_planes(chip, *scratch, values);
      runner_->run(scratch->input, scratch->output, threads);
      const auto length = ptrdiff_t(scratch->output.values.size() / batch.size());
      if (faces_.length != 0 && length != faces_.length)
        throw Error(VAV_E_MODEL_ALTERED, "the network gives " + std::to_string(length) + " numbers, and not " +
                                             std::to_string(faces_.length) + " as its set of models says");
      for (auto at = scratch->output.values.begin(); at != scratch->output.values.end(); at += length, ++out) {
        out->assign(at, at + length);
        if (faces_.unit_norm) make_unit_norm(*out);
      }
    }
  }

 private:
  struct Scratch {
    Tensor input, output;
    cv::Mat planes[3];
  };

  // By OpenCV, whose loops use the CPU's vectors: pixel by pixel this would take a thirtieth of the network's time.
  float* to_planes(const uint8_t* chip, Scratch& scratch, float* values) const {
    const int side = faces_.chip_size;
    cv::split(cv::Mat(side, side, CV_8UC3, const_cast<uint8_t*>(chip)), scratch.planes);
    for (size_t channel = 0; channel < 3; ++channel, values += side * side) {
      cv::Mat plane(side, side, CV_32F, values);
      const cv::Mat& colour = scratch.planes[faces_.blue_first ? 2 - channel : channel];
      colour.convertTo(plane, CV_32F, faces_.scale, -faces_.mean[channel] * faces_.scale);
    }
    return values;
  }

  // A network that gives nothing but zeros has no direction: its embedding stays as it is, and is refused as a template.
  static void make_unit_norm(Embedding& embedding) {
    double squares = 0;
    for (const float value : embedding) squares += double{value} * double{value};
    if (squares > 0)
      for (float& value : embedding) value = float(value / std::sqrt(squares));
  }

  const NetworkFaces faces_;
  const std::unique_ptr<Runner> runner_;
  mutable Pool<Scratch> pool_{[] { return std::make_unique<Scratch>(); }};
};

}  // namespace

std::unique_ptr<Embedder> make_network_embedder(const NetworkFaces& faces, std::unique_ptr<Runner> runner) {
  return std::make_unique<NetworkEmbedder>(faces, std::move(runner));
}

}  // namespace visavis
