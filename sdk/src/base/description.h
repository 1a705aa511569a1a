// What the library was built with and what it runs on, as one JSON object.
#pragma once

#include <string>

namespace visavis {

std::string describe(const std::string& version);

}  // namespace visavis
