// How a vav_gallery_key is read.
#pragma once

#include <memory>

#include "crypto/key_wrap.h"
#include "visavis/key.h"

namespace visavis::capi {

// Nothing for NULL. Error INVALID_ARGUMENT.
std::shared_ptr<const KeySource> read_key(const vav_gallery_key* key, const char* what);

}  // namespace visavis::capi
