// Parses only to refuse what is wrong: the text is stored as it was given.
#include "gallery/store/metadata.h"

#include <stdexcept>

#include "base/error.h"
#include "base/flat_json.h"

namespace visavis {

void require_metadata(const std::string& text) {
  // Many readers recurse. What is stored here must not use up their stack.
  constexpr int kMostDepth = 64;
  if (const size_t first = text.find_first_not_of(" \t\r\n"); first == std::string::npos || text[first] != '{')
    throw Error(VAV_E_INVALID_ARGUMENT, "metadata is no JSON object, such as {\"badge\": 7}");
  try {
    json_depth(text, kMostDepth);
  } catch (const std::invalid_argument& e) {
    throw Error(VAV_E_INVALID_ARGUMENT, std::string("metadata ") + e.what());
  }
}

}  // namespace visavis
