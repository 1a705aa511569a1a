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

constexpr int kLanes = kByteLanes;

VISAVIS_BYTES_INLINE __m512 prelu(__m512 value, __m512 slope) {
  const __m512 zero = _mm512_setzero_ps();
  return _mm512_fmadd_ps(slope, _mm512_min_ps(value, zero), _mm512_max_ps(value, zero));
}

// Four products of bytes in each lane, added up. The intrinsic does the same, but GCC 12 then copies all sums all the time.
VISAVIS_BYTES_INLINE __m512i add_products(__m512i sums, __m512i bytes, __m512i weights) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(bytes), "v"(weights));
  return sums;
}

template <int kPixels, int kVectors>
struct ByteSums {
  __m512i of[kPixels][kVectors];
};

// Of kPixels pixels that lie `apart` bytes apart, kVectors vectors of outputs.
template <int kPixels, int kVectors>
VISAVIS_BYTES_INLINE ByteSums<kPixels, kVectors> sum_products(const uint8_t* bytes, int64_t apart, int64_t channels,
                                                              const int8_t* weights) {
  ByteSums<kPixels, kVectors> sums;
  for (int i = 0; i < kPixels; ++i)
    for (int v = 0; v < kVectors; ++v) sums.of[i][v] = _mm512_setzero_si512();
  for (int64_t k = 0; k < channels; k += 4, weights += 4 * kLanes * kVectors) {
    __m512i w[kVectors];
    for (int v = 0; v < kVectors; ++v) w[v] = _mm512_loadu_si512(weights + v * 4 * kLanes);
    for (int i = 0; i < kPixels; ++i) {
      int32_t four;
      std::memcpy(&four, bytes + i * apart + k, 4);
      const __m512i value = _mm512_set1_epi32(four);
      for (int v = 0; v < kVectors; ++v) sums.of[i][v] = add_products(sums.of[i][v], value, w[v]);
    }
  }
  return sums;
}

// kPixels pixels from p on, kVectors vectors of their channels from c on.
template <int kPixels, int kVectors>
VISAVIS_BYTES_INLINE void multiply_block(const ByteProducts& b, int p, int c) {
  const int64_t channels = b.in.channels;
  const auto sums =
      sum_products<kPixels, kVectors>(b.in.bytes + p * channels, channels, channels, b.weights + c * channels);
  for (int v = 0; v < kVectors; ++v) {
    const int at = c + v * kLanes;
    const __m512 scales = _mm512_load_ps(b.scales + at), of_least = _mm512_load_ps(b.sums + at);
    const __m512 bias = _mm512_load_ps(b.bias + at), slopes = _mm512_load_ps(b.slopes + at);
    for (int i = 0; i < kPixels; ++i) {
      const __m512 scale = _mm512_mul_ps(scales, _mm512_set1_ps(b.in.steps[p + i]));
      const __m512 rest = _mm512_fmadd_ps(of_least, _mm512_set1_ps(b.in.least[p + i]), bias);
      const __m512 sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums.of[i][v]), scale, rest);
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

// Maps of 112 px and of halves, quarters, … of it are whole blocks of seven pixels.
VISAVIS_BYTES void multiply(const ByteProducts& b) {
  int c = 0;
  for (; c + 4 * kLanes <= b.out_channels; c += 4 * kLanes) multiply_pixels<7, 4>(b, c);
  for (; c < b.out_channels; c += kLanes) multiply_pixels<14, 1>(b, c);
}

// kMaps maps, kVectors vectors of their outputs from o on.
template <int kMaps, int kVectors>
VISAVIS_BYTES_INLINE void multiply_maps_block(const ByteMaps& b, int o) {
  const int64_t channels = b.in.channels, map = b.pixels * channels;
  __m512 sums[kMaps][kVectors];
  for (int v = 0; v < kVectors; ++v)
    for (int m = 0; m < kMaps; ++m) sums[m][v] = _mm512_load_ps(b.bias + o + v * kLanes);
  for (int p = 0; p < b.pixels; ++p) {
    const auto products = sum_products<kMaps, kVectors>(b.in.bytes + p * channels, map, channels,
                                                        b.weights + o * map + p * channels * kVectors * kLanes);
    for (int v = 0; v < kVectors; ++v) {
      const int64_t at = int64_t{p} * b.outputs + o + v * kLanes;
      const __m512 scales = _mm512_load_ps(b.scales + at), of_least = _mm512_load_ps(b.sums + at);
      for (int m = 0; m < kMaps; ++m) {
        const __m512 scale = _mm512_mul_ps(scales, _mm512_set1_ps(b.in.steps[m * b.pixels + p]));
        sums[m][v] = _mm512_fmadd_ps(of_least, _mm512_set1_ps(b.in.least[m * b.pixels + p]), sums[m][v]);
        sums[m][v] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products.of[m][v]), scale, sums[m][v]);
      }
    }
  }
  for (int v = 0; v < kVectors; ++v)
    for (int m = 0; m < kMaps; ++m) _mm512_store_ps(b.out + int64_t{m} * b.outputs + o + v * kLanes, sums[m][v]);
}

