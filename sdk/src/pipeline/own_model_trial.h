// Runs a model that is to be added before anything is kept of it.
#pragma once

#include <cstdint>
#include <span>

#include "models/own_model.h"

namespace visavis {

// Sets `length`, `size` and `sha256` of the model. Errors: MODEL_ALTERED (no ONNX, or damaged), UNSUPPORTED (an operator
// that is not read, more than one output), INVALID_ARGUMENT (it takes other pictures than the card says, or gives what
// is no embedding), LIMIT_EXCEEDED.
void try_own_model(OwnModel& model, std::span<const uint8_t> bytes);

}  // namespace visavis
