// What the tests of the engine ask of each face: all but its quality.
#pragma once

#include "pipeline/engine.h"

namespace visavis::testing_support {

constexpr Wanted kAll{true, true, true};

}  // namespace visavis::testing_support
