// Reads JSON that somebody else wrote. What could be read in two ways is refused.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace visavis::cli {

using Json = nlohmann::ordered_json;

// For a text that is no JSON at all. The message says where and why.
class NoJson : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws NoJson. Throws std::runtime_error if an object has a key twice, because some readers take the first and some
// the last; or if the nesting is deeper than `deepest`.
Json read_json(std::string_view text, int deepest);

}  // namespace visavis::cli
