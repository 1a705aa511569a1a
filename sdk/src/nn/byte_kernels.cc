// Highway of today has no such products, so these are the CPU's own instructions.
#include "nn/byte_kernels.h"

#include "base/error.h"

#if defined(__x86_64__) && defined(__GNUC__)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // of GCC's own header
#include <immintrin.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cstring>

#define VISAVIS_BYTES __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define VISAVIS_BYTES_INLINE VISAVIS_BYTES __attribute__((always_inline)) inline

namespace visavis {
namespace {

constexpr int kLanes = 16;

VISAVIS_BYTES_INLINE __m512 prelu(__m512 value, __m512 slope) {
  const __m512 zero = _mm512_setzero_ps();
  return _mm512_fmadd_ps(slope, _mm512_min_ps(value, zero), _mm512_max_ps(value, zero));
}

// kPixels pixels from p on, kVectors vectors of their channels from c on.
template <int kPixels, int kVectors>
VISAVIS_BYTES_INLINE void multiply_block(const ByteProducts& b, int p, int c) {
  __m512i sums[kPixels][kVectors];
  for (int i = 0; i < kPixels; ++i)
    for (int v = 0; v < kVectors; ++v) sums[i][v] = _mm512_setzero_si512();
  const int8_t* weights = b.weights + int64_t{c} * 4;
  const int64_t row = int64_t{b.out_channels} * 4, channels = b.in.channels;
  const uint8_t* bytes = b.in.bytes + p * channels;
  for (int64_t k = 0; k < channels; k += 4, weights += row) {
    __m512i w[kVectors];
    for (int v = 0; v < kVectors; ++v) w[v] = _mm512_loadu_si512(weights + v * 4 * kLanes);
    for (int i = 0; i < kPixels; ++i) {
      int32_t four;
      std::memcpy(&four, bytes + i * channels + k, 4);
      const __m512i value = _mm512_set1_epi32(four);
      for (int v = 0; v < kVectors; ++v) sums[i][v] = _mm512_dpbusd_epi32(sums[i][v], value, w[v]);
    }
  }
  for (int v = 0; v < kVectors; ++v) {
    const int at = c + v * kLanes;
    const __m512 scales = _mm512_load_ps(b.scales + at), of_least = _mm512_load_ps(b.sums + at);
    const __m512 bias = _mm512_load_ps(b.bias + at), slopes = _mm512_load_ps(b.slopes + at);
    for (int i = 0; i < kPixels; ++i) {
      const __m512 scale = _mm512_mul_ps(scales, _mm512_set1_ps(b.in.steps[p + i]));
      const __m512 rest = _mm512_fmadd_ps(of_least, _mm512_set1_ps(b.in.least[p + i]), bias);
      const __m512 sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[i][v]), scale, rest);
      _mm512_store_ps(b.out[p + i] + at, prelu(sum, slopes));
    }
  }
}

template <int kPixels, int kVectors>
VISAVIS_BYTES_INLINE void multiply_pixels(const ByteProducts& b, int c) {
  if (b.pixels < kPixels) {
    for (int p = 0; p < b.pixels; ++p) multiply_block<1, kVectors>(b, p, c);
    return;
  }
  // Where the pixels are no whole number of blocks, some are computed twice.
  for (int p = 0; p < b.pixels; p += kPixels) multiply_block<kPixels, kVectors>(b, std::min(p, b.pixels - kPixels), c);
}

VISAVIS_BYTES void multiply(const ByteProducts& b) {
  int c = 0;
  for (; c + 4 * kLanes <= b.out_channels; c += 4 * kLanes) multiply_pixels<6, 4>(b, c);
  for (; c < b.out_channels; c += kLanes) multiply_pixels<12, 1>(b, c);
}

VISAVIS_BYTES void bytes_of(float* values, int pixels, const float* slopes, const BytePixels& to) {
  for (int p = 0; p < pixels; ++p, values += to.channels) {
    __m512 least = _mm512_set1_ps(3e38f), most = _mm512_set1_ps(-3e38f);
    for (int c = 0; c < to.channels; c += kLanes) {
      const __m512 value = prelu(_mm512_load_ps(values + c), _mm512_load_ps(slopes + c));
      _mm512_store_ps(values + c, value);
      least = _mm512_min_ps(least, value), most = _mm512_max_ps(most, value);
    }
    const float low = _mm512_reduce_min_ps(least), range = _mm512_reduce_max_ps(most) - low;
    const float step = range / 255, each = range > 1e-30f ? 255 / range : 0;
    to.steps[p] = step, to.least[p] = low;
    const __m512 lows = _mm512_set1_ps(low), times = _mm512_set1_ps(each);
    uint8_t* bytes = to.bytes + int64_t{p} * to.channels;
    for (int c = 0; c < to.channels; c += kLanes) {
      const __m512 value = _mm512_mul_ps(_mm512_sub_ps(_mm512_load_ps(values + c), lows), times);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + c), _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(value)));
    }
  }
}

VISAVIS_BYTES void by_two(const float* const rows[3], int pixels, int channels, const float* weights, const float* bias,
                          float* out) {
  for (int c = 0; c < channels; c += kLanes) {
    __m512 w[9];
    for (int i = 0; i < 9; ++i) w[i] = _mm512_load_ps(weights + i * channels + c);
    const __m512 first = _mm512_load_ps(bias + c);
    for (int x = 0; x < pixels; ++x) {
      __m512 sum = first;
      for (int i = 0; i < 9; ++i)
        sum = _mm512_fmadd_ps(_mm512_load_ps(rows[i / 3] + int64_t{2 * x + i % 3} * channels + c), w[i], sum);
      _mm512_store_ps(out + int64_t{x} * channels + c, sum);
    }
  }
}

VISAVIS_BYTES void prelus(float* values, int pixels, int channels, const float* slopes) {
  for (int p = 0; p < pixels; ++p, values += channels)
    for (int c = 0; c < channels; c += kLanes)
      _mm512_store_ps(values + c, prelu(_mm512_load_ps(values + c), _mm512_load_ps(slopes + c)));
}

}  // namespace

bool has_byte_kernels() {
  static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512vnni");
  return has;
}

void multiply_bytes(const ByteProducts& products) { multiply(products); }
void to_bytes(float* values, int pixels, const float* slopes, const BytePixels& to) {
  bytes_of(values, pixels, slopes, to);
}
void depthwise_row_by_two(const float* const rows[3], int pixels, int channels, const float* weights, const float* bias,
                          float* out) {
  by_two(rows, pixels, channels, weights, bias, out);
}
void prelu_row(float* values, int pixels, int channels, const float* slopes) {
  prelus(values, pixels, channels, slopes);
}

}  // namespace visavis

#else

namespace visavis {
namespace {
[[noreturn]] void none() { throw Error(VAV_E_INTERNAL, "this build has no products of bytes"); }
}  // namespace

bool has_byte_kernels() { return false; }
void multiply_bytes(const ByteProducts&) { none(); }
void to_bytes(float*, int, const float*, const BytePixels&) { none(); }
void depthwise_row_by_two(const float* const[3], int, int, const float*, const float*, float*) { none(); }
void prelu_row(float*, int, int, const float*) { none(); }

}  // namespace visavis

#endif
