// What each kind of layer computes, written as it is defined: slow, and plain enough to be believed.
#include "nn/definition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace visavis {
namespace {

// Calls body(y, x, dy, dx) for the places of the picture that the window sees when it gives (y_out, x_out).
template <class Body>
void window(const Layer& layer, const Planes& in, int y_out, int x_out, const Body& body) {
  const int64_t top = int64_t(y_out) * layer.stride - layer.padding_height;
  const int64_t left = int64_t(x_out) * layer.stride - layer.padding_width;
  const int64_t bottom = std::min<int64_t>(in.height, top + layer.kernel_height);
  const int64_t right = std::min<int64_t>(in.width, left + layer.kernel_width);
  for (int64_t y = std::max<int64_t>(0, top); y < bottom; ++y)
    for (int64_t x = std::max<int64_t>(0, left); x < right; ++x) body(y, x, y - top, x - left);
}

void convolve(const Layer& layer, const Planes& in, const Planes& out) {
  const int each_in = layer.in_channels / layer.groups, each_out = layer.out_channels / layer.groups;
  const size_t area = size_t(layer.kernel_height) * layer.kernel_width;
  each_place(out, [&](int c, int y_out, int x_out) {
    double sum = layer.bias[size_t(c)];
    const int first = c / each_out * each_in;
    for (int i = 0; i < each_in; ++i) {
      const float* kernel = layer.weights.data() + (size_t(c) * each_in + i) * area;
      window(layer, in, y_out, x_out, [&](int64_t y, int64_t x, int64_t dy, int64_t dx) {
        sum += double(in.at(first + i, y, x)) * kernel[dy * layer.kernel_width + dx];
      });
    }
    out.at(c, y_out, x_out) = float(sum);
  });
}

void pool(const Layer& layer, const Planes& in, const Planes& out) {
  each_place(out, [&](int c, int y_out, int x_out) {
    double sum = 0;
    float largest = -std::numeric_limits<float>::infinity();
    int64_t count = 0;
    window(layer, in, y_out, x_out, [&](int64_t y, int64_t x, int64_t, int64_t) {
      sum += in.at(c, y, x);
      largest = std::max(largest, in.at(c, y, x));
      ++count;
    });
    out.at(c, y_out, x_out) = layer.kind == LayerKind::max_pool ? largest : float(sum / double(count));
  });
}

void average(const Planes& in, const Planes& out) {
  for (int c = 0; c < in.channels; ++c) {
    double sum = 0;
    for (int y = 0; y < in.height; ++y)
      for (int x = 0; x < in.width; ++x) sum += in.at(c, y, x);
    out.at(c, 0, 0) = float(sum / (double(in.height) * in.width));
  }
}

void concat(const Layer& layer, std::span<const Planes> inputs, const Planes& out) {
  std::array<int, 3> at{};  // where the next one begins
  for (const Planes& in : inputs) {
    each_place(in, [&](int c, int y, int x) { out.at(at[0] + c, at[1] + y, at[2] + x) = in.at(c, y, x); });
    const std::array<int, 3> size = {in.channels, in.height, in.width};
    at[size_t(layer.axis) - 1] += size[size_t(layer.axis) - 1];
  }
}

void transpose(const Layer& layer, const Planes& in, const Planes& out) {
  each_place(out, [&](int c, int y, int x) {
    std::array<int, 3> from{};
    from[size_t(layer.axes[0]) - 1] = c;
    from[size_t(layer.axes[1]) - 1] = y;
    from[size_t(layer.axes[2]) - 1] = x;
    out.at(c, y, x) = in.at(from[0], from[1], from[2]);
  });
}

}  // namespace

void run_by_definition(const Layer& layer, std::span<const Planes> inputs, const Planes& out) {
  const Planes& in = inputs[0];
  const auto map = [&](const auto& function) {
    each_place(out, [&](int c, int y, int x) { out.at(c, y, x) = function(in.at(c, y, x), c, y, x); });
  };
  switch (layer.kind) {
    case LayerKind::convolution:
      return convolve(layer, in, out);
    case LayerKind::max_pool:
    case LayerKind::average_pool:
      return pool(layer, in, out);
    case LayerKind::global_average:
      return average(in, out);
    case LayerKind::relu:
      return map([](float v, int, int, int) { return std::max(v, 0.0f); });
    case LayerKind::prelu:
      return map([&](float v, int c, int, int) { return v < 0 ? v * of_channel(layer.weights, size_t(c)) : v; });
    case LayerKind::sigmoid:
      return map([](float v, int, int, int) { return float(1 / (1 + std::exp(-double(v)))); });
    case LayerKind::scale:
      return map([&](float v, int c, int, int) {
        return v * of_channel(layer.weights, size_t(c)) + of_channel(layer.bias, size_t(c));
      });
    case LayerKind::add:
      return map([&](float v, int c, int y, int x) { return v + inputs[1].at(c, y, x); });
    case LayerKind::multiply: {
      const Planes& other = inputs[1];
      const bool same = other.height == in.height && other.width == in.width;
      return map([&](float v, int c, int y, int x) { return v * (same ? other.at(c, y, x) : other.at(c, 0, 0)); });
    }
    case LayerKind::concat:
      return concat(layer, inputs, out);
    case LayerKind::resize:
      return each_place(out,
                        [&](int c, int y, int x) { out.at(c, y, x) = in.at(c, y / layer.factor, x / layer.factor); });
    case LayerKind::transpose:
      return transpose(layer, in, out);
    case LayerKind::reshape:
      std::copy_n(in.values, in.size(), out.values);
      return;
  }
}

}  // namespace visavis
