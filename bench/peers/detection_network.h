// dlib's detection network as data, and the tensor it looks at. A file of its own, since its templates compile slowly.
#pragma once

#include <string>

#include "nn/network.h"
#include "nn/runner.h"

namespace peers {

visavis::Network read_detection_network(const std::string& models);

// The photo's pyramid, tiled into one picture as dlib does it: (pixel - mean) * scale, three planes.
visavis::Tensor make_pyramid(const std::string& models, const std::string& photo);

}  // namespace peers
