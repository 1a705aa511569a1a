// dlib's bilinear resize on planes, with sums in the same order and precision. Compiled for each kind of CPU.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "detect/hog/pyramid.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "detect/hog/pyramid.h"

HWY_BEFORE_NAMESPACE();
namespace visavis::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void SplitRow(const uint8_t* HWY_RESTRICT rgb, int width, uint8_t* HWY_RESTRICT r, uint8_t* HWY_RESTRICT g,
              uint8_t* HWY_RESTRICT b) {
  const hn::ScalableTag<uint8_t> d;
  const int lanes = int(hn::Lanes(d));
  int x = 0;
  for (; x + lanes <= width; x += lanes) {
    hn::VFromD<decltype(d)> red, green, blue;
    hn::LoadInterleaved3(d, rgb + 3 * size_t(x), red, green, blue);
    hn::StoreU(red, d, r + x);
    hn::StoreU(green, d, g + x);
    hn::StoreU(blue, d, b + x);
  }
  for (; x < width; ++x) {
    r[x] = rgb[3 * size_t(x)];
    g[x] = rgb[3 * size_t(x) + 1];
    b[x] = rgb[3 * size_t(x) + 2];
  }
}

void GreyRow(const uint8_t* HWY_RESTRICT rgb, int width, uint8_t* HWY_RESTRICT grey) {
  const hn::ScalableTag<uint16_t> d16;
  const hn::Rebind<uint8_t, decltype(d16)> d8;
  const auto third = hn::Set(d16, 21846);  // of 2^16: right for all sums of three bytes
  const int lanes = int(hn::Lanes(d16));
  int x = 0;
  for (; x + lanes <= width; x += lanes) {
    hn::VFromD<decltype(d8)> red, green, blue;
    hn::LoadInterleaved3(d8, rgb + 3 * size_t(x), red, green, blue);
    const auto sum = hn::Add(hn::Add(hn::PromoteTo(d16, red), hn::PromoteTo(d16, green)), hn::PromoteTo(d16, blue));
    const hn::RebindToSigned<decltype(d16)> signed16;
    hn::StoreU(hn::DemoteTo(d8, hn::BitCast(signed16, hn::MulHigh(sum, third))), d8, grey + x);
  }
  for (; x < width; ++x) {
    const uint8_t* pixel = rgb + 3 * size_t(x);
    grey[x] = uint8_t((pixel[0] + pixel[1] + pixel[2]) / 3);
  }
}

// Collects, for each 8 columns, the 8 left neighbours and then the 8 right ones.
void GatherRow(const uint8_t* HWY_RESTRICT row, const int32_t* HWY_RESTRICT bases, const uint8_t* HWY_RESTRICT picks,
               int groups, uint8_t* HWY_RESTRICT out) {
#if HWY_TARGET == HWY_SCALAR
  for (int i = 0; i < 16 * groups; ++i) out[i] = row[bases[i / 16] + picks[i]];
#else
  const hn::FixedTag<uint8_t, 16> d;
  for (int i = 0; i < groups; ++i)
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, row + bases[i]), hn::LoadU(d, picks + 16 * i)), d, out + 16 * i);
#endif
}

// Whether to round to whole numbers, or to cut: dlib rounds only for grey pictures.
template <bool kRounded>
void BlendRow(const uint8_t* HWY_RESTRICT top, const uint8_t* HWY_RESTRICT bottom, const float* HWY_RESTRICT fractions,
              int groups, float above, float below, uint8_t* HWY_RESTRICT out) {
  const hn::CappedTag<float, 8> d;
  const hn::Rebind<int32_t, decltype(d)> d32;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const int lanes = int(hn::Lanes(d));
  const auto weight_top = hn::Set(d, above), weight_bottom = hn::Set(d, below), one = hn::Set(d, 1.0f);
  const auto load = [&](const uint8_t* from)
                        HWY_ATTR { return hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d8, from))); };
  for (int i = 0; i < groups; ++i) {
    for (int lane = 0; lane < 8; lane += lanes) {
      const auto right = hn::LoadU(d, fractions + 8 * i + lane), left = hn::Sub(one, right);
      const uint8_t *upper = top + 16 * i + lane, *lower = bottom + 16 * i + lane;
      auto sum = hn::Mul(hn::Mul(weight_top, left), load(upper));
      sum = hn::Add(sum, hn::Mul(hn::Mul(weight_top, right), load(upper + 8)));
      sum = hn::Add(sum, hn::Mul(hn::Mul(weight_bottom, left), load(lower)));
      sum = hn::Add(sum, hn::Mul(hn::Mul(weight_bottom, right), load(lower + 8)));
      auto whole = hn::ConvertTo(d32, sum);
      if (kRounded) {
        const auto up = hn::Ge(hn::Sub(sum, hn::ConvertTo(d, whole)), hn::Set(d, 0.5f));
        whole = hn::Sub(whole, hn::VecFromMask(d32, hn::RebindMask(d32, up)));
      }
      hn::StoreU(hn::DemoteTo(d8, whole), d8, out + 8 * i + lane);
    }
  }
}

