// All models that this machine knows of.
#pragma once

#include <vector>

#include "context.h"
#include "visavis/models.hpp"

namespace visavis::cli {

// Those of the manifest, and those that were added; what is no card is told of, and left out.
std::vector<ModelInfo> all_models(const Context& context);

}  // namespace visavis::cli
