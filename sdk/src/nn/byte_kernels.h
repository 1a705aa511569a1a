// The inner loops of byte_chain.h. They run on CPUs with AVX-512 VNNI and are never called elsewhere.
#pragma once

#include <cstdint>

namespace visavis {

// Whether the build has them and the CPU can run them.
bool has_byte_kernels();

// Some pixels of bytes: the value of channel i of pixel p is steps[p] · bytes[p][i] + least[p].
struct BytePixels {
  uint8_t* bytes;  // [pixels][channels]
  float *steps, *least;
  int channels;
};

// values[pixels][channels], through a PReLU, become bytes; `values` is overwritten.
void to_bytes(float* values, int pixels, const float* slopes, const BytePixels& to);

// out[p][o] = PReLU(bias[o] + scales[o] · steps[p] · Σ_i bytes[p][i] · weights[i][o] + least[p] · sums[o]).
struct ByteProducts {
  BytePixels in;
  int pixels;
  const int8_t* weights;  // [channels / 4][out_channels][4]
  const float *scales, *sums, *bias, *slopes;
  int out_channels;
  float* const* out;  // of each pixel
};
void multiply_bytes(const ByteProducts& products);

// Every second pixel of a 3×3 that sees each channel alone: rows[y] has 2 · pixels + 1 pixels.
void depthwise_row_by_two(const float* const rows[3], int pixels, int channels, const float* weights, const float* bias,
                          float* out);

// In place.
void prelu_row(float* values, int pixels, int channels, const float* slopes);

}  // namespace visavis