void BlendColour(const uint8_t* HWY_RESTRICT top, const uint8_t* HWY_RESTRICT bottom,
                 const float* HWY_RESTRICT fractions, int groups, float above, float below, uint8_t* HWY_RESTRICT out) {
  BlendRow<false>(top, bottom, fractions, groups, above, below, out);
}

void BlendGrey(const uint8_t* HWY_RESTRICT top, const uint8_t* HWY_RESTRICT bottom, const float* HWY_RESTRICT fractions,
               int groups, float above, float below, uint8_t* HWY_RESTRICT out) {
  BlendRow<true>(top, bottom, fractions, groups, above, below, out);
}

}  // namespace visavis::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace visavis {
namespace {

HWY_EXPORT(SplitRow);
HWY_EXPORT(GreyRow);
HWY_EXPORT(GatherRow);
HWY_EXPORT(BlendColour);
HWY_EXPORT(BlendGrey);

}  // namespace

void split_rows(const ImageView& image, Planes& planes, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    const uint8_t* row = image.data + y * image.stride;
    if (planes.count == 1) {
      HWY_DYNAMIC_DISPATCH(GreyRow)(row, image.width, planes.row(0, y));
    } else {
      HWY_DYNAMIC_DISPATCH(SplitRow)(row, image.width, planes.row(0, y), planes.row(1, y), planes.row(2, y));
    }
  }
}

Shrinking::Shrinking(int width, int height) : width_(5 * width / 6), height_(5 * height / 6) {
  // Positions are added up step by step as in dlib: the rounding errors are part of the result.
  const double x_scale = (width - 1) / double(std::max(width_ - 1, 1));
  const double y_scale = (height - 1) / double(std::max(height_ - 1, 1));
  const auto place = [](double at, int size) {
    const int first = int(std::floor(at));
    return Place{first, std::min(first + 1, size - 1), at - first};
  };
  double y = -y_scale;
  for (int r = 0; r < height_; ++r) lines_.push_back(place(y += y_scale, height));

  double x = -4 * x_scale;
  float four[4] = {float(x), float(x + x_scale), float(x + 2 * x_scale), float(x + 3 * x_scale)};
  const float step = float(4 * x_scale);
  std::vector<int> lefts;
  for (single_ = 0;; single_ += 4) {
    for (float& at : four) at += step;
    if (int(four[3]) + 1 >= width) break;
    for (const float at : four) {
      lefts.push_back(int(at));
      fractions_.push_back(at - float(int(at)));
    }
  }
  x = -x_scale + single_ * x_scale;
  for (int c = single_; c < width_; ++c) last_columns_.push_back(place(x += x_scale, width));

  while (lefts.size() % 8) {  // computed to fill a group, and then overwritten
    lefts.push_back(lefts.back());
    fractions_.push_back(0);
  }
  for (size_t c = 0; c < lefts.size(); c += 8) {
    bases_.push_back(lefts[c]);
    for (const int right : {0, 1})
      for (size_t i = c; i < c + 8; ++i) picks_.push_back(uint8_t(lefts[i] - lefts[c] + right));
  }
}

void Shrinking::rows(const Planes& from, Planes& to, int begin, int end) const {
  const int groups = int(bases_.size());
  const bool grey = from.count == 1;
  const auto blend = grey ? HWY_DYNAMIC_DISPATCH(BlendGrey) : HWY_DYNAMIC_DISPATCH(BlendColour);
  std::vector<uint8_t> gathered(size_t(groups) * 16 * 2 * from.count);
  for (int plane = 0; plane < from.count; ++plane) {
    uint8_t* neighbours[2] = {gathered.data(), gathered.data() + size_t(groups) * 16};  // of the rows below
    int holds[2] = {-1, -1};
    const auto gather = [&](int slot, int y) {
      if (holds[slot] == y) return;
      HWY_DYNAMIC_DISPATCH(GatherRow)(from.row(plane, y), bases_.data(), picks_.data(), groups, neighbours[slot]);
      holds[slot] = y;
    };
    for (int r = begin; r < end; ++r) {
      const Place& line = lines_[r];
      if (holds[1] == line.first) {
        std::swap(neighbours[0], neighbours[1]);
        std::swap(holds[0], holds[1]);
      }
      gather(0, line.first);
      gather(1, line.second);
      uint8_t* out = to.row(plane, r);
      blend(neighbours[0], neighbours[1], fractions_.data(), groups, float(1 - line.fraction), float(line.fraction),
            out);
      const uint8_t *top = from.row(plane, line.first), *bottom = from.row(plane, line.second);
      for (size_t i = 0; i < last_columns_.size(); ++i) {
        const auto& [left, right, fraction] = last_columns_[i];
        if (grey) {
          const float share = float(fraction);
          out[single_ + int(i)] = uint8_t(float((1 - line.fraction) * ((1 - share) * top[left] + share * top[right]) +
                                                line.fraction * ((1 - share) * bottom[left] + share * bottom[right])));
        } else {
          out[single_ + int(i)] = uint8_t((1 - line.fraction) * ((1 - fraction) * top[left] + fraction * top[right]) +
                                          line.fraction * ((1 - fraction) * bottom[left] + fraction * bottom[right]));
        }
      }
    }
  }
}

}  // namespace visavis
#endif  // HWY_ONCE
