// The inner loops of convolutions whose pixels hold their channels together, each compiled for several instruction sets
// and chosen when the program runs.
#pragma once

#include <cstdint>

namespace visavis {

// `channels` of an output is a multiple of this: so many floats as the widest vector holds.
inline constexpr int kChannelBlock = 16;

// out[x][o] = bias[o] + Σ_i in[x][i] · weights[i][o].
struct PointwiseRow {
  const float* in;  // [pixels][in_channels]
  int pixels, in_channels;
  const float *weights, *bias;  // [in_channels][channels], [channels]
  int channels;
  float* out;  // [pixels][channels]
};
void pointwise_row(const PointwiseRow& row);

// out[x][c] = bias[c] + Σ_{y, d} rows[y][x + d][c] · weights[3 y + d][c], y and d in 0..2; then the ReLU if asked.
struct DepthwiseRow {
  const float* rows[3];  // [pixels + 2][channels]: one pixel more on each side
  int pixels, channels;
  const float *weights, *bias;  // [9][channels], [channels]
  bool relu;
  float* out;  // [pixels][channels]
};
void depthwise_row(const DepthwiseRow& row);

// out[x][o] = bias[o] + Σ_t taps[t][x · stride] · weights[t][o]; then the ReLU if asked.
struct TapRow {
  const float* const* taps;  // where the first pixel of the output reads, for each weight of a channel
  int count, stride, pixels;
  const float *weights, *bias;  // [count][channels], [channels]
  int channels;
  bool relu;
  float* out;  // [pixels][channels]
};
void tap_row(const TapRow& row);

// The largest of 2×2 pixels, for each channel. An odd last pixel of the input is left out.
struct PoolRows {
  const float* rows[2];  // [2 · pixels][channels]
  int pixels, channels;
  float* out;  // [pixels][channels]
};
void pool_rows(const PoolRows& rows);

// Bᵀ d B of a tile of 4×4 pixels; place k of it is written to out + k · step.
struct WinogradInput {
  const float* pixels[16];
  int channels;
  float* out;
  int64_t step;
};
void winograd_input(const WinogradInput& input);

// Aᵀ m A, plus bias and addend; then the ReLU if asked. A pixel that is null is left out.
struct WinogradOutput {
  const float* in;  // place k is read from in + k · step
  int64_t step;
  const float* bias;
  const float* addends[4];
  float* pixels[4];
  int channels;
  bool relu;
};
void winograd_output(const WinogradOutput& output);

}  // namespace visavis
