// Parsing for the sake of refusing: the text is kept as it was given.
#include "gallery/metadata.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace visavis {

void require_metadata(const std::string& text) {
  using Json = nlohmann::json;
  // Readers in other languages recurse: what is stored here must not exhaust their stack.
  constexpr int kMaxDepth = 64;
  if (const size_t first = text.find_first_not_of(" \t\r\n"); first == std::string::npos || text[first] != '{')
    throw Error(VAV_E_INVALID_ARGUMENT, "metadata is no JSON object, such as {\"badge\": 7}");
  try {
    [[maybe_unused]] const Json parsed = Json::parse(text, [](int depth, Json::parse_event_t, Json&) {
      if (depth > kMaxDepth)
        throw Error(VAV_E_INVALID_ARGUMENT, "metadata is nested deeper than " + std::to_string(kMaxDepth) + " levels");
      return true;
    });
  } catch (const Json::exception& e) {
    throw Error(VAV_E_INVALID_ARGUMENT, std::string("metadata is no valid JSON: ") + e.what());
  }
}

}  // namespace visavis
