// Makes a network smaller that computes the same.
#pragma once

#include "nn/network.h"

namespace visavis {

// A scale goes into the convolution or the scale before it, a ReLU into the convolution, where nobody else reads what is
// between them; then layers that no output needs are left out. `outputs` must name layers.
void fold(Network& network);

}  // namespace visavis
