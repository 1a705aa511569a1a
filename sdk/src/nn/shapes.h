// What comes out of each layer of a network for a given input; the place where a network is found not to fit.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/network.h"

namespace visavis {

// What a network may take for one input. More than any for faces needs, and less than makes a machine stand still.
inline constexpr int64_t kMostActivations = int64_t{1} << 28;  // floats in the outputs of all layers
inline constexpr int64_t kMostWork = int64_t{1} << 41;         // products

// The outputs' shapes, by layer. After this no size overflows, and every layer has the weights it will ask for.
// Error INVALID_ARGUMENT naming the layer and what does not fit; LIMIT_EXCEEDED.
std::vector<Shape> shapes_of(const Network& network, const Shape& input);

// The layers whose outputs the network gives.
std::vector<int> output_layers(const Network& network);

// How often the output of each layer is read, by layers and as one of the network's.
std::vector<int> times_read(const Network& network);

// Whether it has only what networks of dlib have, which fit by construction.
bool is_of_dlib(const Network& network);

// For a backend that runs no other networks: Error UNSUPPORTED naming it and the layer, unless every layer is one that
// dlib's networks have, and the last one's output is the only one.
void require_dlib_layers(const Network& network, const char* backend);

}  // namespace visavis
