// A picture as planes of bytes, one of grey or three of red, green and blue: what SIMD reads without shuffling.
#pragma once

#include <cstdint>
#include <memory>

namespace visavis {

struct Planes {
  static constexpr int kMargin = 64;  // bytes behind each row that a kernel may read and overwrite

  Planes() = default;
  Planes(int planes, int w, int h)
      : count(planes),
        width(w),
        height(h),
        stride((int64_t{w} + 2 * kMargin - 1) / kMargin * kMargin),
        bytes(new uint8_t[size_t(count) * h * stride]) {}

  uint8_t* row(int plane, int y) { return bytes.get() + (int64_t{plane} * height + y) * stride; }
  const uint8_t* row(int plane, int y) const { return bytes.get() + (int64_t{plane} * height + y) * stride; }

  int count = 0, width = 0, height = 0;
  int64_t stride = 0;
  std::unique_ptr<uint8_t[]> bytes;  // the system gives memory for a page when it is first written
};

}  // namespace visavis