template <int kVectors>
VISAVIS_BYTES_INLINE void multiply_maps_vectors(const ByteMaps& b, int o) {
  if (b.maps == 1) return multiply_maps_block<1, kVectors>(b, o);
  if (b.maps == 2) return multiply_maps_block<2, kVectors>(b, o);
  if (b.maps == 3) return multiply_maps_block<3, kVectors>(b, o);
  multiply_maps_block<kMostByteMaps, kVectors>(b, o);
}

VISAVIS_BYTES void multiply_maps(const ByteMaps& b) {
  int o = 0;
  for (; o + 4 * kLanes <= b.outputs; o += 4 * kLanes) multiply_maps_vectors<4>(b, o);
  for (; o < b.outputs; o += kLanes) multiply_maps_vectors<1>(b, o);
}

// change(value, c) is what a vector of values from channel c on becomes before it is rounded.
template <class Change>
VISAVIS_BYTES_INLINE void bytes_of(float* values, int pixels, const BytePixels& to, const Change& change) {
  for (int p = 0; p < pixels; ++p, values += to.channels) {
    __m512 least = _mm512_set1_ps(3e38f), most = _mm512_set1_ps(-3e38f);
    for (int c = 0; c < to.channels; c += kLanes) {
      const __m512 value = change(_mm512_load_ps(values + c), c);
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

VISAVIS_BYTES void bytes_of_prelu(float* values, int pixels, const float* slopes, const BytePixels& to) {
  bytes_of(values, pixels, to,
           [&](__m512 value, int c) VISAVIS_BYTES { return prelu(value, _mm512_load_ps(slopes + c)); });
}

VISAVIS_BYTES void bytes_of_scaled(float* values, int pixels, const float* factors, const float* terms,
                                   const BytePixels& to) {
  bytes_of(values, pixels, to, [&](__m512 value, int c) VISAVIS_BYTES {
    return _mm512_fmadd_ps(value, _mm512_load_ps(factors + c), _mm512_load_ps(terms + c));
  });
}

// kPixels pixels of one vector of channels: what they have in common is read once.
template <int kPixels>
VISAVIS_BYTES_INLINE void by_two_block(const float* const rows[3], int x, int64_t channels, int64_t c,
                                       const float* weights, const float* bias, float* out) {
  __m512 sums[kPixels];
  for (int p = 0; p < kPixels; ++p) sums[p] = _mm512_load_ps(bias + c);
  for (int y = 0; y < 3; ++y) {
    __m512 w[3];
    for (int dx = 0; dx < 3; ++dx) w[dx] = _mm512_load_ps(weights + (3 * y + dx) * channels + c);
    for (int i = 0; i < 2 * kPixels + 1; ++i) {
      const __m512 value = _mm512_load_ps(rows[y] + (2 * x + i) * channels + c);
      for (int dx = 0; dx < 3; ++dx)
        if ((i - dx) % 2 == 0 && i >= dx && i - dx < 2 * kPixels)
          sums[(i - dx) / 2] = _mm512_fmadd_ps(value, w[dx], sums[(i - dx) / 2]);
    }
  }
  for (int p = 0; p < kPixels; ++p) _mm512_store_ps(out + (x + p) * channels + c, sums[p]);
}

VISAVIS_BYTES void by_two(const float* const rows[3], int pixels, int channels, const float* weights, const float* bias,
                          float* out) {
  constexpr int kPixels = 7;  // as in multiply()
  int x = 0;
  for (; x + kPixels <= pixels; x += kPixels)
    for (int c = 0; c < channels; c += kLanes) by_two_block<kPixels>(rows, x, channels, c, weights, bias, out);
  for (; x < pixels; ++x)
    for (int c = 0; c < channels; c += kLanes) by_two_block<1>(rows, x, channels, c, weights, bias, out);
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
void multiply_byte_maps(const ByteMaps& products) { multiply_maps(products); }
void to_bytes(float* values, int pixels, const float* slopes, const BytePixels& to) {
  bytes_of_prelu(values, pixels, slopes, to);
}
void scaled_to_bytes(float* values, int pixels, const float* factors, const float* terms, const BytePixels& to) {
  bytes_of_scaled(values, pixels, factors, terms, to);
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
void multiply_byte_maps(const ByteMaps&) { none(); }
void scaled_to_bytes(float*, int, const float*, const float*, const BytePixels&) { none(); }
void to_bytes(float*, int, const float*, const BytePixels&) { none(); }
void depthwise_row_by_two(const float* const[3], int, int, const float*, const float*, float*) { none(); }
void prelu_row(float*, int, int, const float*) { none(); }

}  // namespace visavis

#endif
