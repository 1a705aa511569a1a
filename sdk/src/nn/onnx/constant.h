// The values of constants, and the operators that make a constant of constants.
#pragma once

#include <cstdint>
#include <vector>

#include "nn/onnx/model.h"

namespace visavis::onnx {

// Error UNSUPPORTED when they are of another type.
std::vector<float> reals_of(const Constant& constant);
std::vector<int64_t> integers_of(const Constant& constant);

// (x - zero) * scale, with one scale, one for each place along `axis`, or one for each `block` places along it.
// `zero`: nullptr where there is none.
Constant dequantized(const Constant& x, const Constant& scale, const Constant* zero, int64_t axis, int64_t block);

// The same values in another shape, as ONNX's Reshape says it: 0 = as before, -1 = what is left.
Constant reshaped(const Constant& x, const std::vector<int64_t>& shape);

// Of two dimensions, exchanged.
Constant transposed(const Constant& x);

}  // namespace visavis::onnx
