// What each kind of layer computes, written as it is defined: slow, and plain enough to be believed.
#pragma once

#include <cstdint>
#include <span>

#include "nn/network.h"

namespace visavis {

// One picture somewhere in memory, its planes one after the other.
struct Planes {
  float* values;
  int channels, height, width;

  Planes(float* data, const Shape& shape)
      : values(data), channels(shape.channels), height(shape.height), width(shape.width) {}
  float& at(int64_t c, int64_t y, int64_t x) const { return values[(c * height + y) * width + x]; }
  bool holds(int c, int y, int x) const { return c < channels && y < height && x < width; }
  int64_t size() const { return int64_t(channels) * height * width; }
};

// `inputs`: of layer.input, then of more_inputs. `out` has the shape that shapes_of says, and is none of them. The addend and
// the ReLU behind a layer are not looked at.
void run_by_definition(const Layer& layer, std::span<const Planes> inputs, const Planes& out);

// Calls body(c, y, x) for every place of a picture.
template <class Body>
void each_place(const Planes& planes, const Body& body) {
  for (int c = 0; c < planes.channels; ++c)
    for (int y = 0; y < planes.height; ++y)
      for (int x = 0; x < planes.width; ++x) body(c, y, x);
}

}  // namespace visavis
