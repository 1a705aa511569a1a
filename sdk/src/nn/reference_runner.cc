// Runs a network as its definition reads, one value after the other: slow, and what the backends are compared with.
#include "nn/reference_runner.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "nn/definition.h"
#include "nn/shapes.h"

namespace visavis {
namespace {

// What lies between two layers of one picture.
struct Between {
  Shape shape;
  std::vector<float> values;

  explicit Between(const Shape& of) : shape(of), values(size_t(of.channels) * of.height * of.width) {}
  Planes planes() { return {values.data(), shape}; }
};

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
      Between first(input);
      std::copy_n(input.values.data() + first.values.size() * size_t(picture), first.values.size(),
                  first.values.data());
      const std::vector<Between> made = layers(first, shapes);
      for (size_t i = 0; i < outputs.size(); ++i) {
        const std::vector<float>& values = made[size_t(outputs_[i])].values;
        std::copy(values.begin(), values.end(), outputs[i].values.begin() + long(values.size()) * picture);
      }
    }
  }

 private:
  std::vector<Between> layers(Between& input, const std::vector<Shape>& shapes) const {
    std::vector<Between> made;
    made.reserve(shapes.size());
    const auto of = [&](int layer) { return (layer == kNetworkInput ? input : made[size_t(layer)]).planes(); };
    for (size_t i = 0; i < shapes.size(); ++i) {
      const Layer& layer = network_.layers[i];
      std::vector<Planes> inputs = {of(layer.input)};
      for (const int more : layer.more_inputs) inputs.push_back(of(more));
      Between out(shapes[i]);
      if (layer.addend == kNoAddend)
        run_by_definition(layer, inputs, out.planes());
      else
        run_with_addend(layer, inputs, of(layer.addend), out.planes());
      if (layer.relu)
        for (float& value : out.values) value = std::max(value, 0.0f);
      made.push_back(std::move(out));
    }
    return made;
  }

  // `both` holds both, and the layer's own output may be smaller.
  static void run_with_addend(const Layer& layer, std::span<const Planes> inputs, const Planes& addend,
                              const Planes& both) {
    Network alone;
    alone.layers = {layer};
    alone.layers[0].input = kNetworkInput;
    alone.layers[0].addend = kNoAddend;
    Between own(shapes_of(alone, {1, inputs[0].channels, inputs[0].height, inputs[0].width})[0]);
    run_by_definition(layer, inputs, own.planes());
    const auto of = [](const Planes& planes, int c, int y, int x) {
      return planes.holds(c, y, x) ? planes.at(c, y, x) : 0;
    };
    each_place(both, [&](int c, int y, int x) { both.at(c, y, x) = of(own.planes(), c, y, x) + of(addend, c, y, x); });
  }

  const Network network_;
  const std::vector<int> outputs_;
};

}  // namespace

std::unique_ptr<Runner> make_reference_runner(const Network& network) {
  return std::make_unique<ReferenceRunner>(network);
}

}  // namespace visavis
