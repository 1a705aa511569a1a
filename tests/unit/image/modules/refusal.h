// Why a file is no picture: the error that decoding it ends with.
#pragma once

#include "image/decode.h"
#include "support/fixtures.h"
#include "unit/image/encoders.h"

namespace visavis::testing_support {

inline Error refusal(const Bytes& file, const DecodeOptions& options = {}) {
  return error_of([&] { decode_image(file, options); });
}

}  // namespace visavis::testing_support
