// Watches the parser while it reads.
#include "json_input.h"

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "printable.h"

namespace visavis::cli {

std::optional<Json> read_json(std::string_view text, int deepest) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    if (depth > deepest && (event == Event::array_start || event == Event::object_start))
      throw std::runtime_error("is nested deeper than " + std::to_string(deepest) + " levels");
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.get<std::string>()).second)
      throw std::runtime_error("has the key '" + shortened(value.get<std::string>()) + "' twice");
    return true;
  };
  Json read = Json::parse(text, watch, /*allow_exceptions=*/false);
  if (read.is_discarded()) return std::nullopt;
  return read;
}

}  // namespace visavis::cli
