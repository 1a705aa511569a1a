// Strips overlap by what their edges spoil; all of one tensor have the same shape, for which the runner keeps its
// memory. Each thread takes one strip at a time.
#include "detect/strip_scorer.h"

#include <algorithm>
#include <utility>

namespace visavis {
namespace {

constexpr int kChannels = 3;
constexpr int kFewestRows = 32;  // of scores in a strip: with fewer it is mostly overlap
constexpr int kMostStrips = 4;   // at a time, whatever the threads: they are what takes memory

}  // namespace

StripScorer::StripScorer(const Network& network, std::unique_ptr<Runner> runner, int strip_pixels)
    : strip_pixels_(strip_pixels), runner_(std::move(runner)) {
  for (auto layer = network.layers.rbegin(); layer != network.layers.rend(); ++layer) {
    if (layer->padding_height > 0) {
      halo_ += layer->padding_height;
    } else {
      field_ = (field_ - 1) * layer->stride + layer->kernel_height;
      stride_ *= layer->stride;
    }
  }
}

void StripScorer::score(const float* planes, int height, int width, Tensor& scores, int threads) const {
  if (std::min(height, width) < field_) return scores.resize(1, 1, 0, 0);
  const int rows = (height - field_) / stride_ + 1, columns = (width - field_) / stride_ + 1;
  const int most = std::max(kFewestRows, (strip_pixels_ / width - field_) / stride_ - 2 * halo_);
  const int lanes = std::clamp(threads, 1, std::clamp(rows / kFewestRows, 1, kMostStrips));
  const int strips = ((rows + most - 1) / most + lanes - 1) / lanes * lanes;
  const int kept = (rows + strips - 1) / strips;          // rows of scores that a strip is asked for
  const int computed = std::min(rows, kept + 2 * halo_);  // and those it computes
  const int seen = (computed - 1) * stride_ + field_;     // px
  scores.resize(1, 1, rows, columns);
  auto scratch = pool_.borrow();
  const auto begins = [&](int strip) { return std::min(strip * kept, rows - kept); };
  const auto first = [&](int strip) { return std::clamp(begins(strip) - halo_, 0, rows - computed); };
  scratch->strips.resize(lanes, kChannels, seen, width);
  for (int strip = 0; strip < strips; strip += lanes) {
    float* to = scratch->strips.values.data();
    for (int lane = 0; lane < lanes; ++lane)
      for (int channel = 0; channel < kChannels; ++channel, to += size_t(seen) * width)
        std::copy_n(planes + (size_t(channel) * height + size_t(first(strip + lane)) * stride_) * width,
                    size_t(seen) * width, to);
    runner_->run(scratch->strips, scratch->scores, lanes);
    for (int lane = 0; lane < lanes; ++lane) {
      const int begin = begins(strip + lane), skipped = begin - first(strip + lane);
      std::copy_n(scratch->scores.values.data() + (size_t(lane) * computed + skipped) * columns, size_t(kept) * columns,
                  scores.values.data() + size_t(begin) * columns);
    }
  }
}

}  // namespace visavis
