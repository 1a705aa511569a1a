// H.273's matrices as tables: one look-up for each sample.
#include "image/modules/heif/heif_colour.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "image/modules/heif/heif_boxes.h"

namespace visavis::heif {
namespace {

constexpr int kPoint = 16;
constexpr int kGbr = 0;

uint32_t sample(const uint8_t* row, int64_t x, bool wide) {
  if (!wide) return row[x];
  uint16_t value = 0;
  std::memcpy(&value, row + 2 * x, 2);
  return value;
}

uint8_t rounded(int32_t value) { return uint8_t(std::clamp((value + (1 << (kPoint - 1))) >> kPoint, 0, 255)); }

}  // namespace

Colours::Colours(const Planes& planes, std::span<const uint8_t> nclx) : planes_(planes) {
  bool full = planes.full_range;
  int matrix = planes.matrix;
  if (!nclx.empty()) {
    Cursor cursor(nclx);
    cursor.take(8);  // its name, primaries, transfer
    matrix = int(cursor.u16());
    full = cursor.u8() & 0x80;
  }
  identity_ = matrix == kGbr && !planes.grey;
  if (identity_ && (planes.halved_across || planes.halved_down)) fail("its colour settings contradict each other");
  const double red = matrix == 1 ? 0.2126 : matrix == 9 || matrix == 10 ? 0.2627 : 0.299;
  const double blue = matrix == 1 ? 0.0722 : matrix == 9 || matrix == 10 ? 0.0593 : 0.114;
  const double green = 1 - red - blue;
  const int count = 1 << planes.bits;
  const double step = double(count) / 256;  // of 8 bits
  const double black = full ? 0 : 16 * step, grey = count / 2.0;
  const double scale = 255 / (full ? count - 1.0 : 219 * step), chroma_scale = 255 / (full ? count - 1.0 : 224 * step);
  const auto table = [&](double zero, double factor) {
    auto values = std::vector<int32_t>(size_t(count));
    for (int i = 0; i < count; ++i) values[size_t(i)] = int32_t(std::lround((i - zero) * factor * (1 << kPoint)));
    return values;
  };
  luma_ = table(black, scale);
  if (planes.grey || identity_) return;
  red_of_v_ = table(grey, chroma_scale * 2 * (1 - red));
  blue_of_u_ = table(grey, chroma_scale * 2 * (1 - blue));
  green_of_v_ = table(grey, -chroma_scale * 2 * (1 - red) * red / green);
  green_of_u_ = table(grey, -chroma_scale * 2 * (1 - blue) * blue / green);
}

void Colours::rgb(int64_t y, int64_t count, uint8_t* out) const {
  const bool wide = planes_.bits > 8;
  const uint32_t most = (1u << planes_.bits) - 1;  // what lies above in 16 bits is damage
  const uint8_t* rows[3] = {};
  for (int i = 0; i < (planes_.grey ? 1 : 3); ++i)
    rows[i] = planes_.data[i] + planes_.stride[i] * (i == 0 ? y : y >> planes_.halved_down);
  for (int64_t x = 0; x < count; ++x, out += 3) {
    const int32_t luma = luma_[sample(rows[0], x, wide) & most];
    if (planes_.grey) {
      out[0] = out[1] = out[2] = rounded(luma);
      continue;
    }
    const uint32_t u = sample(rows[1], x >> planes_.halved_across, wide) & most;
    const uint32_t v = sample(rows[2], x >> planes_.halved_across, wide) & most;
    if (identity_) {
      out[0] = rounded(luma_[v]), out[1] = rounded(luma), out[2] = rounded(luma_[u]);
    } else {
      out[0] = rounded(luma + red_of_v_[v]);
      out[1] = rounded(luma + green_of_u_[u] + green_of_v_[v]);
      out[2] = rounded(luma + blue_of_u_[u]);
    }
  }
}

void Colours::first(int64_t y, int64_t count, uint8_t* out) const {
  const uint8_t* row = planes_.data[0] + planes_.stride[0] * y;
  const uint32_t most = (1u << planes_.bits) - 1;
  for (int64_t x = 0; x < count; ++x)
    out[x] = uint8_t(((sample(row, x, planes_.bits > 8) & most) * 255 + most / 2) / most);
}

}  // namespace visavis::heif
