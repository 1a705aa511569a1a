// Runs a network as its definition reads, one value after the other: slow, and what the backends are compared with.
#pragma once

#include <memory>

#include "nn/runner.h"

namespace visavis {

// Sums in double precision; `threads` is not looked at. Errors as of shapes_of.
std::unique_ptr<Runner> make_reference_runner(const Network& network);

}  // namespace visavis
