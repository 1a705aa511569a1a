// The inner loops of byte_chain.h. They run on CPUs with AVX-512 VNNI and are never called elsewhere.
#pragma once

#include <cstddef>
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

// The same of values · factors + terms, of each channel.
void scaled_to_bytes(float* values, int pixels, const float* factors, const float* terms, const BytePixels& to);

inline constexpr int kByteLanes = 16;              // what there are of outputs is a multiple of it
inline constexpr int kMostByteChannels = 1 << 16;  // beyond it a sum of products could be too large for its 32 bits

// Where the weight of an input for an output lies. Four vectors of outputs are computed together, and their weights lie one
// behind the other in the order in which they are read: [inputs / 4][outputs][4]. What is left over is computed vector by
// vector.
inline size_t byte_weight_place(size_t inputs, size_t outputs, size_t in, size_t out) {
  const size_t four = 4 * kByteLanes, together = out < outputs / four * four ? four : kByteLanes;
  const size_t begin = out / together * together;
  return begin * inputs + (in / 4 * together + out - begin) * 4 + in % 4;
}

// out[p][o] = PReLU(bias[o] + scales[o] · steps[p] · Σ_i bytes[p][i] · weights[i][o] + least[p] · sums[o]).
struct ByteProducts {
  BytePixels in;
  int pixels;
  const int8_t* weights;  // each where byte_weight_place() says
  const float *scales, *sums, *bias, *slopes;
  int out_channels;
  float* const* out;  // of each pixel
};
void multiply_bytes(const ByteProducts& products);

// out[m][o] = bias[o] + Σ_p (scales[p][o] · steps[m][p] · Σ_i bytes[m][p][i] · weights[p][i][o] + least[m][p] · sums[p][o]).
inline constexpr int kMostByteMaps = 4;
struct ByteMaps {
  BytePixels in;
  int maps, pixels;       // of each; at most kMostByteMaps
  const int8_t* weights;  // each where byte_weight_place() says, of all pixels one behind the other
  const float *scales, *sums, *bias;
  int outputs;
  float* out;
};
void multiply_byte_maps(const ByteMaps& products);

// Every second pixel of a 3×3 that sees each channel alone: rows[y] has 2 · pixels + 1 pixels.
void depthwise_row_by_two(const float* const rows[3], int pixels, int channels, const float* weights, const float* bias,
                          float* out);

// In place.
void prelu_row(float* values, int pixels, int channels, const float* slopes);

}  // namespace visavis
