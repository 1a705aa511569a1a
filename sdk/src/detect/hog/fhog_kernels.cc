// The FHOG kernels, compiled for each kind of CPU. Sums have dlib's precision, but not always its order.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "detect/hog/fhog_kernels.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "detect/hog/fhog_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace visavis::fhog::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// dlib takes the largest of nine scalar products with unit vectors. Here a gradient is compared with the tangents at
// which one product becomes larger than the next (of 10°, 30°, 50°, 70°, from dlib's vectors with their four digits).
// For all gradients of bytes the answer is the same.
constexpr float kTangents[4] = {0.0603f / 0.3420f, 0.1737f / 0.3008f, 0.2660f / 0.2232f, 0.3264f / 0.1188f};

template <int kPlanes, bool kFirst>
void GradientsOf(const PixelRows& rows, int begin, int end, float* HWY_RESTRICT lengths, uint16_t* HWY_RESTRICT bins) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<int32_t, decltype(d)> d32;
  const hn::Rebind<uint16_t, decltype(d)> d16;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  using V = hn::VFromD<decltype(d)>;
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  const auto difference = [&](const uint8_t* less, const uint8_t* more) HWY_ATTR {
    return hn::ConvertTo(d, hn::Sub(hn::PromoteTo(d32, hn::LoadU(d8, more)), hn::PromoteTo(d32, hn::LoadU(d8, less))));
  };
  for (int x = begin; x < end; x += int(hn::Lanes(d))) {
    V across = zero, down = zero, square = zero;
    for (int plane = 0; plane < kPlanes; ++plane) {
      const V dx = difference(rows.here[plane] + x - 1, rows.here[plane] + x + 1);
      const V dy = difference(rows.above[plane] + x, rows.below[plane] + x);
      const V length = hn::MulAdd(dx, dx, hn::Mul(dy, dy));
      if (plane == 0) {
        across = dx, down = dy, square = length;
        continue;
      }
      const auto better = kFirst ? hn::Gt(length, square) : hn::Ge(length, square);
      across = hn::IfThenElse(better, dx, across);
      down = hn::IfThenElse(better, dy, down);
      square = hn::IfThenElse(better, length, square);
    }
    const V wide = hn::Abs(across), high = hn::Abs(down);
    V sector = zero;  // from the horizontal, 20° each
    for (const float tangent : kTangents)
      sector = hn::Add(sector, hn::IfThenElseZero(hn::Gt(high, hn::Mul(wide, hn::Set(d, tangent))), one));
    const auto upwards = hn::Lt(down, zero);
    // A vertical gradient lies between two orientations. Both upwards and downwards, dlib's loop takes the one that it
    // meets first.
    const auto leftwards = hn::Lt(hn::Sub(across, hn::IfThenElseZero(upwards, hn::Set(d, 0.5f))), zero);
    sector = hn::IfThenElse(leftwards, hn::Sub(hn::Set(d, 9.0f), sector), sector);
    sector = hn::IfThenElse(upwards, hn::Sub(hn::Set(d, 18.0f), sector), sector);
    sector = hn::IfThenZeroElse(hn::Ge(sector, hn::Set(d, 18.0f)), sector);
    hn::StoreU(hn::Sqrt(square), d, lengths + x);
    hn::StoreU(hn::DemoteTo(d16, hn::ConvertTo(d32, hn::Mul(sector, hn::Set(d, 4.0f)))), d16, bins + x);
  }
}

void Gradients(const PixelRows& rows, int begin, int end, bool first_of_equals, float* HWY_RESTRICT lengths,
               uint16_t* HWY_RESTRICT bins) {
  if (rows.planes == 1) return GradientsOf<1, true>(rows, begin, end, lengths, bins);
  if (first_of_equals) return GradientsOf<3, true>(rows, begin, end, lengths, bins);
  return GradientsOf<3, false>(rows, begin, end, lengths, bins);
}

// The shares of each of the 64 pixels of a block in the cells of its four corners.
struct Shares {
  float of[8][8][4];
};
constexpr Shares make_shares() {
  Shares shares{};
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) {
      const float right = (float(x) + 0.5f) / 8, down = (float(y) + 0.5f) / 8;
      shares.of[y][x][0] = (1 - down) * (1 - right);
      shares.of[y][x][1] = (1 - down) * right;
      shares.of[y][x][2] = down * (1 - right);
      shares.of[y][x][3] = down * right;
    }
  return shares;
}
alignas(64) constexpr Shares kShares = make_shares();

