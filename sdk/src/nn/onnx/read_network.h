// Reads an ONNX file into a Network.
#pragma once

#include <cstdint>
#include <span>

#include "nn/network.h"

namespace visavis {

// The file is not trusted: every size is bounded and looked at before it is used. Errors: MODEL_ALTERED when it is
// damaged or contradicts itself, UNSUPPORTED naming the operator and node that is not read, LIMIT_EXCEEDED.
// Nothing of the file's bytes is needed afterwards. Network::mean and scale are as the network has it: 0 and 1.
Network read_onnx(std::span<const uint8_t> file);

}  // namespace visavis
