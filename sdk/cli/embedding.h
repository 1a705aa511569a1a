// An embedding as a value.
#pragma once

#include <vector>

#include "visavis/faces.hpp"

namespace visavis::cli {

using Embedding = std::vector<float>;

}  // namespace visavis::cli