void Vote(const float* HWY_RESTRICT lengths, const uint16_t* HWY_RESTRICT bins, int64_t stride, int first_row, int rows,
          int blocks, int64_t vote_stride, float* HWY_RESTRICT votes) {
  const hn::CappedTag<float, 4> d;  // the four corners
  const int lanes = int(hn::Lanes(d));
  constexpr int kSize = kOrientations * 4;
  alignas(64) float sums[2][kSize];  // neighbours use them in turn, so that one waits less for the sum of the other
  for (int block = 0; block < blocks; ++block) {
    for (int i = 0; i < 2 * kSize; i += lanes) hn::Store(hn::Zero(d), d, sums[0] + i);
    for (int row = 0; row < rows; ++row) {
      const float* length = lengths + row * stride + block * kCell;
      const uint16_t* bin = bins + row * stride + block * kCell;
      const float* share = kShares.of[first_row + row][0];
      for (int x = 0; x < kCell; ++x) {
        float* sum = sums[x % 2] + bin[x];
        for (int i = 0; i < 4; i += lanes)
          hn::Store(hn::MulAdd(hn::Set(d, length[x]), hn::Load(d, share + 4 * x + i), hn::Load(d, sum + i)), d,
                    sum + i);
      }
    }
    for (int o = 0; o < kOrientations; ++o)
      for (int i = 0; i < 4; i += lanes)
        hn::Store(hn::Add(hn::Load(d, sums[0] + 4 * o + i), hn::Load(d, sums[1] + 4 * o + i)), d,
                  votes + (o * vote_stride + block) * 4 + i);
  }
}

void Histograms(const float* HWY_RESTRICT votes, int64_t vote_stride, int cells, int64_t stride,
                float* HWY_RESTRICT scratch, float* HWY_RESTRICT lower, float* HWY_RESTRICT histogram) {
  const hn::ScalableTag<float> d;
  const int lanes = int(hn::Lanes(d));
  for (int o = 0; o < kOrientations; ++o) {
    const float* of = votes + o * vote_stride * 4;
    for (int i = 0; i <= cells; i += lanes) {
      hn::VFromD<decltype(d)> corner[4];
      hn::LoadInterleaved4(d, of + 4 * i, corner[0], corner[1], corner[2], corner[3]);
      for (int k = 0; k < 4; ++k) hn::StoreU(corner[k], d, scratch + k * stride + i);
    }
    for (int c = 0; c < cells; c += lanes) {
      const auto at = [&](int corner, int block) HWY_ATTR { return hn::LoadU(d, scratch + corner * stride + block); };
      float* left = lower + o * stride + c;
      hn::StoreU(hn::Add(hn::LoadU(d, left), hn::Add(at(0, c + 1), at(1, c))), d, histogram + o * stride + c);
      hn::StoreU(hn::Add(at(2, c + 1), at(3, c)), d, left);
    }
  }
}

void Energies(const float* HWY_RESTRICT histogram, int64_t stride, int cells, float* HWY_RESTRICT energy) {
  const hn::ScalableTag<float> d;
  for (int c = 0; c < cells; c += int(hn::Lanes(d))) {
    auto sum = hn::Zero(d);
    for (int o = 0; o < 9; ++o) {
      const auto both =
          hn::Add(hn::LoadU(d, histogram + o * stride + c), hn::LoadU(d, histogram + (o + 9) * stride + c));
      sum = hn::MulAdd(both, both, sum);
    }
    hn::StoreU(sum, d, energy + c);
  }
}

void Normalizers(const float* HWY_RESTRICT above, const float* HWY_RESTRICT below, int cells,
                 float* HWY_RESTRICT bounds, float* HWY_RESTRICT factors) {
  const hn::ScalableTag<float> d;
  for (int c = 0; c + 1 < cells; c += int(hn::Lanes(d))) {
    const auto sum = hn::Add(hn::Add(hn::LoadU(d, above + c), hn::LoadU(d, above + c + 1)),
                             hn::Add(hn::LoadU(d, below + c), hn::LoadU(d, below + c + 1)));
    const auto bound = hn::Mul(hn::Set(d, 0.2f), hn::Sqrt(hn::Add(sum, hn::Set(d, 0.0001f))));
    hn::StoreU(bound, d, bounds + c);
    hn::StoreU(hn::Div(hn::Set(d, 0.1f), bound), d, factors + c);
  }
}

