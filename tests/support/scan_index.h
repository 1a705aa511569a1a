// The slow search that the fast one is tested against.
#pragma once

#include <memory>

#include "index/index.h"

namespace visavis {

// Compares with every template: right by construction.
std::unique_ptr<Index> make_scan_index();

}  // namespace visavis
