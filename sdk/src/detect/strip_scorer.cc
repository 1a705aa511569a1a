// Strips overlap by what their edges spoil; all of one tensor have the same shape, for which the runner keeps its
// memory.
#include "detect/strip_scorer.h"

#include <algorithm>
#include <utility>

namespace visavis {
namespace {

constexpr int kChannels = 3;
constexpr int kFewestRows = 32;  // of scores in a strip: with fewer it is mostly overlap

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
  const int strips = (rows + most - 1) / most;
  const int kept = (rows + strips - 1) / strips;          // rows of scores that a strip is asked for
  const int computed = std::min(rows, kept + 2 * halo_);  // and those it computes
  const int seen = (computed - 1) * stride_ + field_;     // px
  scores.resize(1, 1, rows, columns);
  auto scratch = pool_.borrow();
  scratch->strip.resize(1, kChannels, seen, width);
  for (int next = 0; next < rows; next += kept) {
    const int begin = std::min(next, rows - kept);
    const int first = std::clamp(begin - halo_, 0, rows - computed);
    for (int channel = 0; channel < kChannels; ++channel)
      std::copy_n(planes + (size_t(channel) * height + size_t(first) * stride_) * width, size_t(seen) * width,
                  scratch->strip.values.data() + size_t(channel) * seen * width);
    runner_->run(scratch->strip, scratch->scores, threads);
    std::copy_n(scratch->scores.values.data() + size_t(begin - first) * columns, size_t(kept) * columns,
                scores.values.data() + size_t(begin) * columns);
  }
}

}  // namespace visavis
