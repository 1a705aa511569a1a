// Follows the parser while it reads.
#include "json_input.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "printable.h"

namespace visavis::cli {

namespace {

// Bytes are counted from 1, as in the parser. Characters are those of UTF-8.
std::string place_of(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const size_t line_start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return "line " + std::to_string(std::ranges::count(before, '\n') + 1) + ", character " +
         std::to_string(std::ranges::count_if(before.substr(line_start), is_first_byte) + 1);
}

// The message of the parser without its own name, code and place: "… at line 1, column 7: syntax error while … - WHY;
// …".
std::string reason_of(std::string_view what) {
  for (const std::string_view before : {"] ", "column ", ": "})
    if (const size_t at = what.find(before); at != what.npos) what.remove_prefix(at + before.size());
  return shortened(what, 200);
}

}  // namespace

Json read_json(std::string_view text, int deepest) {
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
  try {
    return Json::parse(text, watch);
  } catch (const Json::parse_error& problem) {
    const std::string_view rest = text.substr(std::min(text.size(), problem.byte == 0 ? 0 : problem.byte - 1));
    const bool no_number = rest.starts_with('N') || rest.starts_with('I') || rest.starts_with('n');
    throw NoJson("is no JSON: " + place_of(text, problem.byte) + ": " + reason_of(problem.what()) +
                 (no_number ? " (JSON knows no NaN and no infinity)" : ""));
  } catch (const Json::out_of_range& problem) {  // it tells the number but not the place
    const std::string_view what = problem.what();
    const size_t first = what.find('\''), last = what.rfind('\'');
    const std::string_view number = first < last ? what.substr(first + 1, last - first - 1) : "";
    throw std::runtime_error("holds a number that is too large: " + shortened(number) + " in " +
                             place_of(text, text.find(number) + 1));
  }
}

}  // namespace visavis::cli
