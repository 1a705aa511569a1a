// The embedding network on a runner: chips become tensors of floats, a bounded number at a time.
#include <algorithm>
#include <array>
#include <opencv2/core.hpp>
#include <utility>

#include "base/pool.h"
#include "embed/embedder.h"

namespace visavis {
namespace {

constexpr size_t kBatch = 64;  // chips at a time: bounds the memory, some 17 MB of input

class NetworkEmbedder : public Embedder {
 public:
  NetworkEmbedder(const Network& network, std::unique_ptr<Runner> runner)
      : mean_(network.mean), scale_(network.scale), runner_(std::move(runner)) {}

  void embed(std::span<const uint8_t* const> chips, Embedding* out, int threads) const override {
    auto scratch = pool_.borrow();
    for (size_t begin = 0; begin < chips.size(); begin += kBatch) {
      const auto batch = chips.subspan(begin, std::min(kBatch, chips.size() - begin));
      scratch->input.resize(int(batch.size()), 3, kChipSize, kChipSize);
      float* values = scratch->input.values.data();
      for (const uint8_t* chip : batch) values = to_planes(chip, *scratch, values);
      runner_->run(scratch->input, scratch->output, threads);
      const auto length = ptrdiff_t(scratch->output.values.size() / batch.size());
      for (auto at = scratch->output.values.begin(); at != scratch->output.values.end(); at += length)
        (out++)->assign(at, at + length);
    }
  }

 private:
  struct Scratch {
    Tensor input, output;
    cv::Mat planes[3];
  };

  // By OpenCV, whose loops use the CPU's vectors: pixel by pixel this would take a thirtieth of the network's time.
  float* to_planes(const uint8_t* chip, Scratch& scratch, float* values) const {
    cv::split(cv::Mat(kChipSize, kChipSize, CV_8UC3, const_cast<uint8_t*>(chip)), scratch.planes);
    for (int channel = 0; channel < 3; ++channel, values += kChipSize * kChipSize) {
      cv::Mat plane(kChipSize, kChipSize, CV_32F, values);
      scratch.planes[channel].convertTo(plane, CV_32F, scale_, -mean_[channel] * scale_);
    }
    return values;
  }

  const std::array<float, 3> mean_;
  const float scale_;
  const std::unique_ptr<Runner> runner_;
  mutable Pool<Scratch> pool_{[] { return std::make_unique<Scratch>(); }};
};

}  // namespace

std::unique_ptr<Embedder> make_network_embedder(const Network& network, std::unique_ptr<Runner> runner) {
  return std::make_unique<NetworkEmbedder>(network, std::move(runner));
}

}  // namespace visavis
