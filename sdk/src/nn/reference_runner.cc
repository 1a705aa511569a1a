// Runs a network as its definition reads, one value after the other: slow, and what the backends are compared with.
#include "nn/reference_runner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "nn/shapes.h"

namespace visavis {
namespace {

// One picture between two layers; count is 1.
struct Planes : Tensor {
  explicit Planes(const Shape& shape) { resize(1, shape.channels, shape.height, shape.width); }
  float& at(int64_t c, int64_t y, int64_t x) { return values[size_t((c * height + y) * width + x)]; }
  float at(int64_t c, int64_t y, int64_t x) const { return values[size_t((c * height + y) * width + x)]; }
  bool holds(int64_t c, int64_t y, int64_t x) const {
    return c < channels && y >= 0 && y < height && x >= 0 && x < width;
  }
};

// One value for all channels, or one for each.
float of_channel(const std::vector<float>& values, int c) { return values.size() == 1 ? values[0] : values[size_t(c)]; }

// Calls body(c, y, x) for every place of a picture.
template <class Body>
void each(const Shape& shape, const Body& body) {
  for (int c = 0; c < shape.channels; ++c)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) body(c, y, x);
}

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

void convolve(const Layer& layer, const Planes& in, Planes& out) {
  const int each_in = layer.in_channels / layer.groups, each_out = layer.out_channels / layer.groups;
  const size_t area = size_t(layer.kernel_height) * layer.kernel_width;
  each(out, [&](int c, int y_out, int x_out) {
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

void pool(const Layer& layer, const Planes& in, Planes& out) {
  each(out, [&](int c, int y_out, int x_out) {
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

void average(const Planes& in, Planes& out) {
  for (int c = 0; c < in.channels; ++c) {
    double sum = 0;
    for (int y = 0; y < in.height; ++y)
      for (int x = 0; x < in.width; ++x) sum += in.at(c, y, x);
    out.at(c, 0, 0) = float(sum / (double(in.height) * in.width));
  }
}

void concat(const Layer& layer, const std::vector<const Planes*>& inputs, Planes& out) {
  std::array<int, 3> at{};  // where the next one begins
  for (const Planes* in : inputs) {
    each(*in, [&](int c, int y, int x) { out.at(at[0] + c, at[1] + y, at[2] + x) = in->at(c, y, x); });
    const std::array<int, 3> size = {in->channels, in->height, in->width};
    at[size_t(layer.axis) - 1] += size[size_t(layer.axis) - 1];
  }
}

void transpose(const Layer& layer, const Planes& in, Planes& out) {
  each(out, [&](int c, int y, int x) {
    std::array<int, 3> from{};
    from[size_t(layer.axes[0]) - 1] = c;
    from[size_t(layer.axes[1]) - 1] = y;
    from[size_t(layer.axes[2]) - 1] = x;
    out.at(c, y, x) = in.at(from[0], from[1], from[2]);
  });
}

class ReferenceRunner : public Runner {
 public:
  explicit ReferenceRunner(const Network& network) : network_(network), outputs_(output_layers(network)) {}

  void run_all(const Tensor& input, std::span<Tensor> outputs, int) const override {
    if (outputs.size() != outputs_.size()) throw Error(VAV_E_INTERNAL, "the network has another number of outputs");
    const std::vector<Shape> shapes = shapes_of(network_, {1, input.channels, input.height, input.width});
    for (size_t i = 0; i < outputs.size(); ++i) {
      const Shape& shape = shapes[size_t(outputs_[i])];
      outputs[i].resize(input.count, shape.channels, shape.height, shape.width);
    }
    for (int picture = 0; picture < input.count; ++picture) {
      Planes first(input);
      copy_picture(input.values.data(), picture, first.values.size(), first.values.data(), 0);
      const std::vector<Planes> made = layers(first, shapes);
      for (size_t i = 0; i < outputs.size(); ++i) {
        const std::vector<float>& values = made[size_t(outputs_[i])].values;
        copy_picture(values.data(), 0, values.size(), outputs[i].values.data(), picture);
      }
    }
  }

 private:
  static void copy_picture(const float* from, int from_picture, size_t size, float* to, int to_picture) {
    std::copy_n(from + size * size_t(from_picture), size, to + size * size_t(to_picture));
  }

  std::vector<Planes> layers(const Planes& input, const std::vector<Shape>& shapes) const {
    std::vector<Planes> made;
    made.reserve(shapes.size());
    const auto of = [&](int layer) -> const Planes& { return layer == kNetworkInput ? input : made[size_t(layer)]; };
    for (size_t i = 0; i < shapes.size(); ++i) {
      const Layer& layer = network_.layers[i];
      std::vector<const Planes*> inputs = {&of(layer.input)};
      for (const int more : layer.more_inputs) inputs.push_back(&of(more));
      Planes out(shapes[i]);
      if (layer.addend == kNoAddend) {
        run_layer(layer, inputs, out);
      } else {
        out = with_addend(layer, inputs, of(layer.addend), out);
      }
      if (layer.relu)
        for (float& value : out.values) value = std::max(value, 0.0f);
      made.push_back(std::move(out));
    }
    return made;
  }

  // The shape is the one that holds both; the layer's own may be smaller.
  Planes with_addend(const Layer& layer, const std::vector<const Planes*>& inputs, const Planes& addend,
                     const Planes& both) const {
    Network alone;
    alone.layers = {layer};
    alone.layers[0].input = kNetworkInput;
    alone.layers[0].addend = kNoAddend;
    Planes own(shapes_of(alone, *inputs[0])[0]), sum(both);
    run_layer(layer, inputs, own);
    each(sum, [&](int c, int y, int x) {
      sum.at(c, y, x) = (own.holds(c, y, x) ? own.at(c, y, x) : 0) + (addend.holds(c, y, x) ? addend.at(c, y, x) : 0);
    });
    return sum;
  }

  static void run_layer(const Layer& layer, const std::vector<const Planes*>& inputs, Planes& out) {
    const Planes& in = *inputs[0];
    const auto map = [&](const auto& function) {
      each(out, [&](int c, int y, int x) { out.at(c, y, x) = function(in.at(c, y, x), c, y, x); });
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
        return map([&](float v, int c, int, int) { return v < 0 ? v * of_channel(layer.weights, c) : v; });
      case LayerKind::sigmoid:
        return map([](float v, int, int, int) { return float(1 / (1 + std::exp(-double(v)))); });
      case LayerKind::scale:
        return map(
            [&](float v, int c, int, int) { return v * of_channel(layer.weights, c) + of_channel(layer.bias, c); });
      case LayerKind::add:
        return map([&](float v, int c, int y, int x) { return v + inputs[1]->at(c, y, x); });
      case LayerKind::multiply: {
        const Planes& other = *inputs[1];
        const bool same = other.height == in.height && other.width == in.width;
        return map([&](float v, int c, int y, int x) { return v * (same ? other.at(c, y, x) : other.at(c, 0, 0)); });
      }
      case LayerKind::concat:
        return concat(layer, inputs, out);
      case LayerKind::resize:
        return each(out, [&](int c, int y, int x) { out.at(c, y, x) = in.at(c, y / layer.factor, x / layer.factor); });
      case LayerKind::transpose:
        return transpose(layer, in, out);
      case LayerKind::reshape:
        out.values = in.values;
        return;
    }
  }

  const Network network_;
  const std::vector<int> outputs_;
};

}  // namespace

std::unique_ptr<Runner> make_reference_runner(const Network& network) {
  return std::make_unique<ReferenceRunner>(network);
}

}  // namespace visavis