void Features(const float* HWY_RESTRICT histogram, int64_t stride, int cells, const float* const* HWY_RESTRICT bounds,
              const float* const* HWY_RESTRICT factors, float* HWY_RESTRICT out, int64_t feature_stride) {
  const hn::ScalableTag<float> d;
  using V = hn::VFromD<decltype(d)>;
  for (int x = 0; x + 2 < cells; x += int(hn::Lanes(d))) {
    // Below and right, above and right, below and left, above and left.
    const V bound[4] = {hn::LoadU(d, bounds[1] + x + 1), hn::LoadU(d, bounds[0] + x + 1), hn::LoadU(d, bounds[1] + x),
                        hn::LoadU(d, bounds[0] + x)};
    const V factor[4] = {hn::LoadU(d, factors[1] + x + 1), hn::LoadU(d, factors[0] + x + 1),
                         hn::LoadU(d, factors[1] + x), hn::LoadU(d, factors[0] + x)};
    V textures[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    float* to = out + x;
    for (int o = 0; o < kOrientations; ++o) {
      const V amount = hn::LoadU(d, histogram + o * stride + x + 1);
      V sum = hn::Zero(d);
      for (int k = 0; k < 4; ++k) {
        const V part = hn::Mul(hn::Min(amount, bound[k]), factor[k]);
        textures[k] = hn::Add(textures[k], part);
        sum = hn::Add(sum, part);
      }
      hn::StoreU(sum, d, to + o * feature_stride);
    }
    for (int o = 0; o < 9; ++o) {
      const V amount =
          hn::Add(hn::LoadU(d, histogram + o * stride + x + 1), hn::LoadU(d, histogram + (o + 9) * stride + x + 1));
      V sum = hn::Zero(d);
      for (int k = 0; k < 4; ++k) sum = hn::Add(sum, hn::Mul(hn::Min(amount, bound[k]), factor[k]));
      hn::StoreU(sum, d, to + (kOrientations + o) * feature_stride);
    }
    for (int k = 0; k < 4; ++k)
      hn::StoreU(hn::Mul(textures[k], hn::Set(d, 2 * 0.2357f)), d, to + (27 + k) * feature_stride);
  }
}

}  // namespace visavis::fhog::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace visavis::fhog {
namespace {

HWY_EXPORT(Gradients);
HWY_EXPORT(Vote);
HWY_EXPORT(Histograms);
HWY_EXPORT(Energies);
HWY_EXPORT(Normalizers);
HWY_EXPORT(Features);

}  // namespace

void gradients(const PixelRows& rows, int begin, int end, bool first_of_equals, float* lengths, uint16_t* bins) {
  HWY_DYNAMIC_DISPATCH(Gradients)(rows, begin, end, first_of_equals, lengths, bins);
}
void vote(const float* lengths, const uint16_t* bins, int64_t stride, int first_row, int rows, int blocks,
          int64_t vote_stride, float* votes) {
  HWY_DYNAMIC_DISPATCH(Vote)(lengths, bins, stride, first_row, rows, blocks, vote_stride, votes);
}
void histograms(const float* votes, int64_t vote_stride, int cells, int64_t stride, float* scratch, float* lower,
                float* histogram) {
  HWY_DYNAMIC_DISPATCH(Histograms)(votes, vote_stride, cells, stride, scratch, lower, histogram);
}
void energies(const float* histogram, int64_t stride, int cells, float* energy) {
  HWY_DYNAMIC_DISPATCH(Energies)(histogram, stride, cells, energy);
}
void normalizers(const float* energy_above, const float* energy_below, int cells, float* bounds, float* factors) {
  HWY_DYNAMIC_DISPATCH(Normalizers)(energy_above, energy_below, cells, bounds, factors);
}
void features(const float* histogram, int64_t stride, int cells, const float* const bounds[2],
              const float* const factors[2], float* out, int64_t feature_stride) {
  HWY_DYNAMIC_DISPATCH(Features)(histogram, stride, cells, bounds, factors, out, feature_stride);
}

}  // namespace visavis::fhog
#endif  // HWY_ONCE
