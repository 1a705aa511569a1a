// An embedding as a value.
#pragma once

#include <array>

#include "visavis/faces.hpp"

namespace visavis::cli {

using Embedding = std::array<float, VAV_EMBEDDING_DIM>;

}  // namespace visavis::cli
