// What comes out of each layer of a network for a given input; the place where a network is found not to fit.
#include "nn/shapes.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/error.h"

namespace visavis {
namespace {

const char* name_of(LayerKind kind) {
  switch (kind) {
    case LayerKind::convolution:
      return "convolution";
    case LayerKind::max_pool:
      return "max_pool";
    case LayerKind::average_pool:
      return "average_pool";
    case LayerKind::global_average:
      return "global_average";
    case LayerKind::relu:
      return "relu";
    case LayerKind::prelu:
      return "prelu";
    case LayerKind::sigmoid:
      return "sigmoid";
    case LayerKind::scale:
      return "scale";
    case LayerKind::add:
      return "add";
    case LayerKind::multiply:
      return "multiply";
    case LayerKind::concat:
      return "concat";
    case LayerKind::resize:
      return "resize";
    case LayerKind::transpose:
      return "transpose";
    case LayerKind::reshape:
      return "reshape";
  }
  return "?";
}

// The shape of one picture, in numbers that do not overflow when two of them are multiplied.
struct Sizes {
  int64_t channels, height, width;
  int64_t& operator[](int axis) { return axis == 1 ? channels : axis == 2 ? height : width; }
  int64_t operator[](int axis) const { return axis == 1 ? channels : axis == 2 ? height : width; }
  friend bool operator==(const Sizes&, const Sizes&) = default;
};

class Inference {
 public:
  Inference(const Network& network, const Shape& input) : network_(network), input_(input) {}

  std::vector<Shape> run() {
    charge({input_.channels, input_.height, input_.width});
    std::vector<Shape> shapes;
    for (; index_ < network_.layers.size(); ++index_) {
      const Layer& layer = network_.layers[index_];
      made_.push_back(after(layer));
      charge(made_.back());
      if (layer.addend != kNoAddend) zero_extend(made_.back(), of(layer.addend));
      shapes.push_back({input_.count, int(made_.back().channels), int(made_.back().height), int(made_.back().width)});
    }
    if (made_.empty()) fail("there is no layer");
    for (const NetworkOutput& output : network_.outputs) {
      if (output.layer < 0 || output.layer >= int(made_.size())) fail("an output is of no layer");
      charge(made_[size_t(output.layer)]);  // each is a copy
    }
    return shapes;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    std::string where;
    if (index_ < network_.layers.size())
      where = "layer " + std::to_string(index_) + " (" + name_of(network_.layers[index_].kind) + "): ";
    throw Error(VAV_E_INVALID_ARGUMENT, "the network does not fit its input: " + where + what);
  }

  // Counts what was made, after looking whether it can be counted.
  void charge(const Sizes& made) {
    if (input_.count < 1) fail("there is no picture");
    int64_t size = input_.count;
    for (int axis = 1; axis <= 3; ++axis) {
      if (made[axis] < 1) fail("nothing is left of the picture");
      if (made[axis] > kMostActivations || size > kMostActivations / made[axis]) too_much();
      size *= made[axis];
    }
    floats_ += size;
    if (floats_ > kMostActivations) too_much();
  }

  void charge_work(const Sizes& made, int64_t each) {
    const int64_t before = floats_;
    charge(made);
    const int64_t values = floats_ - before;
    floats_ = before;  // whoever asked counts it
    if (each > kMostWork / values) too_much();
    work_ += values * each;
    if (work_ > kMostWork) too_much();
  }

  [[noreturn]] static void too_much() {
    throw Error(VAV_E_LIMIT_EXCEEDED, "the network needs too much memory or time for an input of this size");
  }

  Sizes of(int layer) const {
    if (layer == kNetworkInput) return {input_.channels, input_.height, input_.width};
    if (layer < 0 || layer >= int(made_.size())) fail("its input is of no layer before it");
    return made_[size_t(layer)];
  }

  void zero_extend(Sizes& made, const Sizes& addend) {
    for (int axis = 1; axis <= 3; ++axis) made[axis] = std::max(made[axis], addend[axis]);
    charge(made);
  }

  Sizes after(const Layer& layer) {
    const Sizes in = of(layer.input);
    switch (layer.kind) {
      case LayerKind::convolution:
        return convolved(layer, in);
      case LayerKind::max_pool:
      case LayerKind::average_pool:
        return pooled(layer, in);
      case LayerKind::global_average:
        return {in.channels, 1, 1};
      case LayerKind::relu:
      case LayerKind::sigmoid:
        return in;
      case LayerKind::prelu:
        need_channels(layer.weights.size(), in);
        return in;
      case LayerKind::scale:
        need_channels(layer.weights.size(), in);
        need_channels(layer.bias.size(), in);
        return in;
      case LayerKind::add:
      case LayerKind::multiply:
        return combined(layer, in);
      case LayerKind::concat:
        return joined(layer, in);
      case LayerKind::resize:
        if (layer.factor < 1) fail("its factor is not positive");
        return {in.channels, in.height * layer.factor, in.width * layer.factor};
      case LayerKind::transpose:
        return transposed(layer, in);
      case LayerKind::reshape:
        return reshaped(layer, in);
    }
    fail("it is of no known kind");
  }

  void need_channels(size_t values, const Sizes& in) const {
    if (values != 1 && int64_t(values) != in.channels)
      fail("it has " + std::to_string(values) + " values for " + std::to_string(in.channels) + " channels");
  }

