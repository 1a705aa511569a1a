/* C++ layer: which library this is, and what it was built with and runs on. */
#ifndef VISAVIS_VERSION_HPP
#define VISAVIS_VERSION_HPP

#include <cstdint>
#include <string>

#include "visavis/version.h"

namespace visavis {
inline namespace cpp {

/** The library's version, "0.1.0". Static text. */
inline const char *version() noexcept { return vav_version(); }

/** The library's version as one number: major*10000 + minor*100 + patch. */
inline std::int32_t version_number() noexcept { return vav_version_number(); }

/** Describes the library and the machine as one JSON object; see vav_describe for its members. */
inline std::string describe() {
  std::string json;
  for (;;) {
    const std::size_t needed = vav_describe(json.empty() ? nullptr : &json[0], json.size());
    const bool whole = needed < json.size();
    json.resize(whole ? needed : needed + 1); /* room for the final NUL */
    if (whole) return json;
  }
}

}  // namespace cpp
}  // namespace visavis

#endif
