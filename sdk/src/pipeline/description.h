// What the library was built with and what it runs on, as one JSON object.
#pragma once

#include <string>
#include <vector>

namespace visavis {

// `backends`: what can run the networks in this build.
std::string describe(const std::string& version, const std::vector<std::string>& backends);

}  // namespace visavis