  Sizes slid(const Layer& layer, const Sizes& in, int64_t channels) const {
    const auto along = [&](int64_t size, int64_t kernel, int64_t before, int64_t more) {
      if (kernel < 1 || layer.stride < 1 || before < 0 || before + more < 0) fail("its window has no valid size");
      // A window that lies in the padding alone has no average and no largest value.
      if (layer.kind != LayerKind::convolution && (before >= kernel || before + more >= kernel))
        fail("its padding is as large as its window");
      const int64_t room = size + 2 * before + more - kernel;
      return room < 0 ? 0 : room / layer.stride + 1;
    };
    return {channels, along(in.height, layer.kernel_height, layer.padding_height, layer.more_bottom),
            along(in.width, layer.kernel_width, layer.padding_width, layer.more_right)};
  }

  Sizes convolved(const Layer& layer, const Sizes& in) {
    if (in.channels != layer.in_channels)
      fail("it wants " + std::to_string(layer.in_channels) + " channels and gets " + std::to_string(in.channels));
    if (layer.groups < 1 || layer.out_channels < 1 || layer.in_channels % layer.groups != 0 ||
        layer.out_channels % layer.groups != 0)
      fail("its channels cannot be divided into its groups");
    const Sizes made = slid(layer, in, layer.out_channels);
    // Each factor is an int, and the first two are at most the weights there are.
    const int64_t each = int64_t(layer.in_channels / layer.groups) * layer.kernel_height;
    const auto have = int64_t(layer.weights.size());
    if (each > have || each * layer.kernel_width > have || each * layer.kernel_width * layer.out_channels != have ||
        int64_t(layer.bias.size()) != layer.out_channels)
      fail("it has not as many weights as its size says");
    charge_work(made, each * layer.kernel_width);
    return made;
  }

  Sizes pooled(const Layer& layer, const Sizes& in) {
    const Sizes made = slid(layer, in, in.channels);
    charge_work(made,
                std::min<int64_t>(layer.kernel_height, in.height) * std::min<int64_t>(layer.kernel_width, in.width));
    return made;
  }

  Sizes combined(const Layer& layer, const Sizes& in) const {
    if (layer.more_inputs.size() != 1) fail("it has not two inputs");
    const Sizes other = of(layer.more_inputs[0]);
    const bool fits = other == in || (layer.kind == LayerKind::multiply && other == Sizes{in.channels, 1, 1});
    if (!fits) fail("its inputs differ in shape");
    return in;
  }

  Sizes joined(const Layer& layer, Sizes in) const {
    if (layer.axis < 1 || layer.axis > 3) fail("it has no valid axis");
    for (const int more : layer.more_inputs) {
      Sizes other = of(more);
      const int64_t size = other[layer.axis];
      other[layer.axis] = in[layer.axis];
      if (other != in) fail("its inputs differ in shape");
      in[layer.axis] += size;
    }
    return in;
  }

  Sizes transposed(const Layer& layer, const Sizes& in) const {
    std::array<int, 3> sorted = layer.axes;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != std::array<int, 3>{1, 2, 3}) fail("its axes are not an order of three");
    return {in[layer.axes[0]], in[layer.axes[1]], in[layer.axes[2]]};
  }

  Sizes reshaped(const Layer& layer, const Sizes& in) const {
    const int64_t all = in.channels * in.height * in.width;
    Sizes made{};
    int64_t known = 1;
    int open = 0;
    for (int axis = 1; axis <= 3; ++axis) {
      const int wanted = layer.shape[size_t(axis) - 1];
      if (wanted < -1 || (wanted == -1 && open != 0)) fail("its shape is no shape");
      if (wanted == -1) {
        open = axis;
        continue;
      }
      made[axis] = wanted == 0 ? in[axis] : wanted;
      if (made[axis] > all / known) fail("its shape has more values than it gets");
      known *= made[axis];
    }
    if (open != 0) made[open] = all / known;
    if ((open == 0 ? known : known * made[open]) != all) fail("its shape has not as many values as it gets");
    return made;
  }

  const Network& network_;
  const Shape input_;
  size_t index_ = 0;
  std::vector<Sizes> made_;
  int64_t floats_ = 0, work_ = 0;
};

}  // namespace

std::vector<Shape> shapes_of(const Network& network, const Shape& input) { return Inference(network, input).run(); }

std::vector<int> output_layers(const Network& network) {
  std::vector<int> layers;
  for (const NetworkOutput& output : network.outputs) layers.push_back(output.layer);
  if (layers.empty()) layers.push_back(int(network.layers.size()) - 1);
  return layers;
}

std::vector<int> times_read(const Network& network) {
  std::vector<int> times(network.layers.size());
  for (const Layer& layer : network.layers) {
    each_input(layer, [&](int input) {
      if (input >= 0) ++times[size_t(input)];
    });
  }
  for (const int output : output_layers(network)) ++times[size_t(output)];
  return times;
}

bool is_of_dlib(const Network& network) {
  return network.outputs.empty() && std::all_of(network.layers.begin(), network.layers.end(), [](const Layer& layer) {
           return layer.kind <= LayerKind::global_average;
         });
}

void require_dlib_layers(const Network& network, const char* backend) {
  const auto refuse = [&](const std::string& what) {
    throw Error(VAV_E_UNSUPPORTED, "the backend " + std::string(backend) + " does not run networks with " + what);
  };
  for (const Layer& layer : network.layers)
    if (layer.kind > LayerKind::global_average)
      refuse("a layer " + std::string(name_of(layer.kind)));
    else if (layer.groups != 1 || layer.more_bottom != 0 || layer.more_right != 0)
      refuse("groups of channels or uneven padding");
  if (output_layers(network) != std::vector{int(network.layers.size()) - 1}) refuse("several outputs");
}

}  // namespace visavis
