// Metadata is one JSON object, checked before it is stored and when a gallery is checked.
#pragma once

#include <string>

namespace visavis {

// Error INVALID_ARGUMENT saying what is wrong and where.
void require_metadata(const std::string& text);

}  // namespace visavis
