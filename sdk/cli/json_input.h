// JSON that somebody else wrote: what could be read in two ways is refused.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace visavis::cli {

using Json = nlohmann::ordered_json;

// Throws std::runtime_error that says where and why it is no JSON; also when an object has a key twice, of which readers
// take now the first and now the last, or when it is nested deeper than `deepest`.
Json read_json(std::string_view text, int deepest);

}  // namespace visavis::cli
