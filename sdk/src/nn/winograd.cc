// Some tiles of 2×2 outputs at a time: their 4×4 inputs are transformed, multiplied by the weights place by place, and
// transformed back.
#include "nn/winograd.h"

#include <algorithm>
#include <array>

#include "nn/row_kernels.h"

namespace visavis {
namespace {

constexpr int kPlaces = 16;            // of a transformed tile
constexpr int64_t kScratch = 100'000;  // floats, of inputs and outputs together: they stay in the cache
constexpr int64_t kLeastPixels = 48;   // measured: of 4×4 px it takes twice the time, of 8×8 px less
constexpr int kLeastTiles = 12;        // together: the weights are read anew for each group

// G g Gᵀ, place by place.
std::array<double, kPlaces> transformed(const float* kernel) {
  constexpr double kG[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
  std::array<double, kPlaces> made{};
  for (size_t y = 0; y < 4; ++y)
    for (size_t x = 0; x < 4; ++x)
      for (size_t i = 0; i < 3; ++i)
        for (size_t j = 0; j < 3; ++j) made[4 * y + x] += kG[y][i] * double(kernel[3 * i + j]) * kG[x][j];
  return made;
}

}  // namespace

bool Winograd::fits(const Layer& layer, int height, int width) {
  return int64_t{height} * width >= kLeastPixels && layer.kind == LayerKind::convolution && layer.groups == 1 &&
         layer.kernel_height == 3 && layer.kernel_width == 3 && layer.stride == 1 && layer.padding_height == 1 &&
         layer.padding_width == 1 && layer.more_bottom == 0 && layer.more_right == 0 &&
         layer.in_channels % kChannelBlock == 0 && layer.out_channels % kChannelBlock == 0;
}

Winograd::Winograd(const Layer& layer)
    : in_channels_(layer.in_channels),
      out_channels_(layer.out_channels),
      relu_(layer.relu),
      weights_(aligned_zeros(size_t(kPlaces) * size_t(in_channels_) * size_t(out_channels_))),
      bias_(aligned_zeros(size_t(out_channels_))),
      zeros_(aligned_zeros(size_t(std::max(in_channels_, out_channels_)))) {
  std::copy(layer.bias.begin(), layer.bias.end(), bias_.get());
  const auto inputs = size_t(in_channels_), outputs = size_t(out_channels_);
  for (size_t o = 0; o < outputs; ++o)
    for (size_t i = 0; i < inputs; ++i) {
      const auto places = transformed(layer.weights.data() + (o * inputs + i) * 9);
      for (size_t place = 0; place < kPlaces; ++place)
        weights_[(place * inputs + i) * outputs + o] = float(places[place]);
    }
}

int Winograd::tiles_at_once() const {
  const int64_t fit = kScratch / (int64_t{kPlaces} * (in_channels_ + out_channels_));
  return std::max(kLeastTiles, int(fit / kLeastTiles) * kLeastTiles);
}

int64_t Winograd::scratch() const { return int64_t{kPlaces} * (in_channels_ + out_channels_) * tiles_at_once(); }

void Winograd::run(const float* in, int count, int height, int width, const float* addend, float* scratch,
                   float* out) const {
  const int across = (width + 1) / 2, down = (height + 1) / 2, most = tiles_at_once();
  const int64_t all = int64_t{count} * across * down;
  float *const inputs = scratch, *const outputs = scratch + int64_t{kPlaces} * in_channels_ * most;
  // Calls body(i, picture, top, left) for the tiles from `first` on; top and left are of their 2×2 outputs.
  const auto each_tile = [&](int64_t first, int tiles, const auto& body) {
    for (int i = 0; i < tiles; ++i) {
      const int64_t picture = (first + i) / (across * down), place = (first + i) % (across * down);
      body(i, picture, int(place / across) * 2, int(place % across) * 2);
    }
  };
  for (int64_t first = 0; first < all; first += most) {
    const int tiles = int(std::min<int64_t>(most, all - first));
    const int64_t in_step = int64_t{tiles} * in_channels_, out_step = int64_t{tiles} * out_channels_;
    each_tile(first, tiles, [&](int i, int64_t picture, int top, int left) {
      WinogradInput input{{}, in_channels_, inputs + int64_t{i} * in_channels_, in_step};
      for (int p = 0; p < kPlaces; ++p) {
        const int y = top - 1 + p / 4, x = left - 1 + p % 4;
        const bool inside = y >= 0 && y < height && x >= 0 && x < width;
        input.pixels[p] = inside ? in + ((picture * height + y) * width + x) * in_channels_ : zeros_.get();
      }
      winograd_input(input);
    });
    for (int p = 0; p < kPlaces; ++p)
      pointwise_row({inputs + p * in_step, tiles, in_channels_,
                     weights_.get() + int64_t{p} * in_channels_ * out_channels_, zeros_.get(), out_channels_,
                     outputs + p * out_step});
    each_tile(first, tiles, [&](int i, int64_t picture, int top, int left) {
      WinogradOutput output{outputs + int64_t{i} * out_channels_, out_step, bias_.get(), {}, {}, out_channels_, relu_};
      for (int p = 0; p < 4; ++p) {
        const int y = top + p / 2, x = left + p % 2;
        if (y >= height || x >= width) continue;
        const int64_t at = ((picture * height + y) * width + x) * out_channels_;
        output.addends[p] = addend ? addend + at : zeros_.get();
        output.pixels[p] = out + at;
      }
      winograd_output(output);
    });
  }
}

}  // namespace visavis
